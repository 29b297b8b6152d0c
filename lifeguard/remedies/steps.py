"""One step: a single call that changes one thing, and what was seen of that thing when it was planned.

Since each is one call, a `lifeguard fix` that is killed midway leaves nothing half-done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from lifeguard.facts import Limit, Pool, Run, Worker

BY_US = "Set by `lifeguard fix`"
ENDS = {"CANCELLED": "Cancelled", "CRASHED": "Crashed", "SCHEDULED": "Scheduled"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call of Prefect's API; the path begins after `/api/`."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that is off is switched on. `read` is where it is looked at, and `id` what has to be there."""

    what: str
    id: str
    read: str
    column: Literal["is_paused", "paused", "active"]
    call: Call

    @property
    def wanted(self) -> bool:
        """What the column is to be; it is the other one now."""
        return self.column == "active"

    @property
    def says(self) -> str:
        """What changes."""
        before, after = (str(value).lower() for value in (not self.wanted, self.wanted))
        return f"{self.what}: {self.column} from {before} to {after}"


@dataclass(frozen=True, slots=True)
class SetState:
    """A run that nobody works on any more gets another state by force. `heard` is its newest heartbeat, if it sent any."""

    run: Run
    type: Literal["CANCELLED", "CRASHED", "SCHEDULED"]
    because: str
    heard: datetime | None = None

    @property
    def says(self) -> str:
        """What changes."""
        return f"run '{self.run.name}' ({self.run.id}): its state from {self.run.state_name} to {ENDS[self.type]}"

    @property
    def call(self) -> Call:
        """With force, the server keeps none of its rules but the one that gives slots back (`MinimalFlowPolicy`, 3.9.1)."""
        state = {"type": self.type, "message": f"{BY_US}: {self.because}"}
        return Call("POST", f"flow_runs/{self.run.id}/set_state", {"state": state, "force": True})


@dataclass(frozen=True, slots=True)
class HandOver:
    """A retry that only its own process could begin is given to the workers.

    `prefect flow-run cancel` and `retry` do not do that: the run stays `in_process` (Prefect 3.8.8 and 3.9.1).
    """

    run: Run

    @property
    def says(self) -> str:
        """What changes."""
        return f"run '{self.run.name}' ({self.run.id}): retry_type of its policy from in_process to reschedule"

    @property
    def call(self) -> Call:
        """The rest of the policy is read when it is done, and sent back as it is."""
        return Call("PATCH", f"flow_runs/{self.run.id}", {"empirical_policy": {"retry_type": "reschedule"}})


@dataclass(frozen=True, slots=True)
class SetSlots:
    """The counter of a limit is set to the slots that are really held; `page_size` is for counting them again."""

    limit: Limit
    active_slots: int
    held: int
    page_size: int

    @property
    def says(self) -> str:
        """What changes."""
        return f"the counter of the limit '{self.limit.name}': slots taken from {self.active_slots} to {self.held}"

    @property
    def call(self) -> Call:
        """A number and not a difference, so that a call which has to be repeated does no harm."""
        return Call("PATCH", f"v2/concurrency_limits/{self.limit.id}", {"active_slots": self.held})


@dataclass(frozen=True, slots=True)
class DeleteWorker:
    """The record of a worker that has not been heard for long is deleted; a worker that comes back makes a new one."""

    pool: Pool
    worker: Worker
    heard: datetime

    @property
    def says(self) -> str:
        """What changes."""
        heard = f"{self.heard:%Y-%m-%d %H:%M:%S} UTC"
        return (
            f"the record of worker '{self.worker.name}' of work pool '{self.pool.name}', last heard at {heard}: deleted"
        )

    @property
    def call(self) -> Call:
        """Only for names that are addressable (`lifeguard.fixable`)."""
        return Call("DELETE", f"work_pools/{quote(self.pool.name, safe='')}/workers/{quote(self.worker.name, safe='')}")


Step = Switch | SetState | HandOver | SetSlots | DeleteWorker
