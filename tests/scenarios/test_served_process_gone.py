"""served-process-gone: only the process that called `serve` asks for these runs, and it asks no longer."""

import pytest

from tests.estate import Estate, Said, wait_until

GONE_AFTER_SECONDS = 60.5

pytestmark = pytest.mark.timeout(240)


def test_a_served_deployment_that_nobody_asks_for_is_critical_with_due_work(estate: Estate) -> None:
    grind = estate.deployment("grind")
    estate.serve(grind)
    estate.future_run(grind, minutes=0.5)
    wait_until(lambda: estate.seconds_since_served(grind) > GONE_AFTER_SECONDS, "nobody asked for a minute", 80)
    estate.keep_noise_alive()
    assert estate.said() == {Said("served-process-gone", "critical", "deployment", "flow/grind", 1)}


def test_a_served_deployment_that_is_asked_for_is_served(estate: Estate) -> None:
    grind = estate.deployment("grind")
    estate.serve(grind)
    estate.overdue_run(grind, minutes=0.5)
    assert estate.said() == set()


def test_a_served_deployment_whose_run_is_ahead_needs_nobody_yet(estate: Estate) -> None:
    grind = estate.deployment("grind")
    estate.serve(grind)
    estate.future_run(grind)
    assert estate.said() == set()
