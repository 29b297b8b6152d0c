"""late-runs-service-stalled: a run is late, and nobody names it so."""

from tests.estate import Estate, Said, wait_until
from tests.scenarios.conftest import IMPATIENT


def test_a_run_that_stays_scheduled_long_after_its_time_was_marked_by_nobody(deserted: Estate) -> None:
    deserted.overdue_run(deserted.deployment("grind", deserted.staffed_pool("mill")), minutes=0.1)
    expected = {Said("late-runs-service-stalled", "warning", "server", deserted.api_url)}
    wait_until(lambda: deserted.said(IMPATIENT) == expected, "it should be Late")


def test_a_run_that_is_marked_in_time_is_none(estate: Estate) -> None:
    run = estate.overdue_run(estate.deployment("grind", estate.staffed_pool("mill")), minutes=0.1)
    wait_until(lambda: estate.state_of(run)["name"] == "Late", "the server marks it")
    assert "late-runs-service-stalled" not in {each.code for each in estate.findings(IMPATIENT)}
