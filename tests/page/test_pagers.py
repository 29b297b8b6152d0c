"""Whom to page about what, how soon again, and who is left to sleep."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from lifeguard.findings import Finding, Resource, Severity
from lifeguard.incidents import Incident
from lifeguard.page.pagers import UNDELIVERED, Pager
from lifeguard.page.quiet_hours import QuietHours
from tests.builders import NOW, finding

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
ONCALL = Pager("oncall", "slack-webhook/oncall")
CHAT = Pager("chat", "slack-webhook/chat", frozenset({WARNING}))
ETL_TEAM = Pager("etl-team", "slack-webhook/etl", frozenset(Severity), ("etl*",))
ASLEEP = Pager("asleep", "twilio-sms/asleep", quiet=QuietHours(time(22), time(7), ZoneInfo("Europe/Zurich")))


def incident(found: Finding) -> Incident:
    return Incident(found, NOW, NOW, found.severity, opened_at=NOW)


def undelivered(pager: str, severity: Severity = WARNING) -> Incident:
    return incident(Finding(UNDELIVERED, severity, Resource("lifeguard", pager, pager), f"{pager} does not deliver"))


@pytest.mark.parametrize(
    ("found", "wanted_by"),
    [
        (finding(pool="etl-1"), {"oncall", "etl-team"}),
        (finding(pool="web"), {"oncall"}),
        (finding(pool="web", severity="warning"), {"oncall", "chat"}),
        (finding(pool="etl-1", severity="info"), {"etl-team"}),
        (finding(pool="etl-1", caused_by="api-unreachable:server:x"), set[str]()),
        (
            Finding("history-unavailable", WARNING, Resource("lifeguard", "history", "history"), "away"),
            {"oncall", "chat"},
        ),
    ],
)
def test_a_pager_wants_its_severities_and_pools(found: Finding, wanted_by: set[str]) -> None:
    assert {pager.name for pager in (ONCALL, CHAT, ETL_TEAM) if pager.wants(incident(found))} == wanted_by


@pytest.mark.parametrize("severity", [WARNING, CRITICAL])
def test_that_a_pager_does_not_deliver_is_told_by_the_others(severity: Severity) -> None:
    lost, other = Pager("lost", "slack-webhook/lost"), Pager("other", "slack-webhook/lost")
    assert [pager.name for pager in (lost, other) if pager.wants(undelivered("lost", severity))] == ["other"]


def test_a_pool_of_its_own_name_is_another_matter() -> None:
    about_a_pool = Finding(UNDELIVERED, WARNING, Resource("work-pool", "oncall", "oncall"), "made up")
    assert ONCALL.wants(incident(about_a_pool))
    assert ONCALL.wants(incident(Finding("page-test", WARNING, Resource("lifeguard", "oncall", "oncall"), "a test")))


@pytest.mark.parametrize(("severity", "hours"), [(CRITICAL, 4), (WARNING, 24), (INFO, None)])
def test_what_is_open_is_told_again_by_its_severity(severity: Severity, hours: int | None) -> None:
    assert ONCALL.repeat_after(severity) == (timedelta(hours=hours) if hours else None)


def test_what_is_never_to_be_repeated_is_not() -> None:
    once = Pager("once", "slack-webhook/once", repeat_critical_hours=0, repeat_warning_hours=0.25)
    assert [once.repeat_after(each) for each in (CRITICAL, WARNING, INFO)] == [None, timedelta(minutes=15), None]


def test_only_what_is_critical_pages_in_quiet_hours() -> None:
    at_seven = datetime(2026, 11, 23, 6, tzinfo=UTC)
    waits = [ASLEEP.quiet_until(each, MIDNIGHT) for each in (CRITICAL, WARNING, INFO)]
    assert (waits, ASLEEP.quiet_until(WARNING, at_seven)) == ([None, at_seven, at_seven], None)


def test_without_quiet_hours_nothing_waits() -> None:
    assert {ONCALL.quiet_until(each, MIDNIGHT) for each in Severity} == {None}


def test_a_pager_that_sleeps_wants_the_same_as_one_that_does_not() -> None:
    assert ASLEEP.wants(incident(finding(severity="warning")))
