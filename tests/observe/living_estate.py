"""An estate whose runs live on while it is looked at, on a real server: acts of one kind each, and looks at any time."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from lifeguard.facts import Server
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.known_deployments import with_due_forgotten
from lifeguard.observe.look import Look, begin
from lifeguard.observe.pools import inspect_pools
from lifeguard.observe.runs import find_active_runs, find_failed_starts, find_overdue_runs
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot
from tests.estate import PATIENT, Estate
from tests.observe.flow_run_table import FlowRunTable

PAGE_SIZE = 4
MINUTE = timedelta(minutes=1)
FORGETFUL = PATIENT.model_copy(update={"reread_after_seconds": 0})
LISTS = ("waiting", "retrying", "active", "paused", "cancelling", "ended", "interrupted")
DUE = "state_type = 'SCHEDULED' AND next_scheduled_start_time <= :now"

Act = Callable[["LivingEstate", int], None]


@dataclass(slots=True)
class LivingEstate:
    """What is there, the time that it is taken to be, and what the last look left."""

    estate: Estate
    table: FlowRunTable
    chance: random.Random
    models: list[str]
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    memory: Memory = field(default=NOTHING_KNOWN, repr=False)
    server: Server | None = field(default=None, repr=False)

    def make(self, *minutes: float, **columns: Any) -> None:
        """Runs that are to start in so many minutes, of some deployment each."""
        for each in minutes:
            at = self.now + each * MINUTE
            scheduled = {"expected_start_time": at, "next_scheduled_start_time": at, "name": f"run at {each}"}
            self.table.copies(self.chance.choice(self.models), [{**scheduled, **columns}])

    def run_since(self, *minutes: float) -> None:
        """Runs that started so many minutes ago and still run."""
        for each in minutes:
            at = self.now - each * MINUTE
            started = {"expected_start_time": at, "start_time": at, "next_scheduled_start_time": None, "run_count": 1}
            running = {"state_type": "RUNNING", "state_name": "Running", "infrastructure_pid": "machine:1"}
            self.table.copies(self.chance.choice(self.models), [{**started, **running}])

    def move(self, number: int, where: str, type: str, name: str, **columns: Any) -> None:
        """Bring so many of the runs of a condition, any of them, into a state."""
        found = self.table.ids(where, now=self.now)
        chosen = self.chance.sample(found, min(number, len(found)))
        self.table.change(chosen, state_type=type, state_name=name, **columns)

    def delete(self, number: int, *, oldest: bool = False) -> None:
        """Delete so many runs that wait, any or the oldest, but for those that others are copied from."""
        found = [id for id in self.table.ids("state_type = 'SCHEDULED'") if id not in self.models]
        self.table.delete(found[:number] if oldest else self.chance.sample(found, min(number, len(found))))

    def seen(self, memory: Memory, policy: Policy = PATIENT) -> Snapshot:
        """The runs and deployments of a look that has this memory, at the time that it is taken to be."""

        async def look() -> Snapshot:
            async with Api(Connection(self.estate.api_url), policy) as api:
                snapshot = await find_overdue_runs(api, await self.listed(api, memory, policy), policy)
                snapshot = await find_active_runs(api, snapshot, policy)
                snapshot = await find_failed_starts(api, snapshot, policy)
                return replace(snapshot, api_calls=api.calls)

        return anyio.run(look)

    async def listed(self, api: Api, memory: Memory, policy: Policy = PATIENT) -> Snapshot:
        """The pools and queues, before any run is read."""
        snapshot = Snapshot(await self._known_server(api), self.now, memory=memory)
        return with_due_forgotten(await inspect_pools(api, snapshot, policy), policy)

    async def _known_server(self, api: Api) -> Server:
        """The server as it was first seen, but with small pages."""
        if self.server is None:
            begun = (await begin(Look(api, PATIENT), self.now)).server
            self.server = replace(begun, settings=replace(begun.settings, page_size=PAGE_SIZE))
        return self.server

    def look_again(self) -> Snapshot:
        """A look that remembers the one before and is remembered."""
        seen = self.seen(self.memory)
        self.memory = seen.memory
        return seen


def facts(seen: Snapshot) -> Mapping[str, object]:
    """What was seen, but for order; nothing may be there twice."""
    assert not seen.missing
    found: dict[str, object] = {}
    for name in LISTS:
        runs = getattr(seen, name)
        found[name] = frozenset(runs)
        assert len({run.id for run in runs}) == len(runs)
    return {**found, "deployments": dict(seen.deployments)}


ACTS: Mapping[str, Act] = {
    "nothing happens": lambda _, __: None,
    "some are claimed": lambda it, number: it.move(number, DUE, "PENDING", "Pending", next_scheduled_start_time=None),
    "the worker notes what it made": lambda it, _: it.table.change(
        it.table.ids("state_type = 'PENDING' AND infrastructure_pid IS NULL AND work_queue_id IS NOT NULL"),
        infrastructure_pid="machine:1",
    ),
    "infrastructure is still pending": lambda it, number: it.move(
        number, "state_type = 'PENDING'", "PENDING", "InfrastructurePending"
    ),
    "some that are pending crash": lambda it, number: it.move(
        number, "state_type = 'PENDING'", "CRASHED", "Crashed", end_time=it.now
    ),
    "some that are pending are deleted": lambda it, number: it.table.delete(
        it.table.ids("state_type = 'PENDING'")[:number]
    ),
    "some start": lambda it, number: it.move(
        number, "state_type = 'PENDING'", "RUNNING", "Running", start_time=it.now, run_count=1
    ),
    "some end": lambda it, number: it.move(number, "state_type = 'RUNNING'", "COMPLETED", "Completed", end_time=it.now),
    "some crash": lambda it, number: it.move(number, "state_type = 'RUNNING'", "CRASHED", "Crashed", end_time=it.now),
    "some are cancelled before they start": lambda it, number: it.move(
        number, DUE, "CANCELLED", "Cancelled", end_time=it.now, next_scheduled_start_time=None
    ),
    "some are being cancelled": lambda it, number: it.move(
        number, "state_type = 'RUNNING'", "CANCELLING", "Cancelling"
    ),
    "some are paused": lambda it, number: it.move(number, "state_type = 'RUNNING'", "PAUSED", "Paused"),
    "some go on": lambda it, number: it.move(number, "state_type = 'PAUSED'", "RUNNING", "Running"),
    "some are retried": lambda it, number: it.move(
        number,
        "state_type = 'COMPLETED'",
        "SCHEDULED",
        "AwaitingRetry",
        next_scheduled_start_time=it.now,
        end_time=None,
    ),
    "some are retried in their process": lambda it, number: it.move(
        number, "state_type = 'COMPLETED'", "RUNNING", "Retrying", end_time=None
    ),
    "some are refused a slot": lambda it, number: it.move(
        number, DUE, "SCHEDULED", "AwaitingConcurrencySlot", next_scheduled_start_time=it.now + MINUTE / 2
    ),
    "some are named Late": lambda it, number: it.move(
        number, f"{DUE} AND state_name = 'Scheduled'", "SCHEDULED", "Late"
    ),
    "the oldest that wait are deleted": lambda it, number: it.delete(number, oldest=True),
    "some are deleted": lambda it, number: it.delete(number),
    "some are made for now": lambda it, number: it.make(*[0.0] * number),
    "some are made for later": lambda it, number: it.make(*(it.chance.choice([1, 5, 20]) for _ in range(number))),
    "some are made for the past": lambda it, number: it.make(
        *(-it.chance.choice([0.5, 3, 7, 200]) for _ in range(number))
    ),
}
"""Each of one kind: where as many come into the past as leave it, a count cannot tell (`known_runs`)."""
