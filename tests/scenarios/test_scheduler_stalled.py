"""scheduler-stalled: active schedules, and nobody makes runs of them."""

import pytest

from lifeguard.services import MADE_BY_SCHEDULER
from tests.estate import Estate, Said, wait_until
from tests.scenarios.conftest import IMPATIENT

EVERY_MINUTE = {"interval": 60}


@pytest.fixture
def grind(deserted: Estate) -> str:
    """A deployment whose schedule the dead scheduler does not see."""
    grind = deserted.deployment("grind", deserted.staffed_pool("mill"))
    deserted.schedule(grind, EVERY_MINUTE)
    return grind


def said(estate: Estate, severity: str) -> set[Said]:
    return {Said("scheduler-stalled", severity, "server", estate.api_url)}


def test_a_schedule_of_which_no_run_is_made_is_critical(deserted: Estate, grind: str) -> None:
    wait_until(lambda: deserted.said(IMPATIENT) == said(deserted, "critical"), "the scheduler has had its time")
    assert deserted.look(IMPATIENT).the("scheduler-stalled").evidence["deployment"] == "grind"


def test_runs_that_are_not_made_an_hour_ahead_are_a_warning(deserted: Estate, grind: str) -> None:
    for minute in range(1, 5):
        deserted.future_run(grind, minute, tags=[MADE_BY_SCHEDULER])
    wait_until(lambda: deserted.said(IMPATIENT) == said(deserted, "warning"), "the scheduler has had its time")


def test_an_inactive_schedule_and_one_that_has_ended_owe_nothing(deserted: Estate) -> None:
    mill = deserted.staffed_pool("mill")
    deserted.schedule(deserted.deployment("off", mill), EVERY_MINUTE, active=False)
    ended = "DTSTART:20200101T000000Z\nRRULE:FREQ=DAILY;UNTIL=20200301T000000Z"
    deserted.schedule(deserted.deployment("over", mill), {"rrule": ended})
    assert deserted.said(IMPATIENT.model_copy(update={"service_stalled_after_seconds": 0})) == set()


def test_a_scheduler_that_works_makes_an_hour_of_runs(estate: Estate) -> None:
    mill = estate.staffed_pool("mill")
    estate.schedule(estate.deployment("grind", mill), EVERY_MINUTE)
    wait_until(lambda: estate.look().pool(mill).has_demand is True, "runs are made", 90)
    estate.worker(mill)
    estate.poll(mill)
    estate.keep_noise_alive()
    assert estate.look().snapshot.services.unmade == ()
    assert estate.said() == set()
