"""A real worker that keeps a log file, as examples/worker-logging tells people to have it; and what it was given to read."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from lifeguard.signatures.scan import signs_in
from lifeguard.signatures.sign import Sign, Stamp
from tests.prefect_server import beside_this_python
from tests.signatures.recorded import recorded

LOGGING = Path(__file__).parents[2] / "examples" / "worker-logging" / "logging.yml"
ENDS_WITHIN_SECONDS = 90.0


def end_of_worker(
    api_url: str, pool: str, folder: Path, *options: str, settings: Mapping[str, str] | None = None
) -> int:
    """Run a worker until it ends by itself; `worker.log` and `output.log` are in the folder then."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    own = {
        "DO_NOT_TRACK": "1",
        "PREFECT_API_URL": api_url,
        "PREFECT_HOME": str(folder),
        "PREFECT_LOGGING_SETTINGS_PATH": str(LOGGING),
        "PREFECT_LOGGING_HANDLERS_FILE_FILENAME": str(folder / "worker.log"),
        "PREFECT_WORKER_HEARTBEAT_SECONDS": "1",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    command = [beside_this_python(), "worker", "start", "--pool", pool, "--type", "process", "--name", "ann", *options]
    with (folder / "output.log").open("wb") as output:
        worker = subprocess.Popen(
            command, env={**inherited, **own, **(settings or {})}, cwd=folder, stdout=output, stderr=output
        )
        try:
            return worker.wait(ENDS_WITHIN_SECONDS)
        finally:
            worker.kill()
            worker.wait()


def signs_now(*names: str) -> tuple[Sign, ...]:
    """The signs of recorded lines, in files that were written to just now: the days on which they were recorded are over."""
    read = (sign for name in names for sign in signs_in(recorded(name), f"{name}.log", datetime.now(UTC)))
    return tuple(replace(sign, first=_of_no_day(sign.first), last=_of_no_day(sign.last)) for sign in read)


def _of_no_day(stamp: Stamp | None) -> Stamp | None:
    return None if stamp and stamp.at else stamp
