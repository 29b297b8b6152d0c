"""The checks by elimination: busy workers, and runs that nothing explains."""

import pytest

from lifeguard.snapshot import Missing
from tests.builders import (
    deployment,
    judged,
    policy,
    pool,
    queue,
    refused,
    run,
    running,
    served,
    severities,
    snapshot,
    unseen,
    worker,
)


def test_overdue_runs_without_a_cause_are_a_warning() -> None:
    assert severities(judged(snapshot(waiting=[run(overdue=61)]))) == {"run-overdue-unexplained": "warning"}


def test_a_minute_without_a_cause_is_no_finding_yet() -> None:
    assert judged(snapshot(waiting=[run(overdue=60)])) == []


def test_a_pool_may_have_a_patience_of_its_own() -> None:
    own = policy(pools={"etl": {"unexplained_after_seconds": 600}})
    assert judged(snapshot(waiting=[run(overdue=599)]), own) == []


def test_a_backlog_that_is_being_worked_off_is_information() -> None:
    seen = snapshot(waiting=[run(overdue=120)], active=[running(since=20, worker="somebody")])
    assert severities(judged(seen)) == {"run-overdue-unexplained": "info"}


def test_the_sentence_about_a_backlog_tells_the_time_that_it_counts() -> None:
    seen = snapshot(waiting=[run(overdue=7200)], active=[running(since=3000, worker="somebody")])
    found = judged(seen, policy(unexplained_after_seconds=3600))
    assert "in the last minute" not in found[0].title


@pytest.mark.parametrize("missing", [unseen("work queues"), unseen("starts of the work queue", "etl")])
def test_a_pool_that_was_not_seen_in_full_is_not_accused(missing: Missing) -> None:
    found = judged(snapshot(waiting=[run(overdue=300)], missing=[missing]))
    assert severities(found) == {"pool-observation-failed": "warning"}


def test_busy_workers_explain_what_nothing_else_does() -> None:
    seen = snapshot(waiting=[run(overdue=301)], active=[running(worker="worker-1")])
    assert severities(judged(seen)) == {"worker-limit-saturated": "warning"}


def test_one_idle_worker_does_not_explain_it() -> None:
    workers = [worker(), worker("worker-2")]
    seen = snapshot(workers=workers, waiting=[run(overdue=300)], active=[running(worker="worker-1")])
    assert severities(judged(seen)) == {"run-overdue-unexplained": "warning"}


def test_a_worker_of_kubernetes_lets_go_of_its_runs() -> None:
    seen = snapshot(pools=[pool(type="kubernetes")], waiting=[run(overdue=300)], active=[running(worker="worker-1")])
    assert severities(judged(seen)) == {"run-overdue-unexplained": "warning"}


def test_a_worker_that_died_with_runs_is_told_where_others_live() -> None:
    workers = [worker(), worker("dead", silent=600)]
    assert severities(judged(snapshot(workers=workers, active=[running(worker="dead")]))) == {"worker-lost": "warning"}


def test_a_worker_that_died_with_runs_of_lifeguard_only_is_not_told() -> None:
    workers = [worker(), worker("dead", silent=600)]
    assert judged(snapshot(workers=workers, active=[running(worker="dead", tags=["lifeguard"])])) == []


@pytest.mark.parametrize(("silent", "codes"), [(60, []), (61, ["served-process-gone"]), (5, [])])
def test_a_served_deployment_is_left_alone_when_nobody_asks_for_its_runs(silent: float, codes: list[str]) -> None:
    seen = snapshot(deployments=[served(silent=silent)], waiting=[run(pool=None, queue=None, overdue=30)])
    assert [finding.code for finding in judged(seen)] == codes


def test_a_deployment_without_a_queue_that_nobody_ever_served_was_orphaned() -> None:
    orphan = deployment(pool=None, has_queue=False)
    seen = snapshot(deployments=[orphan], waiting=[run(pool=None, queue="default", overdue=30)])
    assert severities(judged(seen)) == {"run-orphaned-no-queue": "critical"}


def test_a_worker_that_came_this_moment_has_yet_to_ask_for_what_is_old() -> None:
    seen = snapshot(queues=[queue(silent=50)], workers=[worker(created=10)], waiting=[run(overdue=600)])
    assert severities(judged(seen)) == {"run-overdue-unexplained": "info"}


def test_a_run_that_was_sent_back_and_tries_again_soon_is_no_riddle() -> None:
    assert judged(snapshot(waiting=[refused(waits=600, tries_again_in=20)])) == []
