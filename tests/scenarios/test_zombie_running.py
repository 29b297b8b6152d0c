"""zombie-running: a run shows RUNNING while its process has fallen silent."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said, wait_until
from tests.why.asking import holding, why

SILENT_SECONDS = 3
STORED_WITHIN_SECONDS = 55
"""The server stores events every 5 s; a heartbeat that is still to come is surely heard until then, if it is not a minute
ahead of the look, which asks for none of those.
"""

ALERT = Policy(heartbeat_silent_after_seconds=SILENT_SECONDS)
ALERT_TOO = {"LIFEGUARD_HEARTBEAT_SILENT_AFTER_SECONDS": str(SILENT_SECONDS)}


def _silent_run(estate: Estate, deployment: str, worker: str) -> str:
    run = estate.running_run(deployment, worker=worker)
    estate.fall_silent(run, SILENT_SECONDS + 1)
    estate.keep_noise_alive()
    return run


def test_a_silent_run_that_fills_a_pool_is_critical_and_explains_what_waits(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    estate.dead_worker("mill", "bob")
    grind = estate.deployment("grind", "mill")
    run = _silent_run(estate, grind, "bob")
    waits = estate.overdue_run(grind)
    report = estate.look(ALERT)
    assert report.said == {
        Said("zombie-running", "critical", "work-pool", "mill", 2),
        Said("pool-limit-saturated", "info", "work-pool", "mill", 1, "zombie-running"),
        Said("worker-lost", "info", "worker", "bob", 1, "zombie-running"),
    }
    assert report.the("zombie-running").run_ids == (run, waits)


def test_a_run_that_is_still_heard_is_no_zombie_though_its_worker_is_dead(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.dead_worker("mill", "bob")
    run = estate.running_run(estate.deployment("grind", "mill"), worker="bob")
    estate.fall_silent(run, SILENT_SECONDS + 1)
    estate.heartbeat(run, seconds_ago=-STORED_WITHIN_SECONDS)
    wait_until(lambda: estate.heartbeats_kept(run) == 2, "both heartbeats are kept")
    estate.keep_noise_alive()
    assert estate.said(ALERT) == {Said("worker-lost", "warning", "worker", "bob", 1)}


def test_why_names_the_silent_holder_of_a_slot_and_how_to_free_it(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    run = _silent_run(estate, grind, "ann")
    explanation = why(estate, estate.overdue_run(grind), environment=ALERT_TOO)
    assert holding(explanation) == ["pool-limit-saturated"]
    assert explanation.next[0] == f"prefect flow-run cancel {run}"
    assert "sends no heartbeat any more" in explanation.headline
