"""The rules of time: who is overdue, fresh, polled. Everything else in the diagnosis rests on them."""

from dataclasses import replace

import pytest

from lifeguard.facts import Server, ServerSettings
from tests.builders import (
    API_URL,
    NOW,
    ago,
    ahead,
    judged,
    pending,
    policy,
    pool,
    queue,
    refused,
    run,
    running,
    scene,
    snapshot,
    worker,
)


@pytest.mark.parametrize(("overdue", "is_overdue"), [(15, False), (15.001, True), (-1, False)])
def test_a_run_is_overdue_after_the_servers_own_patience(overdue: float, is_overdue: bool) -> None:
    assert scene().is_overdue(run(overdue=overdue)) == is_overdue


def test_the_policy_may_be_more_patient_than_the_server() -> None:
    assert not scene(own=policy(overdue_after_seconds=100)).is_overdue(run(overdue=99))


def test_a_policy_of_zero_seconds_is_no_missing_policy() -> None:
    assert scene(own=policy(overdue_after_seconds=0)).is_overdue(run(overdue=1))


def test_a_run_that_was_put_off_is_not_overdue() -> None:
    assert run(overdue=300, next_start=ahead(60)).overdue_seconds(NOW) == 0


def test_a_run_that_waits_for_a_slot_is_overdue_though_its_next_start_lies_ahead() -> None:
    assert refused(waits=300, tries_again_in=20).overdue_seconds(NOW) == 300


def test_the_name_of_the_state_does_not_matter() -> None:
    assert run(overdue=300, state="Late").overdue_seconds(NOW) == run(
        overdue=300, state="AwaitingRetry"
    ).overdue_seconds(NOW)


def test_a_retry_is_overdue_since_its_own_time_and_not_since_the_first() -> None:
    retry = replace(run(overdue=7200, state="AwaitingRetry"), started=ago(7200), next_start=ago(30))
    assert retry.overdue_seconds(NOW) == 30


def test_a_run_that_has_started_is_not_overdue() -> None:
    assert running(since=600).overdue_seconds(NOW) == 0


def test_a_claimed_run_counts_as_overdue_in_the_numbers_of_its_pool() -> None:
    seen = scene(snapshot(active=[pending(since=600)]))
    assert len(seen.overdue_by_pool["pool-etl"]) == 1 and seen.due == ()


def test_runs_of_lifeguard_accuse_nobody() -> None:
    assert judged(snapshot(workers=[], waiting=[run(overdue=300, tags=["lifeguard"])])) == []


@pytest.mark.parametrize(("silent", "is_fresh"), [(0, True), (90, True), (90.001, False), (None, False), (-30, True)])
def test_a_worker_is_fresh_for_three_of_its_intervals(silent: float | None, is_fresh: bool) -> None:
    assert scene().is_fresh(worker(silent=silent)) == is_fresh


def test_a_worker_that_tells_no_interval_has_that_of_the_server() -> None:
    server = Server(API_URL, ready=True, settings=ServerSettings(fallback_heartbeat_seconds=10, heartbeat_multiple=2))
    seen = scene(snapshot(server=server))
    assert (seen.is_fresh(worker(silent=20, heartbeat=None)), seen.is_fresh(worker(silent=21, heartbeat=None))) == (
        True,
        False,
    )


def test_the_status_of_a_worker_is_not_believed() -> None:
    silent = replace(worker(silent=600), status="ONLINE")
    fresh = replace(worker(silent=1), status="OFFLINE")
    assert (scene().is_fresh(silent), scene().is_fresh(fresh)) == (False, True)


@pytest.mark.parametrize(("silent", "is_polled"), [(60, True), (60.001, False), (None, False)])
def test_a_queue_is_polled_for_a_minute(silent: float | None, is_polled: bool) -> None:
    assert scene().is_polled(queue(silent=silent)) == is_polled


def test_a_queue_that_hands_out_runs_is_polled_whatever_it_says() -> None:
    silent = queue(silent=4000)
    assert scene(snapshot(queue_starts={silent.id: 1})).is_polled(silent)


def test_the_patience_with_queues_is_the_longer_one_of_server_and_policy() -> None:
    server = Server(API_URL, ready=True, settings=ServerSettings(queue_polled_timeout_seconds=600))
    assert scene(snapshot(server=server), policy(queue_silent_after_seconds=0)).is_polled(queue(silent=599))


def test_a_paused_queue_holds_its_runs_back_from_the_pool() -> None:
    seen = scene(snapshot(queues=[queue(is_paused=True)], waiting=[run(overdue=300)]))
    assert seen.startable(pool()) == ()


def test_the_look_ahead_is_that_of_the_pool() -> None:
    own = policy(look_ahead_seconds=60, pools={"etl": {"look_ahead_seconds": 3600}})
    runs = [run("a", "etl", overdue=-1800), run("b", "ml", overdue=-1800)]
    assert scene(snapshot(waiting=runs), own).soon_by_pool.keys() == {"pool-etl"}


def test_an_overdue_run_is_not_expected_soon_too() -> None:
    assert scene(snapshot(waiting=[run(overdue=300)])).soon_by_pool == {}


def test_the_oldest_run_comes_first() -> None:
    runs = [run("young", overdue=100), run("old", overdue=900), run("middle", overdue=300)]
    assert [each.name for each in scene(snapshot(waiting=runs)).due] == ["old", "middle", "young"]
