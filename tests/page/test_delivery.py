"""What a page comes to by what the server says of it."""

from dataclasses import replace

import pytest

from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.page.delivery import Evidence, judged, wait_after
from lifeguard.page.proof import Said, Word
from lifeguard.page.undelivered import undelivered, unusable
from lifeguard.pages import Fate, Page
from tests.builders import NOW, ago, ahead, finding

RULE = "lifeguard: page critical [oncall]"
ON, OFF = {RULE: True}, {RULE: False}
FOUND = finding()
OPENED = Change(
    ChangeKind.OPENED, ago(100), Incident(FOUND, ago(100), NOW, FOUND.severity, 1, opened_at=ago(100), id=3)
)
POSTED = Page(OPENED, "oncall", ago(100), Fate.POSTED, 1, "the-event", ago(100), id=1)
FIRED = {("the-event", RULE): Word(Said.FIRED)}


def said(said: Said, reason: str = "") -> Evidence:
    return Evidence(90, {("the-event", RULE): Word(said, reason)}, {"the-event"}, ON)


def test_what_the_server_sent_is_delivered() -> None:
    assert judged(POSTED, said(Said.EXECUTED), NOW).fate is Fate.DELIVERED


def test_what_the_server_could_not_send_has_failed_and_why() -> None:
    page = judged(POSTED, said(Said.FAILED, "Notification failed"), NOW)
    assert (page.fate, page.reason, page.due_at) == (Fate.FAILED, "Notification failed", ago(10))


@pytest.mark.parametrize(("seconds", "fate"), [(89, Fate.POSTED), (90, Fate.SILENT)])
def test_silence_is_a_failure_only_after_the_patience(seconds: float, fate: Fate) -> None:
    posted = replace(POSTED, posted_at=ago(seconds))
    assert judged(posted, said(Said.FIRED), NOW).fate is fate


@pytest.mark.parametrize(
    ("rules", "fate", "reason"),
    [
        (ON, Fate.UNFIRED, "its rule did not fire"),
        ({}, Fate.UNFIRED, "it is not armed"),
        (OFF, Fate.DROPPED, "its rule is switched off"),
    ],
)
def test_an_event_that_is_there_without_any_word_tells_of_its_rule(
    rules: dict[str, bool], fate: Fate, reason: str
) -> None:
    page = judged(POSTED, Evidence(90, {}, {"the-event"}, rules), NOW)
    assert (page.fate, page.reason) == (fate, reason)


def test_an_event_that_is_not_stored_yet_is_waited_for_but_not_for_ever() -> None:
    unseen = Evidence(90, {}, frozenset(), ON)
    lost = replace(POSTED, posted_at=ago(600))
    assert (judged(POSTED, unseen, NOW), judged(lost, unseen, NOW).fate) == (POSTED, Fate.UNFIRED)


def test_the_word_of_another_rule_or_event_proves_nothing() -> None:
    words = {("the-event", "lifeguard: page warning [oncall]"): Word(Said.EXECUTED), ("x", RULE): Word(Said.EXECUTED)}
    assert judged(POSTED, Evidence(90, words, {"the-event"}, ON), NOW).fate is Fate.UNFIRED


def test_what_was_not_posted_yet_is_not_judged() -> None:
    page = replace(POSTED, posted_at=None)
    assert judged(page, said(Said.EXECUTED), NOW) == page


def test_a_late_word_settles_what_had_failed() -> None:
    assert judged(replace(POSTED, fate=Fate.SILENT), said(Said.EXECUTED), NOW).fate is Fate.DELIVERED


def test_an_attempt_that_arrives_after_the_next_was_made_settles_it_too() -> None:
    again = replace(POSTED, attempts=2, event_id="the-second", earlier_ids=("the-event",))
    second = {("the-second", RULE): Word(Said.FIRED)}
    assert judged(again, Evidence(90, {**FIRED, **second}), NOW).fate is Fate.SILENT
    arrived = {("the-event", RULE): Word(Said.EXECUTED), **second}
    assert judged(again, Evidence(90, arrived), NOW).fate is Fate.DELIVERED


def test_each_attempt_waits_twice_as_long_and_an_hour_at_most() -> None:
    waits = [wait_after(attempts, 90).total_seconds() for attempts in (1, 2, 3, 4, 5, 6, 7, 100)]
    assert waits == [90, 180, 360, 720, 1440, 2880, 3600, 3600]


def test_one_failure_is_a_finding_and_what_was_never_tried_is_none() -> None:
    waiting = replace(POSTED, fate=Fate.WAITING, attempts=0, event_id=None, posted_at=None)
    failed = replace(POSTED, fate=Fate.FAILED, reason="Notification failed", due_at=ahead(80))
    (found,) = undelivered([POSTED, waiting, failed])
    assert found.title == (
        "The pager oncall was not reached (Notification failed); 1 message is not known to have arrived, "
        "the oldest of 2026-11-22 11:58:20 UTC"
    )
    assert (found.severity, found.is_confirmed, found.evidence["attempts"]) == ("critical", False, 1)


def test_a_pager_stays_unreached_while_the_next_attempt_is_under_way() -> None:
    again = replace(POSTED, attempts=2, posted_at=ago(5), reason="Notification failed")
    assert [each.resource.name for each in undelivered([again])] == ["oncall"]


def test_pagers_that_cannot_be_used_are_a_finding() -> None:
    (found,) = unusable(["The block pager/x cannot be used (pools: it is empty): mend it."])
    assert (found.code, found.title) == (
        "page-undelivered",
        "The block pager/x cannot be used (pools: it is empty): mend it",
    )
    assert unusable([]) == []
