"""Polls that nobody made, polls that nobody noted, and workers that are alive and make none."""

from dataclasses import replace

import pytest

from lifeguard.facts import Queue
from lifeguard.snapshot import Snapshot
from tests.builders import ago, judged, pending, queue, run, running, severities, snapshot, unseen, worker

DEAD = worker(silent=600)
HANGS = snapshot(queues=[queue(silent=600)], waiting=[run(overdue=300)])


def test_a_poll_while_no_worker_was_alive_is_artificial() -> None:
    assert severities(judged(snapshot(workers=[DEAD], queues=[queue(silent=5)])))["artificial-poll"] == "info"


def test_a_poll_of_a_worker_that_died_since_is_none() -> None:
    quick = worker(silent=20, heartbeat=5)
    assert severities(judged(snapshot(workers=[quick], queues=[queue(silent=10)]))) == {"pool-no-workers": "info"}


@pytest.mark.parametrize("seen", [queue(silent=5, is_paused=True), queue(silent=600)])
def test_a_queue_that_does_not_look_served_deceives_nobody(seen: Queue) -> None:
    assert "artificial-poll" not in severities(judged(snapshot(workers=[DEAD], queues=[seen])))


def test_workers_that_were_not_seen_may_have_polled() -> None:
    seen = snapshot(workers=[], queues=[queue(silent=5)], missing=[unseen("workers", "etl")])
    assert "artificial-poll" not in severities(judged(seen))


@pytest.mark.parametrize(("overdue", "severity"), [(300, "critical"), (-600, "warning")])
def test_a_worker_that_has_polled_and_polls_no_more_hangs(overdue: float, severity: str) -> None:
    seen = replace(HANGS, waiting=(run(overdue=overdue),))
    assert severities(judged(seen)) == {"worker-alive-not-polling": severity}


LOOK_ALIKES: dict[str, Snapshot] = {
    "no demand": replace(HANGS, waiting=()),
    "one queue is polled": replace(HANGS, queues=(*HANGS.queues, queue("hot"))),
    "silent for a minute only": replace(HANGS, queues=(queue(silent=100),)),
    "polled before this worker came": replace(HANGS, workers={"pool-etl": (worker(created=300),)}),
    "a run was claimed since": replace(HANGS, active=(pending(since=30, worker="worker-1"),)),
    "starts that were not seen": replace(HANGS, missing=(unseen("starts of the work queue 'default'", "etl"),)),
}


@pytest.mark.parametrize("look_alike", LOOK_ALIKES)
def test_what_looks_like_a_hanging_worker_is_none(look_alike: str) -> None:
    assert "worker-alive-not-polling" not in severities(judged(LOOK_ALIKES[look_alike]))


def test_a_run_that_a_worker_took_after_the_last_poll_shows_that_polls_are_not_noted() -> None:
    seen = snapshot(queues=[queue(silent=600)], active=[running(since=60)])
    assert severities(judged(seen)) == {"queue-readiness-stale": "info"}


@pytest.mark.parametrize("since", [570, 900])
def test_a_run_that_was_taken_with_the_last_poll_shows_nothing(since: float) -> None:
    assert "queue-readiness-stale" not in severities(
        judged(snapshot(queues=[queue(silent=600)], active=[running(since=since)]))
    )


def test_a_run_that_no_worker_took_is_no_sign_of_a_poll() -> None:
    by_hand = running(since=60, worker=None)
    assert "queue-readiness-stale" not in severities(judged(snapshot(queues=[queue(silent=600)], active=[by_hand])))


def test_the_poll_is_told_with_its_time() -> None:
    found = judged(HANGS)[0]
    assert (found.evidence["last_polled"], found.run_ids) == (ago(600), ("id-of-run-1",))
