"""How fast the day goes by: at which of its minutes something is done, and the clock that is moved to them."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tests.healthy_day.moved_clock import MovedClock

MINUTE = 60
SETTINGS = {
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.1",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}
"""What is stored at once need not be waited for; leases survive the restart of the server, as they should."""
PATIENT = {
    "PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "720",
    "PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "720",
    "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "900",
}
"""For steps of more than a minute."""
CLOSELY_FOR_MINUTES = 3
"""So long after something happened, every minute has its patrol."""
LOOKS_AT = 2
"""Seconds after the whole minute: what is due at that time was taken."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many minutes a step is, and how many lie between two patrols, where nothing happens; and how long it goes on."""

    step: int = 1
    quiet: int = 15
    hours: int = 24

    @property
    def settings(self) -> Mapping[str, str]:
        """What the server is told."""
        return SETTINGS if self.step == 1 else SETTINGS | PATIENT

    @property
    def heartbeat_seconds(self) -> int:
        """What workers promise."""
        return 30 if self.step == 1 else self.step * MINUTE

    def steps(self, happenings: Collection[int]) -> list[int]:
        """The minutes at which something is done, in order."""
        return [at for at in range(2, self.hours * MINUTE) if at % self.step == 0 or is_close(at, happenings)]

    def is_patrolled(self, minute: int, happenings: Collection[int]) -> bool:
        """Whether somebody looks then."""
        return minute % self.quiet == 0 or is_close(minute, happenings)


def is_close(minute: int, happenings: Collection[int]) -> bool:
    """Whether something has just happened."""
    return any(0 <= minute - at < CLOSELY_FOR_MINUTES for at in happenings)


@dataclass
class Calendar:
    """The minutes of the day, and the clock that is moved from one to the next."""

    clock: MovedClock
    began_at: float
    ahead: int = 0

    def go_to(self, minute: int) -> None:
        """Move on to this minute, unless it is past already."""
        wanted = self.began_at + minute * MINUTE + LOOKS_AT
        self.ahead += max(0, round(wanted - time.time()))
        self.clock.move_to(self.ahead)
