"""cancel-new-collision: what the strategy is for is information; a slot that nobody holds is critical."""

from collections.abc import Sequence

from lifeguard.facts import Deployment, Run
from tests.builders import (
    ago,
    cancelled,
    deployment,
    judged,
    limit,
    pending,
    policy,
    running,
    severities,
    snapshot,
    unseen,
)

OWNER: list[Deployment] = [deployment(collision_strategy="CANCEL_NEW")]
FULL = [limit(active=1)]


def clashes(number: int) -> Sequence[Run]:
    return [cancelled(f"clash-{each}", ended=60 + each) for each in range(number)]


def test_two_in_a_row_are_what_the_strategy_is_for() -> None:
    assert judged(snapshot(deployments=OWNER, limits=FULL, ended=clashes(2), active=[running()])) == []


def test_three_in_a_row_behind_a_running_run_are_information() -> None:
    seen = snapshot(deployments=OWNER, limits=FULL, ended=clashes(3), active=[running()])
    assert severities(judged(seen)) == {"cancel-new-collision": "info"}


def test_so_many_as_the_policy_says() -> None:
    seen = snapshot(deployments=OWNER, limits=FULL, ended=clashes(1), active=[running()])
    assert severities(judged(seen, policy(failed_in_a_row=1))) == {"cancel-new-collision": "info"}


def test_a_slot_that_nobody_holds_is_critical() -> None:
    found = judged(snapshot(deployments=OWNER, limits=FULL, ended=clashes(3)))
    assert severities(found) == {"cancel-new-collision": "critical"}
    assert "prefect gcl update --active-slots 0 deployment:deployment-nightly" in found[0].remedy[0]


def test_a_slot_whose_holders_were_not_seen_is_not_called_leaked() -> None:
    seen = snapshot(deployments=OWNER, limits=FULL, ended=clashes(3), missing=[unseen("active runs")])
    assert severities(judged(seen)).get("cancel-new-collision") != "critical"


def test_a_stuck_holder_explains_it() -> None:
    seen = snapshot(deployments=OWNER, limits=FULL, ended=clashes(3), active=[pending(since=400)])
    assert severities(judged(seen)) == {"stuck-pending-orphan": "critical", "cancel-new-collision": "info"}


def test_a_run_that_started_since_ends_the_row() -> None:
    starts = {"deployment-nightly": ago(30)}
    assert judged(snapshot(deployments=OWNER, limits=FULL, ended=clashes(3), last_starts=starts)) == []


def test_starts_that_were_not_seen_are_not_none() -> None:
    seen = snapshot(deployments=OWNER, limits=FULL, ended=clashes(3), missing=[unseen("last starts")])
    assert severities(judged(seen)) == {"pool-observation-failed": "warning"}
