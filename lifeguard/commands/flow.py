"""One of our flows, once, in this process, by the entrypoint that prefect.yaml names."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.configuration import POLICY_FILE_VARIABLE, ConfigurationError, Source, local_sources, merged
from lifeguard.facts import Server
from lifeguard.installing.project import ROOT
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.server import reach_server


def run_flow(deployment: str, parameters: Mapping[str, Any], policy_file: Path | None) -> Any:
    """Run the flow of a deployment and return its final state; None, and one sentence, where no flow can run."""
    server = run_async(_reach, local_sources(policy_file, os.environ))
    if not server.reachable or server.ready is False:
        complain(
            f"No flow can run: {server.api_url} is not ready ({server.not_ready_because}); `prefect server status`."
        )
        return None
    if policy_file:
        os.environ[POLICY_FILE_VARIABLE] = str(policy_file)
    return run_async(_run, entrypoint(deployment), parameters)


async def _reach(sources: Sequence[Source]) -> Server:
    """Prefect would try for minutes and end in a traceback; this says in seconds what is wrong with the address."""
    async with Api(connection_from_prefect(), merged(sources)) as api:
        return (await reach_server(api, utc_now())).server


async def _run(entry: str, parameters: Mapping[str, Any]) -> Any:
    from prefect.flows import load_flow_from_entrypoint

    flow = load_flow_from_entrypoint(entry, use_placeholder_flow=False)
    return await flow(**parameters, return_state=True)


def entrypoint(deployment: str) -> str:
    """The absolute entrypoint of one of our deployments; raises `ConfigurationError` where there is no prefect.yaml."""
    file = ROOT / "prefect.yaml"
    if not file.is_file():
        raise ConfigurationError(f"There is no {file.name} beside Lifeguard's packages: run it from a checkout.")
    deployments = yaml.safe_load(file.read_text(encoding="utf-8"))["deployments"]
    chosen = next(each for each in deployments if each["name"] == deployment)
    return str(ROOT / chosen["entrypoint"])
