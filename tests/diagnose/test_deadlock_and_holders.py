"""Who holds the slots: parents that wait for their children, holders that are named, task runs behind a tag."""

from dataclasses import replace

import pytest

from lifeguard.facts import Holder, TaskWait
from tests.builders import (
    ago,
    judged,
    limit,
    policy,
    pool,
    run,
    running,
    severities,
    snapshot,
)

CHILD = run("child", overdue=20, parent_task="task")


def test_a_parent_in_the_last_slot_that_waits_for_its_child_is_a_deadlock() -> None:
    parent = running("parent")
    seen = snapshot(pools=[pool(limit=1)], active=[parent], waiting=[CHILD], parents={"task": parent.id})
    assert severities(judged(seen)) == {"subflow-parent-deadlock": "critical", "pool-limit-saturated": "info"}


def test_one_holder_that_waits_for_nobody_will_free_its_slot() -> None:
    parent = running("parent")
    seen = snapshot(
        pools=[pool(limit=2)], active=[parent, running("other")], waiting=[CHILD], parents={"task": parent.id}
    )
    assert severities(judged(seen)) == {"pool-limit-saturated": "info"}


def test_a_parent_that_was_not_seen_is_not_guessed() -> None:
    seen = snapshot(pools=[pool(limit=1)], active=[running("parent")], waiting=[CHILD])
    assert severities(judged(seen)) == {"pool-limit-saturated": "info"}


def test_the_holder_that_is_named_has_held_its_slot_for_longest() -> None:
    seen = snapshot(pools=[pool(limit=2)], active=[running("new", since=60), running("old")], waiting=[run(overdue=20)])
    assert "held by 'old'" in judged(seen)[0].title


def test_the_holder_in_the_remedy_is_the_holder_in_the_title() -> None:
    holders = (
        Holder("id-new", "new", "queue-etl-default", "Running", ago(60)),
        Holder("id-old", "old", "queue-etl-default", "Pending", ago(9000)),
    )
    seen = snapshot(pools=[pool(limit=2, active_slots=2)], waiting=[run(overdue=20)], holders={"pool-etl": holders})
    found = judged(seen)[0]
    assert "held by 'old'" in found.title and "prefect flow-run cancel id-old" in found.remedy[-1]


@pytest.mark.parametrize(("since", "severity"), [(60, "info"), (301, "warning")])
def test_task_runs_behind_a_tag_are_a_warning_after_the_patience(since: float, severity: str) -> None:
    wait = TaskWait("db", "id-of-running-1", 2, ago(since))
    seen = snapshot(limits=[limit("tag:db", active=1)], active=[running()], task_waits=[wait])
    assert severities(judged(seen)) == {"tag-limit-waiting": severity}


def test_a_tag_with_free_slots_holds_nobody_back() -> None:
    wait = TaskWait("db", "id-of-running-1", 2, ago(400))
    assert judged(snapshot(limits=[limit("tag:db", 2, active=1)], active=[running()], task_waits=[wait])) == []


def test_the_patience_with_tags_may_be_that_of_the_pool() -> None:
    own = policy(pools={"etl": {"wait_warning_after_seconds": 3600}})
    wait = TaskWait("db", "id-of-running-1", 2, ago(400))
    seen = snapshot(limits=[limit("tag:db", active=1)], active=[running()], task_waits=[wait])
    assert severities(judged(seen, own)) == {"tag-limit-waiting": "info"}


def test_a_run_of_lifeguard_behind_a_tag_is_no_finding() -> None:
    own = replace(running(), tags=frozenset({"lifeguard"}))
    wait = TaskWait("db", own.id, 1, ago(400))
    assert judged(snapshot(limits=[limit("tag:db", active=1)], active=[own], task_waits=[wait])) == []
