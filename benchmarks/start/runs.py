"""Runs of a flow as a work pool makes them: a deployment's, each in a fresh process of Prefect's engine.

`prefect flow-run execute`, which starts that process in a container, adds the same to every flow and is left out.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.start.fresh import Cost, cost_of


@dataclass(frozen=True, slots=True)
class Deployed:
    """A deployment of a flow on a server, by its id, and the checkout whose code it runs."""

    api_url: str
    id: str
    code: Path

    def executed(self, environment: dict[str, str]) -> Cost:
        """Make a run of it, execute that, and say what it cost; ends the benchmark where it does not complete."""
        made = _posted(self.api_url, f"deployments/{self.id}/create_flow_run", {})
        engine = [sys.executable, "-m", "prefect.engine"]
        cost = cost_of(engine, self.code, environment | {"PREFECT__FLOW_RUN_ID": made})
        ended = httpx.get(f"{self.api_url}/flow_runs/{made}", timeout=30).json()["state"]
        if ended["type"] != "COMPLETED":
            raise SystemExit(f"the run {made} ended {ended['name']}: {ended['message']}")
        return cost


def deployed(api_url: str, name: str, entrypoint: str, code: Path) -> Deployed:
    """Put up a deployment that runs the code of a checkout where it lies."""
    flow = _posted(api_url, "flows/", {"name": name})
    wanted = {"name": code.name, "flow_id": flow, "entrypoint": entrypoint, "path": str(code)}
    return Deployed(api_url, _posted(api_url, "deployments/", wanted), code)


def _posted(api_url: str, path: str, body: dict[str, str]) -> str:
    answer = httpx.post(f"{api_url}/{path}", json=body, timeout=30)
    return str(answer.raise_for_status().json()["id"])
