"""pool-paused: a pause is not an outage, and harms only once work is due."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said


def test_a_paused_pool_with_due_work_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("pool-paused", "warning", "work-pool", "mill", 1)}


def test_a_paused_pool_is_critical_once_a_run_has_waited_for_too_long(estate: Estate) -> None:
    estate.staffed_pool("mill", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=61)
    assert estate.said() == {Said("pool-paused", "critical", "work-pool", "mill", 1)}


def test_a_pool_may_have_its_own_patience_with_a_pause(estate: Estate) -> None:
    estate.staffed_pool("mill", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=61)
    policy = Policy.model_validate({"pools": {"mill": {"pause_critical_after_seconds": 86_400}}})
    assert estate.said(policy) == {Said("pool-paused", "warning", "work-pool", "mill", 1)}


def test_a_paused_pool_without_workers_is_not_an_outage(estate: Estate) -> None:
    estate.pool("mill", paused=True)
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("pool-paused", "warning", "work-pool", "mill", 1)}


def test_a_paused_pool_without_work_is_only_a_note(estate: Estate) -> None:
    estate.pool("mill", paused=True)
    assert estate.said() == {Said("pool-paused", "info", "work-pool", "mill")}


def test_a_paused_pool_with_work_expected_soon_is_a_warning(estate: Estate) -> None:
    estate.pool("mill", paused=True)
    estate.future_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("pool-paused", "warning", "work-pool", "mill")}


def test_a_pool_that_was_resumed_is_not_paused(estate: Estate) -> None:
    estate.staffed_pool("mill", paused=True)
    estate.change_pool("mill", is_paused=False)
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=0.5)
    assert estate.said() == set()
