"""What really becomes of workers, on a real server, and what Lifeguard says of it."""

from collections.abc import Generator

import pytest

from tests.estate import Report, Said, wait_until
from tests.workers.crew import Aftermath, aftermath, is_alive

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def after() -> Generator[Aftermath, None, None]:
    with aftermath() as all_that_happened:
        yield all_that_happened


def severities(report: Report) -> set[str]:
    return {finding.severity.value for finding in report.findings}


@pytest.mark.parametrize("pool", ["killed", "stopped"])
def test_a_pool_whose_only_worker_is_gone_is_critical_with_its_overdue_runs(after: Aftermath, pool: str) -> None:
    assert after.crew.look(pool).said == {Said("pool-no-workers", "critical", "work-pool", pool, 3)}


@pytest.mark.parametrize("pool", ["killed", "stopped"])
def test_the_same_pool_without_demand_is_only_worth_a_note(after: Aftermath, pool: str) -> None:
    assert severities(after.idle[pool]) == {"info"}


@pytest.mark.parametrize("pool", ["killed", "stopped"])
def test_a_dead_worker_stays_on_record(after: Aftermath, pool: str) -> None:
    reading = after.crew.look(pool).pool(pool)
    assert (reading.verdict, reading.workers_online, reading.workers_total) == ("down", 0, 1)


def test_a_worker_ends_at_the_first_sigterm(after: Aftermath) -> None:
    assert after.stopped_with == 0


def test_a_queue_that_the_only_worker_is_not_pinned_to_is_not_polled(after: Aftermath) -> None:
    assert after.crew.look("pinned").said == {Said("queue-not-polled", "critical", "work-queue", "hot", 1)}


def test_a_worker_for_a_queue_that_does_not_exist_polls_nothing(after: Aftermath) -> None:
    report = after.crew.look("astray")
    assert report.said == {Said("worker-queue-missing", "critical", "work-pool", "astray", 1)}
    assert report.pool("astray").status == "READY"


def test_a_worker_at_its_own_limit_holds_back_what_else_is_due(after: Aftermath) -> None:
    report = after.crew.look("busy")
    assert report.said == {Said("worker-limit-saturated", "warning", "work-pool", "busy", 2)}
    assert report.findings[0].evidence["worker_1"] == "eve, active runs: 1"


def test_one_of_two_workers_that_dies_while_it_has_a_run_is_lost(after: Aftermath) -> None:
    report = after.crew.look("pair")
    assert report.said == {Said("worker-lost", "warning", "worker", after.lost.worker, 1)}
    assert report.pool("pair").status == "READY"


def test_a_run_outlives_the_worker_that_started_it(after: Aftermath) -> None:
    assert is_alive(after.lost.pid)
    assert after.crew.run(after.lost.id)["state_type"] == "RUNNING"


def test_a_run_carries_the_name_of_its_worker(after: Aftermath) -> None:
    assert [run.worker_name for run in after.crew.look("busy").snapshot.active] == ["eve"]


@pytest.mark.parametrize("pool", ["pinned", "busy"])
def test_a_live_worker_keeps_telling_that_it_polls_its_queue(after: Aftermath, pool: str) -> None:
    def last_polled() -> object:
        return {queue.name: queue.last_polled for queue in after.crew.look(pool).snapshot.queues}["default"]

    before = last_polled()
    wait_until(lambda: last_polled() != before, "the queue is polled again")
