"""Deploying what prefect.yaml declares, by Prefect's own command line in a process of its own.

Prefect has no public function that deploys a prefect.yaml: what does it lies below `prefect.cli.deploy`, in modules that
begin with an underscore (3.9.1). Its command line is what users run and what stays.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import anyio

from lifeguard.installing.project import POOL_VARIABLE, ROOT
from lifeguard.observe.api import CallFailed
from lifeguard.observe.connection import Connection

LONGEST_REASON = 300
FRAMES = "╭╮╰╯│─ "


async def deploy(names: Sequence[str], pool: str, connection: Connection, root: Path = ROOT) -> None:
    """Deploy those of these names to a pool; raises `CallFailed` with the last thing that Prefect said."""
    chosen = [argument for name in names for argument in ("--name", name)]
    done = await anyio.run_process(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", *chosen],
        check=False,
        cwd=root,
        env={**os.environ, **_settings(), POOL_VARIABLE: pool},
    )
    if done.returncode:
        output = (done.stdout + done.stderr).decode(errors="replace")
        raise CallFailed(f"`prefect deploy` failed: {_reason(output, connection)}")


def _settings() -> Mapping[str, str]:
    """Those in force here, wherever they come from: the other process looks for its own in another folder."""
    from prefect.settings import get_current_settings

    quiet = {"PREFECT_LOGGING_LEVEL": "ERROR", "NO_COLOR": "1"}
    return {**get_current_settings().to_environment_variables(exclude_unset=True, include_secrets=True), **quiet}


def _reason(output: str, connection: Connection) -> str:
    """The last line that says something, without the address's secrets."""
    lines = [line.strip(FRAMES) for line in output.splitlines()]
    last = next((line for line in reversed(lines) if line), "it said nothing")
    return last.replace(connection.api_url, connection.shown_url)[:LONGEST_REASON]
