"""cancel-new-collision: a full deployment with CANCEL_NEW loses its new runs, by intention or for ever."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said


def _exclusive(estate: Estate) -> str:
    """A deployment of which only one run may be active, and new ones are cancelled meanwhile."""
    estate.staffed_pool("mill")
    return estate.deployment("grind", "mill", limit=1, collision="CANCEL_NEW")


def _collide(estate: Estate, deployment: str, times: int = 3) -> None:
    for _ in range(times):
        assert estate.try_to_claim(estate.future_run(deployment, minutes=1)) == "Cancelled"


def test_runs_that_are_cancelled_beside_a_running_one_are_information(estate: Estate) -> None:
    grind = _exclusive(estate)
    estate.running_run(grind, worker="ann")
    _collide(estate, grind)
    assert estate.said() == {Said("cancel-new-collision", "info", "deployment", "flow/grind", 3)}


def test_a_slot_that_is_taken_and_that_no_run_holds_explains_it(estate: Estate) -> None:
    grind = _exclusive(estate)
    estate.change_limit(f"deployment:{grind}", active_slots=1)
    _collide(estate, grind)
    report = estate.look()
    assert report.said == {
        Said("deployment-limit-leaked", "critical", "deployment", "flow/grind", 3),
        Said("cancel-new-collision", "info", "deployment", "flow/grind", 3, "deployment-limit-leaked"),
    }
    assert "--active-slots 0" in report.findings[0].remedy[0]


def test_a_stuck_run_that_holds_the_slot_explains_it(estate: Estate) -> None:
    grind = _exclusive(estate)
    stuck = estate.pending_run(grind)
    _collide(estate, grind)
    estate.wait_since_state(stuck, 1)
    assert estate.said(Policy(pending_stuck_after_seconds=1)) == {
        Said("stuck-pending-orphan", "critical", "work-pool", "mill", 1),
        Said("cancel-new-collision", "info", "deployment", "flow/grind", 3, "stuck-pending-orphan"),
    }


def test_two_collisions_are_not_enough(estate: Estate) -> None:
    grind = _exclusive(estate)
    estate.running_run(grind, worker="ann")
    _collide(estate, grind, times=2)
    assert estate.said() == set()


def test_a_run_that_started_since_shows_that_the_slot_came_free(estate: Estate) -> None:
    grind = _exclusive(estate)
    holder = estate.running_run(grind)
    _collide(estate, grind)
    estate.complete(holder)
    estate.running_run(grind)
    assert estate.said() == set()


def test_runs_that_a_person_cancelled_did_not_collide(estate: Estate) -> None:
    grind = _exclusive(estate)
    estate.running_run(grind, worker="ann")
    for _ in range(3):
        estate.cancel(estate.future_run(grind, minutes=1))
    assert estate.said() == set()


def test_a_limit_of_zero_is_not_a_slot_that_somebody_forgot_to_free(estate: Estate) -> None:
    grind = _exclusive(estate)
    estate.change_limit(f"deployment:{grind}", limit=0)
    for _ in range(3):
        estate.cancel(estate.future_run(grind, minutes=1), "Deployment concurrency limit reached.")
    remedies = [line for finding in estate.findings() for line in finding.remedy]
    assert not any("--active-slots 0" in line for line in remedies)
