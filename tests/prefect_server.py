"""A real Prefect server as a process of its own: started on a free port, with a home of its own, and killed at the end.

Nothing of the developer's Prefect reaches it: no PREFECT_* setting, no profile, no configuration file of the directory.
"""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

STARTED_WITHIN_SECONDS = 300.0
ENDED_WITHIN_SECONDS = 10.0
DATABASE = "prefect.db"
START = ("server", "start", "--host", "127.0.0.1")
OWN_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


class ServerDidNotStart(Exception):
    """The process ended, or did not become ready in time; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A running server: where its API is, where its files are, and which process it is."""

    api_url: str
    home: Path
    pid: int


def beside_this_python() -> Path:
    """The `prefect` of the environment that runs the tests."""
    return Path(sys.executable).parent / "prefect"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


_databases: dict[Path, bytes] = {}
"""By the program, what a new server of it has made of an empty file: its migrations take 5 of the 12 s that a start costs."""


def lay_out_database(home: Path, program: Path) -> None:
    """Give a new server the tables that the first one of this program has made, if there was one."""
    if program in _databases and not (home / DATABASE).exists():
        (home / DATABASE).write_bytes(_databases[program])


def keep_database(home: Path, program: Path) -> None:
    """Keep what a server has made of an empty file, for those after it; not of one that uses another database."""
    if program in _databases or not (home / DATABASE).exists():
        return
    with closing(sqlite3.connect(home / DATABASE)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        _databases[program] = copy.serialize()


@contextmanager
def prefect_server(
    settings: Mapping[str, str] | None = None, executable: Path | None = None, arguments: Sequence[str] = ()
) -> Generator[PrefectServer, None, None]:
    """A server with these additional settings and arguments, ready to be asked, and gone with all its files at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lifeguard-prefect-", ignore_cleanup_errors=True) as directory:
        home = Path(directory)
        program = executable or beside_this_python()
        lay_out_database(home, program)
        with (home / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [program, *START, "--port", str(port), *arguments],
                env=_environment(home, settings or {}),
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            api_url = f"http://127.0.0.1:{port}/api"
            _wait_until_ready(process, api_url, home / "server.log")
            keep_database(home, program)
            yield PrefectServer(api_url, home, process.pid)
        finally:
            _end(process)


def _environment(home: Path, settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**inherited, **OWN_SETTINGS, "PREFECT_HOME": str(home), **settings}


def _wait_until_ready(process: subprocess.Popen[bytes], api_url: str, log: Path) -> None:
    give_up_at = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            raise ServerDidNotStart(f"it ended with the status {process.returncode}:\n{_last_lines(log)}")
        if _is_ready(api_url):
            return
        time.sleep(0.2)
    raise ServerDidNotStart(f"it was not ready within {STARTED_WITHIN_SECONDS:g} s:\n{_last_lines(log)}")


def _is_ready(api_url: str) -> bool:
    try:
        return httpx.get(f"{api_url}/ready", timeout=5.0, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group: the server may have started processes of its own."""
    _signal(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDED_WITHIN_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return
