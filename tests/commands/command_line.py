"""The command line as a user meets it: a process of its own, with nothing of the developer's Prefect in it."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its status, what it printed, and how long it took."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        """What it printed, as the one object that it has to be."""
        return orjson.loads(self.out)

    @property
    def sentences(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()


def lifeguard(*arguments: str, api_url: str | None = None, **environment: str) -> Ended:
    """Run `lifeguard` with these arguments against this API, in an empty folder that is its Prefect home too."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "LIFEGUARD_"))}
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        own |= {"PREFECT_HOME": home, "DO_NOT_TRACK": "1", "NO_COLOR": "1", **environment}
        if api_url is not None:
            own["PREFECT_API_URL"] = api_url
        command = [sys.executable, "-m", "lifeguard.cli", *arguments]
        done = subprocess.run(command, env=own, cwd=home, capture_output=True, text=True, timeout=100, check=False)
    return Ended(done.returncode, done.stdout, done.stderr, time.monotonic() - began)
