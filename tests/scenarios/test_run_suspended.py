"""run-suspended: a run has left its process until somebody resumes it."""

from tests.estate import Estate, Said
from tests.why.asking import holding, why


def test_a_suspended_run_is_information_however_silent_it_is(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.pause(run, suspend=True)
    assert estate.said() == {Said("run-suspended", "info", "deployment", "flow/grind", 1)}
    assert holding(why(estate, run)) == ["run-suspended"]


def test_a_suspended_run_of_lifeguard_is_its_own_business(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann", tags=["lifeguard"])
    estate.pause(run, suspend=True)
    assert estate.said() == set()
