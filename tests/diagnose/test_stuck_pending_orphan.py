"""stuck-pending-orphan: silence makes an orphan, and harm is what it keeps from starting."""

import pytest

from lifeguard.diagnose.stuck_pending_orphan import stuck_pending_orphan
from lifeguard.snapshot import Snapshot
from tests.builders import (
    judged,
    limit,
    pending,
    policy,
    pool,
    queue,
    refused,
    run,
    running,
    scene,
    severities,
    snapshot,
    unseen,
)

STUCK = pending("stuck", since=400)


@pytest.mark.parametrize(
    ("state", "since", "is_stuck"),
    [
        ("Pending", 300, False),
        ("Pending", 301, True),
        ("Submitting", 301, True),
        ("InfrastructurePending", 899, False),
        ("InfrastructurePending", 901, True),
    ],
)
def test_patience_depends_on_the_state(state: str, since: float, is_stuck: bool) -> None:
    assert bool(judged(snapshot(active=[pending(since=since, state=state)]))) == is_stuck


def test_a_pool_may_have_a_patience_of_its_own() -> None:
    own = policy(pools={"etl": {"pending_stuck_after_seconds": 30}})
    assert severities(judged(snapshot(active=[pending(since=31)]), own)) == {"stuck-pending-orphan": "warning"}


def test_a_run_that_still_logs_is_not_stuck() -> None:
    assert judged(snapshot(active=[STUCK], progressing=[STUCK.id])) == []


def test_a_run_that_was_claimed_before_it_was_due_is_not_stuck() -> None:
    assert judged(snapshot(active=[pending(since=400, expected=20)])) == []


def test_a_running_run_is_not_stuck() -> None:
    assert judged(snapshot(active=[running(since=90_000)])) == []


def test_a_run_of_lifeguard_is_not_called_stuck() -> None:
    assert judged(snapshot(active=[pending(since=400, tags=["lifeguard"])])) == []


def test_nobody_is_stuck_where_the_logs_were_not_seen() -> None:
    seen = snapshot(active=[STUCK], missing=[unseen("logs of pending runs")])
    assert severities(judged(seen)) == {"pool-observation-failed": "warning"}


BLOCKED: dict[str, Snapshot] = {
    "pool": snapshot(pools=[pool(limit=1, active_slots=1)], active=[STUCK], waiting=[run(overdue=60)]),
    "queue": snapshot(queues=[queue(limit=1, active_slots=1)], active=[STUCK], waiting=[run(overdue=60)]),
    "deployment": snapshot(limits=[limit(active=1)], active=[STUCK], waiting=[refused(waits=60)]),
}


@pytest.mark.parametrize("of", BLOCKED)
def test_a_stuck_run_that_holds_the_last_slot_is_critical_and_explains_the_wait(of: str) -> None:
    found = judged(BLOCKED[of])
    assert (found[0].code, found[0].severity.value) == ("stuck-pending-orphan", "critical")
    assert {each.caused_by for each in found[1:]} == {found[0].fingerprint}


def test_a_full_pool_is_critical_though_nobody_waits_yet() -> None:
    assert severities(judged(snapshot(pools=[pool(limit=1)], active=[STUCK]))) == {"stuck-pending-orphan": "critical"}


def test_one_healthy_holder_will_free_its_slot() -> None:
    seen = snapshot(pools=[pool(limit=2)], active=[STUCK, running()], waiting=[run(overdue=20)])
    assert severities(judged(seen)) == {"stuck-pending-orphan": "warning", "pool-limit-saturated": "info"}


def test_a_full_queue_is_critical_though_nobody_waits_yet() -> None:
    assert severities(judged(snapshot(queues=[queue(limit=1)], active=[STUCK]))) == {"stuck-pending-orphan": "critical"}


def test_the_runs_of_a_pool_are_one_finding_with_a_remedy_for_each() -> None:
    found = stuck_pending_orphan(scene(snapshot(active=[STUCK, pending("older", since=900)])))
    assert [each.run_ids for each in found] == [("id-of-older", "id-of-stuck")]
    assert found[0].remedy[:2] == ("prefect flow-run cancel id-of-older", "prefect flow-run cancel id-of-stuck")
