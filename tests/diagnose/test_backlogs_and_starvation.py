"""Queues that get nothing, backlogs that shrink or grow, and pools of Prefect Cloud that are slow."""

from dataclasses import replace

from lifeguard.diagnose.queue_priority_starved import queue_priority_starved
from lifeguard.facts import Queue, Run, Server
from lifeguard.snapshot import Snapshot
from tests import builders as b

QUEUES = (b.queue(priority=1), b.queue("low", priority=2))
STARVED = b.run("starved", overdue=900, queue="low")
CLOUD = Server(b.API_URL, kind="cloud")


def starved(
    waiting: list[Run], since: float = 100, queues: tuple[Queue, ...] = QUEUES, holder: str = "default"
) -> list[str]:
    seen = b.snapshot(queues=queues, waiting=waiting, active=[b.running(since=since, queue=holder)])
    return [finding.resource.name for finding in queue_priority_starved(b.scene(seen))]


def test_a_queue_is_starved_while_one_before_it_gets_what_comes_free_and_wants_more() -> None:
    assert starved([b.run(overdue=20), STARVED]) == ["low"]


def test_a_queue_is_not_starved_by_one_that_has_nothing_more() -> None:
    assert starved([STARVED]) == []


def test_a_queue_is_not_starved_by_what_began_before_it_waited() -> None:
    assert starved([b.run(overdue=20), STARVED], since=1000) == []


def test_a_queue_of_the_same_priority_starves_nobody() -> None:
    assert starved([b.run(overdue=20), STARVED], queues=(b.queue(priority=2), b.queue("low", priority=2))) == []


def test_a_queue_at_its_own_limit_starves_of_that() -> None:
    full = replace(QUEUES[1], concurrency_limit=1, active_slots=1)
    assert starved([b.run(overdue=20), STARVED], queues=(QUEUES[0], full)) == []


def test_a_queue_that_is_paused_or_that_nobody_polls_starves_of_that() -> None:
    assert starved([b.run(overdue=20), STARVED], queues=(QUEUES[0], replace(QUEUES[1], is_paused=True))) == []
    assert starved([b.run(overdue=20), STARVED], queues=(QUEUES[0], replace(QUEUES[1], last_polled=None))) == []


def backlog(number: int, caught_up: int, overdue: float = 4000) -> dict[str, str]:
    runs = [b.run(f"waits-{each}", overdue=overdue) for each in range(number)]
    return b.severities(b.judged(b.snapshot(waiting=runs, caught_up={"pool-etl": caught_up})))


def test_a_backlog_that_is_gone_within_the_target_is_information() -> None:
    assert backlog(20, caught_up=10) == {"late-backlog-drain": "info"}


def test_a_backlog_whose_end_is_further_away_is_a_warning() -> None:
    assert backlog(30, caught_up=10) == {"late-backlog-drain": "warning"}


def test_a_backlog_that_grows_as_fast_as_it_shrinks_is_not_worked_off() -> None:
    assert backlog(20, caught_up=20, overdue=200) == {"run-overdue-unexplained": "warning"}


def slow(*active: Run, waiting: list[Run]) -> list[str]:
    seen: Snapshot = b.snapshot(server=CLOUD, pools=[b.pool(type="ecs:push")], waiting=waiting, active=active)
    return [finding.title for finding in b.judged(seen) if finding.code == "push-dispatch-slow"]


def test_runs_that_were_handed_out_and_do_not_begin_are_slow_too() -> None:
    (title,) = slow(b.pending(since=200), waiting=[b.run(overdue=150)])
    assert "1 run not handed out, the oldest since 2026-11-22 11:57:30 UTC; 1 run handed out and not begun" in title


def test_what_was_handed_out_two_minutes_ago_is_not_slow() -> None:
    assert slow(b.pending(since=110), waiting=[b.run(overdue=110)]) == []
