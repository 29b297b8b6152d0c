"""Live through a healthy day by a moved clock, patrolling, and print what was found as one JSON object.

    python -m tests.healthy_day HOME [STEP_MINUTES] [QUIET_MINUTES] [HOURS]

It is started with the environment of a `MovedClock`, whose file it moves. A step is one minute, or up to five where nothing
happens; workers then promise a heartbeat at each, and the server expects no more of them.
"""

import os
import sys
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson

from lifeguard.configuration import ConfigurationError
from lifeguard.findings import Finding, Severity
from tests.healthy_day.happenings import Day
from tests.healthy_day.moved_clock import FILE_VARIABLE, MovedClock
from tests.healthy_day.site import Site, Wire
from tests.page.arming import arm, pager
from tests.page.receiver import Receiver, receiver, webhook
from tests.page.restarted_server import RestartedServer, restarted_server
from tests.patrolling import patrolled

SETTINGS = {
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.1",
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}
"""What is stored at once need not be waited for; leases survive the restart of the server, as they should."""
PATIENT = {
    "PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS": "360",
    "PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS": "360",
    "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "900",
}
"""For steps of more than a minute."""
MINUTE = 60
RESTART_AT = 14 * MINUTE
CLOSELY_FOR_MINUTES = 3
"""So long after something happened, every minute has its patrol."""
LOOKS_AT = 2
"""Seconds after the whole minute: what is due at that time was taken."""
PHONE = pager("phone", frozenset(Severity))


@dataclass
class Found:
    """What a day of patrols came to. `findings` is by code: the worst severity, at which minutes, and the last title."""

    patrols: int = 0
    completed_runs: int = 0
    opened: list[tuple[int, str, str, str]] = field(default_factory=list[tuple[int, str, str, str]])
    findings: dict[str, dict[str, list[int]]] = field(default_factory=dict[str, dict[str, list[int]]])
    titles: dict[str, str] = field(default_factory=dict[str, str])
    missing: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    pages: list[str] = field(default_factory=list[str])

    def add(self, minute: int, finding: Finding) -> None:
        """Note one finding of one patrol."""
        self.findings.setdefault(finding.code, {}).setdefault(finding.severity.value, []).append(minute)
        self.titles[f"{finding.code} {finding.severity}"] = finding.title


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


def live(home: Path, pace: Pace) -> Found:
    """The whole day."""
    clock, found = MovedClock(Path(), Path(os.environ[FILE_VARIABLE])), Found()
    with ExitStack() as stack:
        server = stack.enter_context(restarted_server(home, pace.settings))
        phone = stack.enter_context(receiver())
        stack.enter_context(webhook(server.api_url, phone.port, PHONE.name))
        arm(server.api_url, PHONE, silence_seconds=2 * pace.quiet * MINUTE)
        midnight = datetime.now(UTC).replace(second=0, microsecond=0)
        day = Day(Site(Wire(server.api_url), pace.heartbeat_seconds), midnight)
        _live(day, server, Calendar(clock, midnight.timestamp()), found, pace)
        found.pages = _pages(phone)
    return found


def _live(day: Day, server: RestartedServer, calendar: Calendar, found: Found, pace: Pace) -> None:
    calendar.go_to(1)
    day.begin()
    happenings = {**day.happenings(), RESTART_AT: partial(_restart, server)}
    for minute in pace.steps(happenings):
        calendar.go_to(minute)
        day.site.step()
        _act(happenings, minute)
        if pace.is_patrolled(minute, happenings):
            day.site.settle()
            _patrol(server.api_url, server.home, minute, found)
    found.completed_runs = day.site.completed


def _act(happenings: Mapping[int, Callable[[], None]], minute: int) -> None:
    if minute in happenings:
        happenings[minute]()


def _restart(server: RestartedServer) -> None:
    server.kill()
    server.start()


def _patrol(api_url: str, home: Path, minute: int, found: Found) -> None:
    kept = patrolled(api_url, home, {})
    found.patrols += 1
    for finding in kept.judgement.findings:
        found.add(minute, finding)
    for one in kept.changes.opened:
        found.opened.append((minute, one.finding.code, one.severity, one.finding.title))
    found.missing.extend((minute, str(missing)) for missing in kept.judgement.snapshot.missing)
    said = ", ".join(f"{each.code} {each.severity}" for each in kept.judgement.findings)
    sys.stderr.write(f"{minute // MINUTE:02}:{minute % MINUTE:02} {said or 'nothing'}\n")


def _pages(phone: Receiver) -> list[str]:
    return phone.subjects(PHONE.name)


def main(home: str, *pace: str) -> None:
    """Raises `ConfigurationError` where the clock is not moved."""
    if FILE_VARIABLE not in os.environ:
        raise ConfigurationError(f"{FILE_VARIABLE} is not set: start this with the environment of a MovedClock.")
    found = live(Path(home), Pace(*map(int, pace)))
    sys.stdout.buffer.write(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main(*sys.argv[1:])
