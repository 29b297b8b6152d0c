"""The rows of work pools, their queues and workers.

78 % are healthy, 8 % lost some workers, 6 % all of them, 4 % are paused, 2 % never had a worker, and 2 % need none. Every
tenth pool has a limit, and so has the first queue of every twentieth.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

from benchmarks.estates.size import Size

Row = dict[str, Any]

KINDS = ("healthy",) * 39 + ("degraded",) * 4 + ("down",) * 3 + ("paused",) * 2 + ("empty", "push")
LATE_AMONG_HEALTHY = 20
"""Every so many of the healthy pools have late runs too, beside all pools that are not: 24 % of all at 2,000 pools."""

TYPES = ("kubernetes", "kubernetes", "docker", "process", "ecs", "cloud-run-v2")
PUSH = "ecs:push"
WORKERS = range(2, 9)
LOST_FOR = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Place:
    """A pool with the ids and names of its queues, the first of which is the default one."""

    pool_id: UUID
    name: str
    kind: str
    queues: tuple[tuple[UUID, str], ...]
    has_late_runs: bool

    @property
    def runs_anything(self) -> bool:
        """Whether a worker is there that runs what is due."""
        return self.kind in ("healthy", "degraded")


def new_id(chance: random.Random) -> UUID:
    """The same ids in every run."""
    return UUID(int=chance.getrandbits(128), version=4)


def places(size: Size, chance: random.Random) -> list[Place]:
    """Every pool with its queues, the first of which is the default one."""
    each, more = divmod(size.queues, size.pools)
    return [_place(number, each + (number < more), chance) for number in range(size.pools)]


def _place(number: int, queues: int, chance: random.Random) -> Place:
    kind = KINDS[number * 7 % len(KINDS)]
    names = ["default", *(f"priority-{place}" for place in range(1, queues))]
    is_late = kind in ("degraded", "down", "paused", "empty") or (
        kind == "healthy" and number % LATE_AMONG_HEALTHY == 3
    )
    name = f"team-{number % 40}-{kind}-{number}"
    return Place(new_id(chance), name, kind, tuple((new_id(chance), queue) for queue in names), is_late)


def pool_rows(found: list[Place], templates: dict[str, Row]) -> Iterator[Row]:
    """The pools, without their default queues, which are not there yet."""
    for number, place in enumerate(found):
        type = PUSH if place.kind == "push" else TYPES[number % len(TYPES)]
        yield {
            "id": place.pool_id,
            "name": place.name,
            "type": type,
            "base_job_template": templates[type.removesuffix(":push")],
            "is_paused": place.kind == "paused",
            "concurrency_limit": 50 if number % 10 == 1 else None,
            "status": _status(place),
        }


def _status(place: Place) -> str:
    if place.kind == "paused":
        return "PAUSED"
    return "READY" if place.runs_anything or place.kind == "push" else "NOT_READY"


def queue_rows(found: list[Place], now: datetime) -> Iterator[Row]:
    """The queues, polled just now where a worker is."""
    for number, place in enumerate(found):
        for priority, (id, name) in enumerate(place.queues, start=1):
            yield {
                "id": id,
                "name": name,
                "work_pool_id": place.pool_id,
                "priority": priority,
                "status": "READY" if place.runs_anything else "NOT_READY",
                "last_polled": now if place.runs_anything else now - LOST_FOR,
                "concurrency_limit": 20 if number % 20 == 2 and priority == 1 else None,
            }


def worker_rows(found: list[Place], now: datetime, chance: random.Random) -> Iterator[Row]:
    """The workers, with a heartbeat just now where they live."""
    for place in found:
        for number in range(0 if place.kind in ("empty", "push") else chance.choice(WORKERS)):
            lives = place.runs_anything and not (place.kind == "degraded" and number % 2)
            yield {
                "id": new_id(chance),
                "name": f"worker-{number}-{place.name}",
                "work_pool_id": place.pool_id,
                "created": now - 2 * LOST_FOR,
                "last_heartbeat_time": now if lives else now - LOST_FOR,
                "heartbeat_interval_seconds": 30,
                "status": "ONLINE" if lives else "OFFLINE",
            }


def base_job_templates() -> dict[str, Row]:
    """Those that Prefect itself gives to new pools, by type: 1.3 to 14 kB each."""
    views = files("prefect.server.api") / "collections_data" / "views" / "aggregate-worker-metadata.json"
    packages: dict[str, dict[str, Row]] = json.loads(views.read_bytes())
    workers = {type: worker for package in packages.values() for type, worker in package.items()}
    return {type: worker["default_base_job_configuration"] for type, worker in workers.items()}
