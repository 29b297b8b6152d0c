"""patrol-late: Lifeguard's own patrols begin late; the patrols that its limit cancels do not count."""

from tests.estate import Estate, Said

OURS = ["lifeguard"]
LATE = Said("patrol-late", "warning", "deployment", "patrol/patrol")


def test_a_patrol_that_nobody_begins_is_late(estate: Estate) -> None:
    estate.pool("mill")
    estate.overdue_run(estate.deployment("patrol", "mill", flow="patrol"), minutes=4, tags=OURS, name="nobody-began")
    finding = estate.look().the("patrol-late")
    assert finding.evidence["patrol"] == "nobody-began"
    assert finding.remedy[0] == "prefect worker start --pool mill --with-healthcheck"


def test_a_patrol_that_runs_and_began_late_is_late(estate: Estate) -> None:
    estate.staffed_pool("mill")
    patrol = estate.deployment("patrol", "mill", flow="patrol")
    estate.future_run(patrol, tags=OURS)
    estate.start(estate.pending_run(patrol, minutes=4, tags=OURS))
    assert LATE in estate.said()


def test_patrols_in_time_are_not_late_while_those_after_them_wait_a_little(estate: Estate) -> None:
    estate.staffed_pool("mill")
    patrol = estate.deployment("patrol", "mill", flow="patrol", limit=1, collision="CANCEL_NEW")
    estate.running_run(patrol, tags=OURS)
    estate.overdue_run(patrol, minutes=1, tags=OURS)
    assert LATE not in estate.said()


def test_other_flows_of_ours_and_patrols_of_others_may_be_late(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.overdue_run(estate.deployment("prune_history", "mill", flow="prune_history"), minutes=4, tags=OURS)
    estate.overdue_run(estate.deployment("patrol", "mill", flow="patrol"), minutes=0.1)
    assert "patrol-late" not in {each.code for each in estate.said()}
