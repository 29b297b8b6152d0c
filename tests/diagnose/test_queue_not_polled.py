"""queue-not-polled and worker-queue-missing: live workers, and work that none of them asks for."""

from dataclasses import replace

import pytest

from tests.builders import ago, judged, queue, run, severities, snapshot, unseen, worker

EXPRESS = queue("express", silent=None)


@pytest.mark.parametrize(("overdue", "severity"), [(60, "critical"), (-600, "warning")])
def test_the_harm_is_that_of_the_demand(overdue: float, severity: str) -> None:
    seen = snapshot(queues=[queue(), EXPRESS], waiting=[run(overdue=overdue, queue="express")])
    assert severities(judged(seen)) == {"queue-not-polled": severity}


def test_a_silent_queue_without_work_is_no_finding() -> None:
    assert judged(snapshot(queues=[queue(), EXPRESS], waiting=[run(overdue=-600)])) == []


def test_a_queue_whose_runs_still_start_is_polled_whatever_it_says() -> None:
    silent = queue("express", silent=600)
    seen = snapshot(queues=[queue(), silent], waiting=[run(overdue=30, queue="express")], queue_starts={silent.id: 2})
    assert severities(judged(seen)) == {"queue-readiness-stale": "info"}


def test_a_queue_whose_starts_were_not_seen_is_not_accused() -> None:
    seen = snapshot(
        queues=[queue(), queue("express", silent=600)],
        waiting=[run(overdue=30, queue="express")],
        missing=[unseen("starts of the work queue 'express'", "etl")],
    )
    assert severities(judged(seen)) == {"pool-observation-failed": "warning"}


def test_workers_that_poll_no_queue_at_all_were_started_for_another_one() -> None:
    seen = snapshot(queues=[queue(silent=None)], waiting=[run(overdue=300)])
    assert severities(judged(seen)) == {"worker-queue-missing": "critical"}


def test_a_worker_that_has_just_come_has_not_polled_yet() -> None:
    seen = snapshot(queues=[queue(silent=None)], workers=[worker(created=20)], waiting=[run(overdue=20)])
    assert judged(seen) == []


def test_a_worker_is_not_accused_where_the_starts_of_its_queue_were_not_seen() -> None:
    seen = snapshot(
        queues=[queue(silent=4000)],
        workers=[worker(created=600)],
        waiting=[run(overdue=30)],
        missing=[unseen("starts of the work queue 'default'", "etl")],
    )
    assert severities(judged(seen)) == {"pool-observation-failed": "warning"}


def test_a_worker_that_polled_once_and_is_alive_may_have_come_back_this_moment() -> None:
    late = replace(queue(), last_polled=ago(90))
    found = severities(judged(snapshot(queues=[late], waiting=[run(overdue=20)])))
    assert found == {"worker-queue-missing": "warning"}
