"""`lifeguard up`: the deployments of prefect.yaml, served from this process until it is stopped."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import (
    DEFAULT_POLICY_FILE,
    POLICY_FILE_VARIABLE,
    ConfigurationError,
    local_sources,
    merged,
)
from lifeguard.demo.signals import ended_by_signals
from lifeguard.installing.project import ROOT, read_project
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.server import reach_server
from lifeguard.policy import Policy
from lifeguard.serving.processes import Children
from lifeguard.serving.serve import Serving, serve


def run_up(policy_file: Path | None) -> Status:
    """Serve until SIGINT or SIGTERM; raises `ConfigurationError` where that could never work."""
    if os.name == "nt":
        raise ConfigurationError("`lifeguard up` needs Linux or macOS: on Windows, deploy to a process pool instead.")
    environment = _environment_of_runs(policy_file)
    run_async(partial(_serve, environment, merged(local_sources(policy_file, os.environ))))
    return Status.FINE


def _environment_of_runs(policy_file: Path | None) -> Mapping[str, str]:
    """Runs work in the folder of the code, so that a policy file of this folder is named to them in full."""
    file = policy_file or (DEFAULT_POLICY_FILE if DEFAULT_POLICY_FILE.is_file() else None)
    named = {POLICY_FILE_VARIABLE: str(file.resolve())} if file else {}
    return {**named, **os.environ} if policy_file is None else {**os.environ, **named}


async def _serve(environment: Mapping[str, str], policy: Policy) -> None:
    connection, declared = connection_from_prefect(), read_project(os.environ)
    with ended_by_signals(), Children() as children:
        async with Api(connection, policy) as api:
            await reach_server(api, utc_now())
        await serve(Serving(declared, ROOT, lambda: Api(connection, policy), _tell, environment, children))


def _tell(sentence: str) -> None:
    complain(f"{datetime.now().astimezone():%H:%M:%S} {sentence}")
