"""Live through a healthy day by a moved clock, patrolling, and print what was found as one JSON object.

    python -m tests.healthy_day HOME [STEP_MINUTES] [QUIET_MINUTES] [HOURS]

It is started with the environment of a `MovedClock`, whose file it moves. A step is one minute, or up to ten where nothing
happens; workers then promise a heartbeat at each, and the server expects no more of them.
"""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import orjson

from lifeguard.configuration import ConfigurationError
from lifeguard.findings import Finding
from tests.estate import wait_until
from tests.healthy_day.happenings import Day
from tests.healthy_day.moved_clock import FILE_VARIABLE, MovedClock
from tests.healthy_day.pace import MINUTE, Calendar, Pace
from tests.healthy_day.site import Site, Wire
from tests.page.arming import arm, pager
from tests.page.receiver import Receiver, receiver, webhook
from tests.page.restarted_server import RestartedServer, restarted_server
from tests.page.saving import saved_pager
from tests.patrolling import patrolled

RESTART_AT = 14 * MINUTE
ILL_FOR_MINUTES = 40
"""Longer than three heartbeats of the slowest worker."""
PHONE = pager("phone")
"""With the severities that pagers have unless they are told others: critical and warning."""


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
    pages_when_ill: list[str] = field(default_factory=list[str])

    def add(self, minute: int, finding: Finding) -> None:
        """Note one finding of one patrol."""
        self.findings.setdefault(finding.code, {}).setdefault(finding.severity.value, []).append(minute)
        self.titles[f"{finding.code} {finding.severity}"] = finding.title


def live(home: Path, pace: Pace) -> Found:
    """The whole day."""
    clock, found = MovedClock(Path(), Path(os.environ[FILE_VARIABLE])), Found()
    with ExitStack() as stack:
        server = stack.enter_context(restarted_server(home, pace.settings))
        phone = stack.enter_context(receiver())
        stack.enter_context(webhook(server.api_url, phone.port, PHONE.name))
        stack.enter_context(saved_pager(server.api_url, PHONE.name))
        arm(server.api_url, PHONE, silence_seconds=2 * pace.quiet * MINUTE)
        midnight = datetime.now(UTC).replace(second=0, microsecond=0)
        day = Day(Site(Wire(server.api_url), pace.heartbeat_seconds), midnight)
        calendar = Calendar(clock, midnight.timestamp())
        _live(day, server, calendar, found, pace)
        found.pages = phone.subjects(PHONE.name)
        _fall_ill(day, server, calendar, pace, phone)
        found.pages_when_ill = phone.subjects(PHONE.name)[len(found.pages) :]
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


def _fall_ill(day: Day, server: RestartedServer, calendar: Calendar, pace: Pace, phone: Receiver) -> None:
    """The proof that the phone would have rung: every worker of a pool dies while its runs are due."""
    day.site.workers = {name: worker for name, worker in day.site.workers.items() if worker.pool != "etl"}
    for minutes in range(0, ILL_FOR_MINUTES, pace.step):
        calendar.go_to(pace.hours * MINUTE + minutes)
        day.site.step()
    day.site.settle()
    for minutes in range(2):
        calendar.go_to(pace.hours * MINUTE + ILL_FOR_MINUTES + minutes)
        patrolled(server.api_url, server.home, {})
    wait_until(lambda: _is_told(phone), "the phone rings once something is wrong")


def _is_told(phone: Receiver) -> bool:
    return any(page.startswith("CRITICAL") and "'etl'" in page for page in phone.subjects(PHONE.name))


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


def main(home: str, *pace: str) -> None:
    """Raises `ConfigurationError` where the clock is not moved."""
    if FILE_VARIABLE not in os.environ:
        raise ConfigurationError(f"{FILE_VARIABLE} is not set: start this with the environment of a MovedClock.")
    found = live(Path(home), Pace(*map(int, pace)))
    sys.stdout.buffer.write(orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main(*sys.argv[1:])
