"""What could not be looked at is said once, accuses nobody, and is never green."""

import pytest

from lifeguard.facts import Server
from lifeguard.snapshot import Snapshot
from tests.builders import (
    API_URL,
    judged,
    pool,
    queue,
    run,
    running,
    severities,
    snapshot,
    unseen,
)


def test_a_server_that_cannot_be_reached_is_the_only_finding() -> None:
    gone = Server(API_URL, reachable=False, not_ready_because="the connection was refused")
    assert severities(judged(snapshot(pools=[], server=gone))) == {"api-unreachable": "critical"}


def test_a_server_that_is_not_ready_is_the_only_finding() -> None:
    away = Server(API_URL, ready=False, not_ready_because="HTTP 503")
    assert severities(judged(snapshot(pools=[], server=away))) == {"server-not-ready": "critical"}


def test_a_cloud_that_cannot_be_asked_whether_it_is_ready_is_no_finding() -> None:
    assert judged(snapshot(server=Server(API_URL, kind="cloud", ready=None))) == []


def test_everything_unseen_of_one_pool_is_one_finding() -> None:
    found = judged(snapshot(missing=[unseen("workers", "etl"), unseen("starts", "etl"), unseen("work queues")]))
    assert [(each.code, each.resource.kind) for each in found] == [
        ("pool-observation-failed", "server"),
        ("pool-observation-failed", "work-pool"),
    ]


def test_what_is_merely_helpful_is_no_finding() -> None:
    assert judged(snapshot(missing=[unseen("server version", essential=False)])) == []


@pytest.mark.parametrize(
    ("seen", "is_complete"),
    [
        (snapshot(), True),
        (snapshot(missing=[unseen("x", essential=False)]), True),
        (snapshot(missing=[unseen("x")]), False),
        (snapshot(server=Server(API_URL, reachable=False)), False),
        (snapshot(server=Server(API_URL, kind="cloud", ready=None)), True),
    ],
)
def test_a_look_is_complete_when_everything_essential_was_seen(seen: Snapshot, is_complete: bool) -> None:
    assert seen.is_complete == is_complete


def test_a_look_at_a_server_that_is_not_ready_is_not_complete() -> None:
    assert not snapshot(pools=[], server=Server(API_URL, ready=False)).is_complete


def test_a_full_pool_is_not_accused_where_its_paused_queue_was_not_seen() -> None:
    """In the whole picture the queue's pause explains the run, and the full pool says nothing."""
    whole = snapshot(
        pools=[pool(limit=1, active_slots=1)],
        queues=[queue(is_paused=True)],
        waiting=[run(overdue=400)],
        active=[running(worker=None)],
    )
    blind = snapshot(
        pools=whole.pools, queues=[], waiting=whole.waiting, active=whole.active, missing=[unseen("work queues")]
    )
    assert severities(judged(whole)) == {"queue-paused": "warning"}
    assert severities(judged(blind)) == {"pool-observation-failed": "warning"}
