"""A page that is a test: one real event for a pager, and what the server says became of it.

Only the last word about it is told, as for every other page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

import anyio

from lifeguard.findings import Finding, Resource, Severity
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.observe.api import Api
from lifeguard.page.events import Event, incident_event
from lifeguard.page.pagers import Pager
from lifeguard.page.post import post_events
from lifeguard.page.proof import Said, Word, words_about
from lifeguard.page.reconcile import ours
from lifeguard.page.rule_names import incident_rule

LIMIT_SECONDS = 30.0
POLL_SECONDS = 1.0


class Fate(StrEnum):
    """What became of a test message, as far as the server says."""

    EXECUTED = "executed"
    FAILED = "failed"
    NO_WORD = "no word"
    NOT_FIRED = "not fired"
    NOT_ARMED = "not armed"
    SWITCHED_OFF = "switched off"


UNDECIDED = frozenset({Fate.NO_WORD, Fate.NOT_FIRED})


@dataclass(frozen=True, slots=True)
class Trial:
    """The end of one test. `reason` is the server's, without what it logged, which may hold the address of a webhook."""

    pager: Pager
    fate: Fate
    reason: str = ""

    @property
    def is_decided(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.fate not in UNDECIDED


def trial_event(pager: Pager, now: datetime) -> Event:
    """An incident that is none, of the worst severity that this pager pages about, for this pager only."""
    severity = _worst(pager)
    title = f"This is a test of the pager {pager.name}: nothing is wrong"
    finding = Finding("page-test", severity, Resource("lifeguard", pager.name, pager.name), title)
    incident = Incident(finding, now, now, severity, opened_at=now)
    return incident_event(Change(ChangeKind.OPENED, now, incident), str(uuid4()), [pager.name])


async def tried(api: Api, pagers: Sequence[Pager], now: datetime, limit_seconds: float = LIMIT_SECONDS) -> list[Trial]:
    """Send a test to each that is armed, and wait until the server says what became of it; raises `CallFailed`."""
    rules = {each["name"]: bool(each["enabled"]) for each in await ours(api)}
    trials = [Trial(pager, _before(rules.get(_rule(pager)))) for pager in pagers]
    events = {trial.pager: trial_event(trial.pager, now) for trial in trials if not trial.is_decided}
    await post_events(api, list(events.values()))
    with anyio.move_on_after(limit_seconds):
        while not all(trial.is_decided for trial in trials):
            await anyio.sleep(POLL_SECONDS)
            words = await words_about(api, [event["id"] for event in events.values()])
            for number, trial in enumerate(trials):
                if not trial.is_decided:
                    trials[number] = _fate(trial.pager, words.get((events[trial.pager]["id"], _rule(trial.pager))))
    return trials


def _before(is_enabled: bool | None) -> Fate:
    if is_enabled is None:
        return Fate.NOT_ARMED
    return Fate.NOT_FIRED if is_enabled else Fate.SWITCHED_OFF


def _rule(pager: Pager) -> str:
    return incident_rule(pager.name, _worst(pager))


def _worst(pager: Pager) -> Severity:
    return max(pager.severities, key=lambda each: each.rank)


def _fate(pager: Pager, word: Word | None) -> Trial:
    if word is None:
        return Trial(pager, Fate.NOT_FIRED)
    fates = {Said.EXECUTED: Fate.EXECUTED, Said.FAILED: Fate.FAILED, Said.FIRED: Fate.NO_WORD}
    return Trial(pager, fates[word.said], word.reason)
