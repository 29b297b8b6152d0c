"""The rows of flows, deployments, their limits, flow runs and the states of these."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from benchmarks.estates.pools import Place, Row, new_id
from benchmarks.estates.size import Size

MINUTE = timedelta(minutes=1)
BEGINS_AFTER = timedelta(seconds=4)
DEPLOYMENTS_A_FLOW = 10
WITH_LIMIT = 20
"""Every so many deployments have a limit of their own, with room."""

PARAMETERS = {"day": "2026-11-22", "source": "s3://landing/orders", "batch_size": 500}


@dataclass(frozen=True, slots=True)
class Owner:
    """A deployment as far as its runs need to know it."""

    id: UUID
    flow_id: UUID
    place: Place
    queue: tuple[UUID, str]


def owners(size: Size, found: Sequence[Place], chance: random.Random) -> list[Owner]:
    """The deployments, as many in each pool."""
    flows = [new_id(chance) for _ in range(max(1, size.deployments // DEPLOYMENTS_A_FLOW))]
    return [
        Owner(new_id(chance), flows[number % len(flows)], place, chance.choice(place.queues))
        for number in range(size.deployments)
        for place in (found[number % len(found)],)
    ]


def flow_rows(deployments: Sequence[Owner]) -> Iterator[Row]:
    """The flows of the deployments."""
    for number, id in enumerate(dict.fromkeys(owner.flow_id for owner in deployments)):
        yield {"id": id, "name": f"flow-{number}"}


def limit_rows(deployments: Sequence[Owner], chance: random.Random) -> Iterator[Row]:
    """A limit for some of the deployments, none of which is taken."""
    for owner in deployments[::WITH_LIMIT]:
        yield {"id": new_id(chance), "name": f"deployment:{owner.id}", "limit": 500, "active_slots": 0, "active": True}


def deployment_rows(deployments: Sequence[Owner], limits: Sequence[Row]) -> Iterator[Row]:
    """The deployments, with what a deployment of somebody has: parameters, a schema, pull steps."""
    by_name = {row["name"]: row["id"] for row in limits}
    for number, owner in enumerate(deployments):
        yield {
            "id": owner.id,
            "name": f"deployment-{number}",
            "flow_id": owner.flow_id,
            "work_queue_id": owner.queue[0],
            "work_queue_name": owner.queue[1],
            "entrypoint": "flows/orders.py:orders",
            "path": "/opt/prefect",
            "status": "READY" if owner.place.runs_anything else "NOT_READY",
            "parameters": PARAMETERS,
            "parameter_openapi_schema": _schema(),
            "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": "/opt/prefect"}}],
            "concurrency_limit_id": by_name.get(f"deployment:{owner.id}"),
            "tags": [f"team-{number % 40}"],
        }


def _schema() -> dict[str, Any]:
    properties = {name: {"title": name, "default": value} for name, value in PARAMETERS.items()}
    return {"type": "object", "properties": properties, "required": list(PARAMETERS)}


@dataclass(frozen=True, slots=True)
class Kind:
    """Runs of one state: how many, and between which ages, in minutes, they are due; below zero lies ahead."""

    number: int
    type: str
    name: str
    oldest: float
    youngest: float


def kinds(size: Size) -> list[Kind]:
    """All that there are."""
    return [
        Kind(size.late, "SCHEDULED", "Late", 180, 1),
        Kind(size.pending, "PENDING", "Pending", 3, 0.2),
        Kind(size.running, "RUNNING", "Running", 8, 1),
        Kind(size.future, "SCHEDULED", "Scheduled", -1, -100),
        Kind(size.completed, "COMPLETED", "Completed", 24 * 60, 10),
    ]


INFRASTRUCTURE = "machine-1:4711"
"""What a worker notes of a run that it took: where its process is."""


def run_rows(kind: Kind, deployments: Sequence[Owner], now: datetime, chance: random.Random) -> Iterator[Row]:
    """The runs of one kind."""
    able = [owner for owner in deployments if _has(kind, owner.place)]
    for number in range(kind.number):
        due = now - chance.uniform(kind.youngest, kind.oldest) * MINUTE
        run = run_row(able[number % len(able)], kind.type, kind.name, due, f"{kind.name.lower()}-run-{number}")
        yield {**run, "id": new_id(chance), "state_timestamp": run["start_time"] or min(due, now)}


def run_row(owner: Owner, type: str, name: str, due: datetime, its_name: str) -> Row:
    """One run, due at this time, with an id that no other has."""
    began = None if type in ("SCHEDULED", "PENDING") else due + BEGINS_AFTER
    return {
        "id": uuid4(),
        "name": its_name,
        "flow_id": owner.flow_id,
        "deployment_id": owner.id,
        "work_queue_id": owner.queue[0],
        "work_queue_name": owner.queue[1],
        "parameters": PARAMETERS,
        "tags": ["auto-scheduled"],
        "auto_scheduled": True,
        "state_type": type,
        "state_name": name,
        "state_timestamp": began or due,
        "expected_start_time": due,
        "next_scheduled_start_time": due if type == "SCHEDULED" else None,
        "start_time": began,
        "end_time": due + 5 * MINUTE if type == "COMPLETED" else None,
        "run_count": 1 if began else 0,
        "infrastructure_pid": None if type == "SCHEDULED" else INFRASTRUCTURE,
    }


def _has(kind: Kind, place: Place) -> bool:
    """Late runs are in the pools that have some, what was claimed is where workers are, and what lies ahead is everywhere."""
    if kind.name == "Late":
        return place.has_late_runs
    return place.runs_anything or kind.type == "SCHEDULED"


def state_row(run: Row) -> Row:
    """The state of a run."""
    return {
        "flow_run_id": run["id"],
        "type": run["state_type"],
        "name": run["state_name"],
        "timestamp": run["state_timestamp"],
        "state_details": {"flow_run_id": str(run["id"])},
    }
