"""zombie-running: how sure it is, how much harm it does, and every reason to stay silent."""

import pytest

from lifeguard.diagnose.zombie_running import zombie_running
from lifeguard.facts import Heartbeats, Run, Worker
from lifeguard.findings import Finding
from tests import builders as b

LONG = b.running(since=9000)
GONE, HERE = b.worker(silent=600), b.worker()


def found(
    silent: float, worker: Worker = HERE, *, run: Run = LONG, every: float = 180, number: int = 5
) -> list[Finding]:
    heard = b.heard(run, silent, every=every, number=number)
    return zombie_running(b.scene(b.snapshot(active=[run], workers=[worker, b.worker("two")], heartbeats=heard)))


@pytest.mark.parametrize(
    ("silent", "worker", "severity"),
    [
        (600, HERE, "info"),
        (600, GONE, "warning"),
        (1200, HERE, "warning"),
    ],
)
def test_a_live_worker_makes_it_a_note_until_the_silence_is_twice_as_long(
    silent: float, worker: Worker, severity: str
) -> None:
    assert [each.severity for each in found(silent, worker)] == [severity]


def test_a_run_that_was_heard_within_nine_minutes_is_none() -> None:
    assert found(530) == []


def test_a_run_that_was_never_heard_is_none() -> None:
    assert zombie_running(b.scene(b.snapshot(active=[LONG]))) == []


def test_a_run_that_is_heard_every_ten_minutes_may_be_silent_for_half_an_hour() -> None:
    assert (found(1700, GONE, every=600), len(found(1900, GONE, every=600))) == ([], 1)


def test_a_single_heartbeat_tells_no_interval() -> None:
    assert Heartbeats(b.ago(9), b.ago(9), 1).every_seconds == 0


def test_a_silent_run_that_fills_a_limit_is_critical_where_its_process_is_surely_gone() -> None:
    seen = b.snapshot(
        pools=[b.pool(limit=1, active_slots=1)],
        active=[LONG],
        waiting=[b.run(overdue=400)],
        heartbeats=b.heard(LONG, 1200),
    )
    assert b.severities(b.judged(seen)) == {"zombie-running": "critical", "pool-limit-saturated": "info"}


def test_a_run_of_a_served_deployment_is_told_of_the_deployment() -> None:
    run = b.running(pool=None, since=9000)
    seen = b.snapshot(pools=[], deployments=[b.served()], active=[run], heartbeats=b.heard(run, 2000))
    assert [each.resource.name for each in zombie_running(b.scene(seen))] == ["load/nightly"]


def test_a_silent_run_of_lifeguard_is_left_out() -> None:
    run = b.running(since=9000, tags=["lifeguard"])
    assert found(2000, run=run) == []
