"""head-of-line-congestion: what fills the page, and who stands behind it."""

from dataclasses import replace

from lifeguard.diagnose.head_of_line_congestion import head_of_line_congestion
from lifeguard.facts import Run, Server, ServerSettings
from lifeguard.snapshot import Snapshot
from tests import builders as b

FULL = b.limit(active=1)
FOUR_AT_ONCE = Server(b.API_URL, ready=True, settings=ServerSettings(page_size=4))
BOTH = (b.deployment(), b.deployment("other"))
BEHIND = b.run("behind", overdue=400, deployment="other")


def seen(blocked: int, *others: Run, refused: bool = False) -> Snapshot:
    """So many overdue runs of a full deployment before the others; a page holds four."""
    runs = [b.run(f"blocked-{number}", overdue=600) for number in range(blocked)]
    runs = (
        [replace(run, state_name="AwaitingConcurrencySlot", next_start=b.ahead(20)) for run in runs]
        if refused
        else runs
    )
    return b.snapshot(server=FOUR_AT_ONCE, waiting=[*runs, *others], limits=[FULL], deployments=BOTH)


def severities(snapshot: Snapshot) -> list[str]:
    return [finding.severity.value for finding in head_of_line_congestion(b.scene(snapshot))]


def test_it_is_critical_once_those_behind_have_waited_for_too_long_and_nothing_is_claimed() -> None:
    assert severities(seen(4, BEHIND)) == ["critical"]


def test_it_is_a_warning_while_runs_of_the_pool_are_claimed() -> None:
    claimed = [b.pending(since=5, deployment="other")]
    assert severities(replace(seen(4, BEHIND), active=tuple(claimed))) == ["warning"]


def test_three_of_four_are_enough() -> None:
    early = b.run("early", overdue=700, deployment="other")
    assert severities(seen(3, early, BEHIND)) == ["critical"]


def test_two_of_four_are_not() -> None:
    early = [b.run(f"early-{number}", overdue=700, deployment="other") for number in range(2)]
    assert severities(seen(2, *early, BEHIND)) == []


def test_refused_runs_that_try_again_later_stand_in_nobodys_way() -> None:
    assert severities(seen(4, BEHIND, refused=True)) == []


def test_a_run_in_a_queue_of_a_higher_priority_is_handed_out_first() -> None:
    snapshot = seen(4, b.run("express", overdue=400, deployment="other", queue="express"))
    queues = [b.queue("express", priority=1), b.queue(priority=2)]
    assert severities(replace(snapshot, queues=tuple(queues))) == []


def test_runs_that_a_full_deployment_cancels_stand_in_nobodys_way() -> None:
    cancels = replace(b.deployment(), collision_strategy="CANCEL_NEW")
    assert severities(replace(seen(4, BEHIND), deployments={cancels.id: cancels})) == []


def test_those_behind_that_are_full_too_are_no_victims() -> None:
    assert severities(seen(9)) == []
