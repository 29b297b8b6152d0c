"""Many patrols in a row, on a real database: every incident is told, in its order, and not again and again.

The server is a model of one (`post_office`), so that days pass in a second and a patrol can be killed between any two of
its steps.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest

from lifeguard.findings import Finding
from lifeguard.page.delivery import Evidence, judged
from lifeguard.page.events import Event
from lifeguard.page.pagers import Pager
from lifeguard.page.postings import postings
from lifeguard.page.quiet_hours import QuietHours
from lifeguard.page.round import Teller
from lifeguard.page.undelivered import undelivered
from lifeguard.policy import Policy
from lifeguard.record.database import Database, database_at
from lifeguard.record.outbox import hold_round, mark_told, pages_of, write_fates
from lifeguard.record.remember import remember
from tests.builders import API_URL, ahead, finding, judgement
from tests.page.post_office import PostOffice

OWN = Policy(critical_recovery_seconds=60, warning_for_seconds=0, warning_recovery_seconds=60)
ONCALL = Pager("oncall", "slack-webhook/oncall")


class Killed(Exception):
    """The patrol ended here."""


@dataclass
class Watch:
    """Patrols of one server; `kill` is the chance that one ends at each of its steps."""

    database: Database
    office: PostOffice
    pagers: Sequence[Pager] = (ONCALL,)
    kill: float = 0.0
    kills: int = 0
    at: float = 0.0
    found: list[Finding] = field(default_factory=list[Finding])

    def patrol(self, *findings: Finding, minutes: float = 1) -> None:
        """One patrol that finds these, so long after the last one."""
        self.at += 60 * minutes
        try:
            anyio.run(self._patrol, list(findings))
        except Killed:
            self.kills += 1

    async def _patrol(self, findings: list[Finding]) -> None:
        now = ahead(self.at)
        pages = await pages_of(self.database, API_URL)
        evidence = Evidence(OWN.retell_after_seconds, self.office.words, self.office.events.keys())
        after = [judged(page, evidence, now) for page in pages]
        await write_fates(self.database, after)
        self.found = undelivered(after)
        self._step()
        look = judgement(findings=[*findings, *self.found], at=self.at, own=OWN)
        await remember(self.database, look, f"patrol-{self.at}")
        self._step()
        teller = Teller(API_URL, self.pagers, now)
        batch = postings(await hold_round(self.database, API_URL, f"patrol-{self.at}", now, teller.decide), API_URL)
        for posting in batch:
            self._step()
            self.office.take(posting.event)
        self._step()
        first = [posting.first for posting in batch if posting.first]
        await mark_told(self.database, first, [page for posting in batch for page in posting.pages], now)

    def _step(self) -> None:
        if self.office.chance.random() < self.kill:
            raise Killed


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    history = database_at(f"sqlite:///{tmp_path / 'history.db'}", "the test")
    return Watch(history, PostOffice(random.Random(7)))


def lost(number: int) -> Finding:
    return finding(pool=f"pool-{number:03}")


def words(events: Sequence[Event]) -> list[str]:
    return [f"{event['payload']['kind']} {event['payload']['title'].split()[-1]}" for event in events]


def told(office: PostOffice, pool: str, pager: str = "oncall") -> list[str]:
    """The kinds of what a pager received about one pool, alone or with others."""
    about = [event for event in office.messages(pager) if is_about(event, pool)]
    return [event["payload"]["kind"] for event in about]


def is_about(event: Event, pool: str) -> bool:
    payload = event["payload"]
    return pool in str(payload.get("where", payload.get("work_pool"))).split(", ")


@pytest.mark.parametrize("seed", range(2))
def test_a_hundred_incidents_with_a_failing_receiver_and_killed_patrols(watch: Watch, seed: int) -> None:
    """At least once, none more than twice, no end before its beginning."""
    chance = random.Random(seed)
    watch.office.chance, watch.office.failing, watch.kill = chance, 1 / 3, 0.05
    spans = {number: (start := chance.randrange(40), start + chance.randrange(3, 20)) for number in range(100)}
    for minute in range(60):
        watch.patrol(*(lost(number) for number, (begins, ends) in spans.items() if begins <= minute < ends))
    watch.office.failing, watch.kill = 0.0, 0.0
    for _ in range(30):
        watch.patrol(minutes=5)
    wrong = {number: kinds for number in spans if (kinds := told(watch.office, f"pool-{number:03}")) != BOTH}
    assert wrong == {}
    assert watch.kills >= 10


BOTH = ["opened", "resolved"]


def test_what_does_not_arrive_is_sent_again_until_it_does(watch: Watch) -> None:
    watch.office.is_down = True
    for _ in range(30):
        watch.patrol(lost(1))
    about = [event["resource"] for event in watch.office.events.values() if ONCALL.label in event["resource"]]
    assert [resource["lifeguard.attempt"] for resource in about] == ["1", "2", "3", "4", "5"]
    watch.office.is_down = False
    for _ in range(12):
        watch.patrol(lost(1), minutes=5)
    assert words(watch.office.messages("oncall")) == ["opened pool-no-workers"]


def test_a_pager_that_is_not_reached_is_an_incident_that_others_hear_of(watch: Watch) -> None:
    watch.pagers = (Pager("first", "slack-webhook/first", pools=("pool-*",)), Pager("second", "slack-webhook/second"))
    watch.office.deaf = {"first"}
    for _ in range(4):
        watch.patrol(lost(1))
    titles = [event["payload"]["title"] for event in watch.office.messages("second")]
    assert titles[1:] == [
        "The pager first was not reached (its rule fired, and the server does not say that it was sent); "
        "1 message is not known to have arrived, the oldest of 2026-11-22 12:01:00 UTC"
    ]
    watch.office.deaf.clear()
    for _ in range(12):
        watch.patrol(lost(1), minutes=5)
    kinds = [event["payload"]["kind"] for event in watch.office.messages("second")]
    assert (kinds, told(watch.office, "pool-001", "first")) == (["opened", "opened", "resolved"], ["opened"])


def test_a_resolution_waits_until_its_beginning_has_arrived(watch: Watch) -> None:
    watch.office.is_down = True
    watch.patrol(lost(1))
    for _ in range(5):
        watch.patrol()
    watch.office.is_down = False
    for _ in range(10):
        watch.patrol()
    assert told(watch.office, "pool-001") == BOTH


def test_forty_pools_at_once_are_one_message_and_one_when_they_are_back(watch: Watch) -> None:
    for _ in range(3):
        watch.patrol(*map(lost, range(40)))
    for _ in range(4):
        watch.patrol()
    messages = watch.office.messages("oncall")
    assert [event["event"] for event in messages] == ["lifeguard.incidents.opened", "lifeguard.incidents.resolved"]
    assert messages[0]["payload"]["title"].startswith("pool-no-workers in 40 work pools: 'pool-000', 'pool-001'")


def test_what_another_incident_explains_is_told_by_nobody_until_that_one_is_over(watch: Watch) -> None:
    parent, child = lost(1), finding(pool="child", code="run-overdue-unexplained", caused_by=lost(1).fingerprint)
    unexplained = finding(pool="child", code="run-overdue-unexplained")
    watch.patrol(parent, child)
    watch.patrol(unexplained)
    assert told(watch.office, "child") == []
    for _ in range(3):
        watch.patrol(unexplained)
    assert told(watch.office, "child") == ["reminded"]


def test_what_lasts_is_told_again_after_the_repeat_interval(watch: Watch) -> None:
    for _ in range(18):
        watch.patrol(lost(1), minutes=30)
    assert told(watch.office, "pool-001") == ["opened", "reminded", "reminded"]


def test_a_new_pager_hears_of_what_is_open(watch: Watch) -> None:
    watch.patrol(lost(1))
    watch.pagers = (ONCALL, Pager("second", "slack-webhook/second"))
    for _ in range(3):
        watch.patrol(lost(1))
    assert (told(watch.office, "pool-001"), told(watch.office, "pool-001", "second")) == (["opened"], ["reminded"])


def test_a_pager_that_is_gone_is_not_waited_for(watch: Watch) -> None:
    watch.office.is_down = True
    watch.patrol(lost(1))
    watch.pagers = ()
    watch.patrol(lost(1))
    assert anyio.run(pages_of, watch.database, API_URL) == []


NIGHT = Pager("oncall", "slack-webhook/oncall", quiet=QuietHours.parse("11:00-13:00"))
"""NOW is 12:00."""


def test_a_warning_of_the_quiet_hours_is_told_when_they_end(watch: Watch) -> None:
    watch.pagers = (NIGHT,)
    warning = finding(pool="slow", severity="warning")
    watch.patrol(warning)
    watch.patrol(warning, minutes=58)
    assert told(watch.office, "slow") == []
    watch.patrol(warning)
    assert told(watch.office, "slow") == ["opened"]


def test_a_warning_that_is_over_before_the_quiet_hours_end_is_told_by_nobody(watch: Watch) -> None:
    watch.pagers = (NIGHT,)
    watch.patrol(finding(pool="slow", severity="warning"))
    for _ in range(12):
        watch.patrol(minutes=10)
    assert told(watch.office, "slow") == []


def test_a_warning_that_gets_critical_in_the_quiet_hours_pages_at_once(watch: Watch) -> None:
    watch.pagers = (NIGHT,)
    watch.patrol(finding(pool="slow", severity="warning"))
    watch.patrol(finding(pool="slow"))
    assert told(watch.office, "slow") == ["escalated"]
    for _ in range(7):
        watch.patrol(finding(pool="slow"), minutes=10)
    assert told(watch.office, "slow") == ["escalated"]
