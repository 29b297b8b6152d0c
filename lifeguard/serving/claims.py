"""Which runs are due, and taking them: by the same calls as Prefect's own runner, so that nobody else starts them too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lifeguard.installing.asking import found
from lifeguard.observe.api import Api
from lifeguard.serving.deployments import Served

Row = Mapping[str, Any]

AT_ONCE = 50
"""So many late runs are looked at per round; all but one of each deployment are cancelled by its limit."""
HOLDING = ("PENDING", "RUNNING", "CANCELLING")
"""The types of state in which a run holds its deployment's slot (`ReleaseFlowConcurrencySlots`, 3.9.1)."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a served deployment, as the server has it; `since` is when it came into its state."""

    id: str
    name: str
    deployment_id: str
    state_type: str
    state_name: str
    message: str
    since: datetime

    @property
    def is_over(self) -> bool:
        """Whether it holds no slot any more."""
        return self.state_type not in HOLDING


def run_of(row: Row) -> Run:
    """A run from the server's answer."""
    state: Row = row["state"]
    return Run(
        id=str(row["id"]),
        name=str(row["name"]),
        deployment_id=str(row["deployment_id"]),
        state_type=str(state["type"]),
        state_name=str(state["name"]),
        message=str(state.get("message") or ""),
        since=datetime.fromisoformat(state["timestamp"]),
    )


async def due_runs(api: Api, served: Sequence[Served], now: datetime) -> list[Run]:
    """The scheduled runs whose time has come, oldest first. Asking also tells the server that somebody serves them."""
    asked = {"deployment_ids": [each.id for each in served], "scheduled_before": now.isoformat(), "limit": AT_ONCE}
    return [run_of(row) for row in await api.post("deployments/get_scheduled_flow_runs", asked)]


async def take(api: Api, run: Run, mark: str) -> bool:
    """Take a run by making it Pending under our mark; False where the server gave it to another, or cancelled it."""
    pending = {"type": "PENDING", "name": "Pending", "message": mark}
    answer: Row = await api.change("POST", f"flow_runs/{run.id}/set_state", {"state": pending})
    return answer["status"] == "ACCEPT"


async def unfinished_runs(api: Api, served: Sequence[Served]) -> list[Run]:
    """Every run that holds a slot of what is served."""
    of_ours = {"deployments": {"id": {"any_": [each.id for each in served]}}}
    holding = {"flow_runs": {"state": {"type": {"any_": list(HOLDING)}}}}
    return [run_of(row) for row in await api.post("flow_runs/filter", of_ours | holding)]


async def read_run(api: Api, run_id: str) -> Run | None:
    """A run as it is now; None where somebody has deleted it."""
    row = await found(api, f"flow_runs/{run_id}")
    return None if row is None else run_of(row)


async def finish(api: Api, run: Run, state: str, why: str) -> None:
    """End a run that nothing carries on any more, as `Crashed` or `Cancelled`; its slot is free then."""
    ended = {"type": state.upper(), "name": state, "message": why}
    await api.change("POST", f"flow_runs/{run.id}/set_state", {"state": ended, "force": True})
