"""pool-no-workers: how bad it is that nobody works on a pool depends on what is due."""

from collections.abc import Sequence

import pytest

from lifeguard.diagnose.pool_no_workers import pool_no_workers
from lifeguard.facts import Run
from tests.builders import (
    judged,
    policy,
    pool,
    queue,
    run,
    scene,
    severities,
    snapshot,
    unseen,
    worker,
)

DEAD = [worker(silent=600)]


@pytest.mark.parametrize(
    ("waiting", "severity"),
    [([], "info"), ([run(overdue=-3600)], "info"), ([run(overdue=-600)], "warning"), ([run(overdue=60)], "critical")],
)
def test_the_harm_is_that_of_the_demand(waiting: Sequence[Run], severity: str) -> None:
    found = pool_no_workers(scene(snapshot(workers=DEAD, waiting=waiting)))
    assert [finding.severity for finding in found] == [severity]


def test_a_pool_that_never_had_a_worker_and_has_nothing_to_do_is_not_mentioned() -> None:
    assert judged(snapshot(workers=[])) == []


def test_one_fresh_worker_is_enough() -> None:
    seen = snapshot(workers=[worker("dead", silent=600), worker("alive")], waiting=[run(overdue=300)])
    assert pool_no_workers(scene(seen)) == []


@pytest.mark.parametrize("type", ["cloud-run:push", "prefect:managed", "prefect-agent"])
def test_a_pool_that_takes_no_workers_does_not_lack_them(type: str) -> None:
    seen = snapshot(pools=[pool(type=type)], workers=[], waiting=[run(overdue=300)])
    assert pool_no_workers(scene(seen)) == []


def test_a_paused_pool_does_not_lack_workers() -> None:
    assert (
        pool_no_workers(scene(snapshot(pools=[pool(is_paused=True)], workers=DEAD, waiting=[run(overdue=300)]))) == []
    )


def test_runs_behind_a_paused_queue_are_no_demand() -> None:
    seen = snapshot(workers=DEAD, queues=[queue(is_paused=True)], waiting=[run(overdue=300)])
    assert severities(judged(seen)) == {"pool-no-workers": "info", "queue-paused": "warning"}


def test_workers_that_were_not_seen_are_not_none() -> None:
    seen = snapshot(workers=[], waiting=[run(overdue=300)], missing=[unseen("workers", "etl")])
    assert severities(judged(seen)) == {"pool-observation-failed": "warning"}


def test_the_other_pool_is_judged_all_the_same() -> None:
    seen = snapshot(
        pools=[pool("etl"), pool("ml")],
        workers=[],
        waiting=[run(pool="ml", overdue=300)],
        missing=[unseen("workers", "etl")],
    )
    assert [(f.code, f.pool_name) for f in judged(seen)] == [
        ("pool-no-workers", "ml"),
        ("pool-observation-failed", "etl"),
    ]


def test_demand_is_counted_within_the_look_ahead_of_the_pool() -> None:
    own = policy(pools={"e*": {"look_ahead_seconds": 60}})
    assert severities(judged(snapshot(workers=DEAD, waiting=[run(overdue=-600)]), own)) == {"pool-no-workers": "info"}


def test_the_finding_names_the_last_worker_and_the_oldest_run() -> None:
    dead = [worker("old", silent=9000), worker("last", silent=600)]
    found = pool_no_workers(scene(snapshot(workers=dead, waiting=[run("b", overdue=60), run("a", overdue=90)])))[0]
    assert (found.evidence["last_worker"], found.evidence["oldest_run"], found.run_ids) == (
        "last",
        "a",
        ("id-of-a", "id-of-b"),
    )
