"""Did it arrive? What a page comes to by what the server says of it, and when it is tried again. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lifeguard.facts import seconds
from lifeguard.page.proof import Said, Word, Words
from lifeguard.page.rule_names import incident_rule
from lifeguard.pages import Fate, Page

STORED_WITHIN_SECONDS = 600.0
"""A server that has not stored an event by then has lost it; until then it may only be slow to tell."""

LONGEST_WAIT_SECONDS = 3600.0

DID_NOT_FIRE = "its rule did not fire"
"""What is said of a page whose event came, and whose rule is there and switched on."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the server says: words by event and rule, the events it keeps, and our rules with whether each is on.

    A page of which it has not said for `patience_seconds` that it was sent has failed.
    """

    patience_seconds: float
    words: Words = field(default_factory=dict[tuple[str, str], Word])
    stored: Collection[str] = frozenset()
    rules: Mapping[str, bool] = field(default_factory=dict[str, bool])


def rule_of(page: Page) -> str:
    """The name of the rule that makes a message of this page."""
    return incident_rule(page.pager, page.change.incident.severity)


def word_about(page: Page, words: Words) -> Word | None:
    """What the server says of its newest attempt, or that one before it has arrived after all."""
    rule = rule_of(page)
    said = [word for id in page.event_ids if (word := words.get((id, rule)))]
    arrived = next((word for word in said if word.said is Said.EXECUTED), None)
    return arrived or words.get((page.event_id or "", rule))


def is_due_for_a_word(page: Page, patience_seconds: float, now: datetime) -> bool:
    """Whether the server should have said by now that it was sent."""
    return page.posted_at is not None and now >= page.posted_at + seconds(patience_seconds)


def judged(page: Page, evidence: Evidence, now: datetime) -> Page:
    """The page with what became of it; unchanged where it is too early to say."""
    if page.posted_at is None:
        return page
    word = word_about(page, evidence.words)
    if word and word.said is Said.EXECUTED:
        return replace(page, fate=Fate.DELIVERED, reason="")
    if word and word.said is Said.FAILED:
        return _failed(page, Fate.FAILED, word.reason, evidence)
    if not is_due_for_a_word(page, evidence.patience_seconds, now):
        return page
    if word:
        return _failed(page, Fate.SILENT, "its rule fired, and the server does not say that it was sent", evidence)
    return _unfired(page, evidence, now)


def _unfired(page: Page, evidence: Evidence, now: datetime) -> Page:
    is_on = evidence.rules.get(rule_of(page))
    is_lost = now >= (page.posted_at or now) + seconds(STORED_WITHIN_SECONDS)
    if page.event_id not in evidence.stored and not is_lost:
        return page
    if is_on is False:
        return replace(page, fate=Fate.DROPPED, reason="its rule is switched off")
    return _failed(page, Fate.UNFIRED, DID_NOT_FIRE if is_on else "it is not armed", evidence)


def _failed(page: Page, fate: Fate, reason: str, evidence: Evidence) -> Page:
    due_at = (page.posted_at or page.due_at) + wait_after(page.attempts, evidence.patience_seconds)
    return replace(page, fate=fate, reason=reason, due_at=max(page.due_at, due_at))


def wait_after(attempts: int, patience_seconds: float) -> timedelta:
    """How long after so many attempts the next one is made: twice as long each time, an hour at most."""
    doublings = min(max(attempts - 1, 0), 10)
    return seconds(min(LONGEST_WAIT_SECONDS, patience_seconds * 2**doublings))
