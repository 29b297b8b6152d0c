"""deployment-limit-leaked: the counter of a deployment's limit says more than its runs hold."""

from tests.estate import Estate, Said
from tests.why.asking import holding, why


def _leaky(estate: Estate, limit: int = 1) -> str:
    """A deployment of whose slots one is taken by nobody."""
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=limit)
    estate.change_limit(f"deployment:{grind}", active_slots=1)
    return grind


def test_runs_that_wait_for_slots_that_nobody_holds_are_critical(estate: Estate) -> None:
    grind = _leaky(estate)
    assert estate.try_to_claim(estate.overdue_run(grind)) == "AwaitingConcurrencySlot"
    report = estate.look()
    assert report.said == {
        Said("deployment-limit-leaked", "critical", "deployment", "flow/grind", 1),
        Said("deployment-limit-waiting", "info", "deployment", "flow/grind", 1, "deployment-limit-leaked"),
    }
    leak = report.the("deployment-limit-leaked")
    assert (leak.remedy[0], leak.is_confirmed) == (f"prefect gcl update --active-slots 0 deployment:{grind}", False)


def test_a_slot_that_is_leaked_beside_one_that_is_held_is_a_warning_once_none_is_left(estate: Estate) -> None:
    grind = _leaky(estate, limit=2)
    estate.running_run(grind, worker="ann")
    report = estate.look()
    assert report.said == {Said("deployment-limit-leaked", "warning", "deployment", "flow/grind")}
    assert report.findings[0].remedy[0].startswith("prefect gcl update --active-slots 1 ")


def test_a_limit_that_its_runs_fill_has_lost_no_count(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=2)
    estate.await_retry(estate.running_run(grind, worker="ann"), minutes=5)
    estate.change_limit(f"deployment:{grind}", active_slots=1)
    estate.running_run(grind, worker="ann")
    assert estate.said() == set()


def test_why_names_the_leak_and_the_command(estate: Estate) -> None:
    grind = _leaky(estate)
    run = estate.overdue_run(grind)
    estate.try_to_claim(run)
    explanation = why(estate, run)
    assert holding(explanation)[0] == "deployment-limit-leaked"
    assert explanation.next == (
        f"prefect gcl update --active-slots 0 deployment:{grind}",
        f"lifeguard fix {estate.look().the('deployment-limit-leaked').fingerprint}",
    )
