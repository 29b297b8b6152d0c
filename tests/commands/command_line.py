"""The command line as a user meets it: a process of its own, with nothing of the developer's Prefect in it."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import orjson

FOREIGN = ("PREFECT_", "LIFEGUARD_", "KUBERNETES_")
"""What would make a test depend on where it runs."""


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


def settings(api_url: str | None = None) -> dict[str, str]:
    """The environment of a machine that runs nothing for Prefect yet, and looks at this API."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    named = {} if api_url is None else {"PREFECT_API_URL": api_url}
    return {**own, "DO_NOT_TRACK": "1", "NO_COLOR": "1", **named}


def lifeguard(*arguments: str, api_url: str | None = None, **environment: str) -> Ended:
    """Run `lifeguard` with these arguments against this API, in an empty folder that is its Prefect home too."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        own = {**settings(api_url), "PREFECT_HOME": home, **environment}
        command = [sys.executable, "-m", "lifeguard.cli", *arguments]
        done = subprocess.run(command, env=own, cwd=home, capture_output=True, text=True, timeout=100, check=False)
    return Ended(done.returncode, done.stdout, done.stderr, time.monotonic() - began)
