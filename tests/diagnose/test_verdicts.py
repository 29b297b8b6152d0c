"""One word for each pool, and numbers that are never shown as zero when they were not seen."""

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.facts import Server
from lifeguard.findings import PoolReading
from lifeguard.snapshot import Snapshot
from tests.builders import (
    API_URL,
    pending,
    pool,
    queue,
    refused,
    run,
    running,
    scene,
    snapshot,
    unseen,
    worker,
)

DEAD = [worker(silent=600)]


def reading(seen: Snapshot) -> PoolReading:
    return read_pools(scene(seen), diagnose(scene(seen)))[0]


def verdict(seen: Snapshot) -> str:
    return reading(seen).verdict.value


def test_a_pool_with_a_worker_is_healthy() -> None:
    assert verdict(snapshot()) == "healthy"


def test_a_pool_that_nobody_uses_is_idle() -> None:
    assert verdict(snapshot(workers=[])) == "idle"


def test_a_pool_on_which_due_work_does_not_run_is_down() -> None:
    assert verdict(snapshot(workers=DEAD, waiting=[run(overdue=300)])) == "down"


def test_a_pool_of_which_one_queue_is_down_is_degraded() -> None:
    queues = [queue(), queue("express", silent=None)]
    assert verdict(snapshot(queues=queues, waiting=[run(overdue=300, queue="express")])) == "degraded"


def test_a_pool_with_a_warning_is_degraded() -> None:
    assert verdict(snapshot(workers=DEAD, waiting=[run(overdue=-600)])) == "degraded"


def test_a_pool_with_mere_information_is_not_degraded() -> None:
    assert verdict(snapshot(workers=DEAD)) == "idle"


def test_a_paused_pool_is_paused_whatever_else_is_wrong() -> None:
    seen = snapshot(pools=[pool(is_paused=True)], workers=DEAD, waiting=[run(overdue=90_000)])
    assert verdict(seen) == "paused"


def test_a_pool_that_could_not_be_looked_at_is_unknown() -> None:
    assert verdict(snapshot(missing=[unseen("workers", "etl")])) == "unknown"


def test_what_was_proven_goes_before_what_could_not_be_seen() -> None:
    seen = snapshot(workers=DEAD, waiting=[run(overdue=300)], missing=[unseen("concurrency limits")])
    assert verdict(seen) == "down"


def test_what_is_merely_helpful_makes_no_pool_unknown() -> None:
    assert verdict(snapshot(missing=[unseen("slot holders", "etl", essential=False)])) == "healthy"


def test_the_warning_of_one_pool_is_not_that_of_another() -> None:
    seen = snapshot(pools=[pool("a"), pool("b")], workers=[worker(pool="b")], waiting=[run(pool="a", overdue=300)])
    assert [each.verdict.value for each in read_pools(scene(seen), diagnose(scene(seen)))] == ["down", "healthy"]


def test_the_numbers_count_what_is_there() -> None:
    seen = snapshot(
        workers=[worker("a"), worker("b", silent=600)],
        waiting=[run("late", overdue=60), refused("slot", waits=90)],
        active=[pending(since=5), running()],
    )
    shown = reading(seen)
    assert (shown.workers_online, shown.workers_total) == (1, 2)
    assert (shown.overdue, shown.oldest_overdue_seconds, shown.waiting_for_slot) == (2, 90.0, 1)
    assert (shown.pending, shown.running, shown.active_slots) == (1, 1, 2)


def test_our_own_runs_are_in_the_numbers_and_in_no_finding() -> None:
    assert reading(snapshot(waiting=[run(overdue=300, tags=["lifeguard"])])).overdue == 1


def test_workers_that_were_not_seen_are_not_counted_as_none() -> None:
    shown = reading(snapshot(missing=[unseen("workers", "etl")]))
    assert (shown.workers_online, shown.workers_total) == (None, None)


def test_waiting_runs_that_were_not_seen_are_not_counted_as_none() -> None:
    shown = reading(snapshot(missing=[unseen("waiting runs")]))
    assert (shown.overdue, shown.waiting_for_slot, shown.queues[0].overdue, shown.pending) == (None, None, None, 0)


def test_active_runs_that_were_not_seen_are_not_counted_as_none() -> None:
    shown = reading(snapshot(missing=[unseen("active runs")]))
    assert (shown.overdue, shown.pending, shown.running, shown.active_slots) == (None, None, None, None)
    assert shown.queues[0].active_slots is None


def test_a_server_that_is_not_ready_leaves_every_number_unknown() -> None:
    shown = reading(snapshot(server=Server(API_URL, ready=False)))
    assert (shown.overdue, shown.pending, shown.running, shown.waiting_for_slot) == (None, None, None, None)


def test_a_pool_without_need_of_workers_has_none() -> None:
    shown = reading(snapshot(pools=[pool(type="cloud-run:push")], server=Server(API_URL, kind="cloud")))
    assert (shown.needs_workers, shown.workers_online, shown.workers_total) == (False, 0, 0)


def test_pools_come_by_name() -> None:
    seen = scene(snapshot(pools=[pool("b"), pool("a")]))
    assert [each.name for each in read_pools(seen, [])] == ["a", "b"]
