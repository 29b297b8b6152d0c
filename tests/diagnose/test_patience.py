"""Waiting is information until the policy's patience ends; a pause is a warning until then, and critical after."""

from collections.abc import Callable

import pytest

from lifeguard.snapshot import Snapshot
from tests.builders import (
    judged,
    limit,
    policy,
    pool,
    queue,
    refused,
    run,
    running,
    severities,
    snapshot,
)

FULL: dict[str, Callable[[float], Snapshot]] = {
    "pool-limit-saturated": lambda waits: snapshot(
        pools=[pool(limit=1, active_slots=1)], waiting=[run(overdue=waits)], active=[running()]
    ),
    "queue-limit-saturated": lambda waits: snapshot(
        queues=[queue(limit=1, active_slots=1)], waiting=[run(overdue=waits)], active=[running()]
    ),
    "deployment-limit-waiting": lambda waits: snapshot(
        limits=[limit(active=1)], waiting=[refused(waits=waits)], active=[running()]
    ),
}
HELD: dict[str, Callable[[float], Snapshot]] = {
    "pool-paused": lambda waits: snapshot(pools=[pool(is_paused=True)], waiting=[run(overdue=waits)]),
    "queue-paused": lambda waits: snapshot(queues=[queue(is_paused=True)], waiting=[run(overdue=waits)]),
    "limit-set-to-zero": lambda waits: snapshot(pools=[pool(limit=0)], waiting=[run(overdue=waits)]),
}


@pytest.mark.parametrize("code", FULL)
@pytest.mark.parametrize(("waits", "severity"), [(300, "info"), (301, "warning"), (90_000, "warning")])
def test_waiting_for_a_slot_is_a_warning_after_the_patience(code: str, waits: float, severity: str) -> None:
    assert severities(judged(FULL[code](waits)))[code] == severity


@pytest.mark.parametrize("code", FULL)
def test_a_pool_may_have_a_patience_of_its_own(code: str) -> None:
    own = policy(pools={"etl": {"wait_warning_after_seconds": 60}, "other": {"wait_warning_after_seconds": 0}})
    assert severities(judged(FULL[code](61), own))[code] == "warning"
    assert severities(judged(FULL[code](59), own))[code] == "info"


@pytest.mark.parametrize("code", FULL)
def test_a_full_limit_that_nobody_waits_for_is_no_finding(code: str) -> None:
    assert code not in severities(judged(FULL[code](-3600)))


@pytest.mark.parametrize("code", HELD)
@pytest.mark.parametrize(
    ("waits", "severity"), [(-7200, "info"), (20, "warning"), (3600, "warning"), (3601, "critical")]
)
def test_a_pause_is_critical_after_the_patience(code: str, waits: float, severity: str) -> None:
    assert severities(judged(HELD[code](waits))) == {code: severity}


@pytest.mark.parametrize("code", ["pool-paused", "queue-paused"])
def test_a_pause_before_work_that_is_due_soon_is_a_warning(code: str) -> None:
    assert severities(judged(HELD[code](-600))) == {code: "warning"}


@pytest.mark.parametrize("code", HELD)
def test_a_pool_may_have_a_patience_with_pauses_of_its_own(code: str) -> None:
    own = policy(pools={"etl": {"pause_critical_after_seconds": 60}})
    assert severities(judged(HELD[code](61), own)) == {code: "critical"}


def test_the_oldest_run_decides() -> None:
    seen = snapshot(
        pools=[pool(limit=1, active_slots=1)],
        waiting=[run("young", overdue=20), run("old", overdue=400)],
        active=[running()],
    )
    assert severities(judged(seen)) == {"pool-limit-saturated": "warning"}


def test_a_limit_of_zero_is_not_called_full() -> None:
    seen = snapshot(
        pools=[pool(limit=0, active_slots=0)],
        queues=[queue(limit=0)],
        limits=[limit(slots=0)],
        waiting=[refused(waits=400)],
    )
    assert {finding.code for finding in judged(seen)} == {"limit-set-to-zero"}


def test_a_limit_that_is_switched_off_holds_nobody_back() -> None:
    assert judged(snapshot(limits=[limit(slots=0, is_on=False)], waiting=[run(overdue=20)])) == []


def test_a_refused_run_that_nobody_tries_again_does_not_wait_for_the_limit() -> None:
    seen = snapshot(limits=[limit(active=1)], waiting=[refused(waits=400, tries_again_in=-61)], active=[running()])
    assert "deployment-limit-waiting" not in severities(judged(seen))


def test_the_servers_count_of_slots_goes_before_the_runs_that_were_seen() -> None:
    seen = snapshot(
        pools=[pool(limit=2, active_slots=1)], waiting=[run(overdue=20)], active=[running("a"), running("b")]
    )
    assert "pool-limit-saturated" not in severities(judged(seen))


def test_where_the_server_counts_nothing_the_runs_that_were_seen_count() -> None:
    seen = snapshot(pools=[pool(limit=2)], waiting=[run(overdue=20)], active=[running("a"), running("b")])
    assert severities(judged(seen)) == {"pool-limit-saturated": "info"}
