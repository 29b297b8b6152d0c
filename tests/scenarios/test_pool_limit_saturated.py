"""pool-limit-saturated: all slots of a pool are taken, and the finding says by whom and since when."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said


def test_a_full_pool_is_information_while_the_wait_is_short(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=2)
    assert estate.said() == {Said("pool-limit-saturated", "info", "work-pool", "mill", 1)}


def test_a_full_pool_is_a_warning_once_a_run_has_waited_for_too_long(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=2)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.pending_run(grind, minutes=0.1)
    estate.overdue_run(grind, minutes=6)
    estate.overdue_run(grind, minutes=2)
    assert estate.said() == {Said("pool-limit-saturated", "warning", "work-pool", "mill", 2)}


def test_the_finding_names_the_run_that_holds_the_slot_and_since_when(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    holder = estate.running_run(grind, name="the-slow-one")
    estate.overdue_run(grind)
    finding = estate.look().the("pool-limit-saturated")
    since = estate.state_of(holder)["timestamp"][:19].replace("T", " ")
    assert f"1 of 1 slots are held by 'the-slow-one' (Running since {since} UTC)" in finding.title
    assert f"the-slow-one ({holder}) Running for " in str(finding.evidence["holder_1"])


def test_a_pool_with_a_free_slot_is_not_full(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=2)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=0.5)
    assert estate.said() == set()


def test_a_full_pool_that_nobody_waits_for_is_not_mentioned(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    assert estate.said() == set()


def test_a_pool_may_have_its_own_patience_with_waiting(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind, worker="ann")
    estate.overdue_run(grind, minutes=6)
    policy = Policy.model_validate({"pools": {"mi*": {"wait_warning_after_seconds": 3600}}})
    assert estate.said(policy) == {Said("pool-limit-saturated", "info", "work-pool", "mill", 1)}


def test_a_full_pool_without_workers_lacks_a_worker_first(estate: Estate) -> None:
    estate.pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind)
    estate.overdue_run(grind)
    assert estate.said() == {
        Said("pool-no-workers", "critical", "work-pool", "mill", 1),
        Said("pool-limit-saturated", "info", "work-pool", "mill", 1, "pool-no-workers"),
    }
