"""The runs that look at parts: made for the deployment `look_at_part`, asked how they are, called off when they are late."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lifeguard.facts import OWN_TAG
from lifeguard.observe.api import Api, CallFailed

DEPLOYMENT = "look_at_part/look_at_part"
NOT_FOUND = 404
OVER = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartRun:
    """A run as the server has it."""

    id: str
    name: str
    state_type: str
    state_name: str
    message: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or badly."""
        return self.state_type in OVER

    @property
    def has_begun(self) -> bool:
        """Whether somebody has taken it up."""
        return self.state_type not in ("SCHEDULED", "PENDING")


async def deployment_id(api: Api) -> str | None:
    """The deployment whose runs look at parts; None where it is not there. Raises `CallFailed`."""
    flow, _, name = DEPLOYMENT.partition("/")
    try:
        row: Row = await api.get(f"deployments/name/{quote(flow)}/{quote(name)}")
    except CallFailed as failure:
        if failure.status == NOT_FOUND:
            return None
        raise
    return str(row["id"])


async def start_run(api: Api, deployment: str, patrol_id: str, number: int, of: int) -> PartRun:
    """A run that is due at once; asked for twice, it is made once. Raises `CallFailed`."""
    body: dict[str, Any] = {
        "name": f"part-{number}-of-{of}-{patrol_id[:8]}",
        "parameters": {"patrol": patrol_id, "part": number},
        "tags": [OWN_TAG],
        "idempotency_key": f"{patrol_id}-{number}",
        "state": {"type": "SCHEDULED"},
    }
    return _run(await api.post(f"deployments/{deployment}/create_flow_run", body))


async def read_runs(api: Api, ids: Collection[str]) -> Mapping[str, PartRun]:
    """Those of these runs that are still there, by id; raises `CallFailed`."""
    rows: list[Row] = await api.post("flow_runs/filter", {"flow_runs": {"id": {"any_": sorted(ids)}}})
    return {run.id: run for run in map(_run, rows)}


async def call_off(api: Api, run: PartRun) -> None:
    """End a run that nobody has taken up, so that nobody does later; raises `CallFailed`."""
    state = {"type": "CANCELLED", "message": "The patrol no longer waits for this part."}
    await api.post(f"flow_runs/{run.id}/set_state", {"state": state})


def _run(row: Row) -> PartRun:
    state: Row = row.get("state") or {}
    return PartRun(row["id"], row["name"], row["state_type"] or "", row["state_name"] or "", state.get("message"))
