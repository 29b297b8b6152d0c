"""infra-submit-failed: one crash is a warning; so many in a row that the deployment does not run at all are critical."""

from dataclasses import replace

import pytest

from tests.builders import ago, crashed, judged, policy, severities, snapshot, unseen


@pytest.mark.parametrize(("number", "severity"), [(1, "warning"), (2, "warning"), (3, "critical")])
def test_three_in_a_row_are_critical(number: int, severity: str) -> None:
    seen = snapshot(ended=[crashed(f"crash-{each}") for each in range(number)])
    assert severities(judged(seen)) == {"infra-submit-failed": severity}


def test_so_many_in_a_row_as_the_policy_says() -> None:
    found = judged(snapshot(ended=[crashed()]), policy(failed_in_a_row=1))
    assert severities(found) == {"infra-submit-failed": "critical"}


def test_a_run_that_started_since_ends_the_row() -> None:
    seen = snapshot(ended=[crashed(ended=60)], last_starts={"deployment-nightly": ago(30)})
    assert judged(seen) == []


def test_only_crashes_since_the_last_start_count() -> None:
    crashes = [crashed("before", ended=90), crashed("since", ended=30)]
    found = judged(snapshot(ended=crashes, last_starts={"deployment-nightly": ago(60)}))
    assert [each.run_ids for each in found] == [("id-of-since",)]


def test_starts_that_were_not_seen_are_not_none() -> None:
    seen = snapshot(ended=[crashed()], missing=[unseen("last starts")])
    assert severities(judged(seen)) == {"pool-observation-failed": "warning"}


def test_a_crash_of_another_kind_is_not_the_infrastructures() -> None:
    assert judged(snapshot(ended=[replace(crashed(), state_message="Flow run process exited with 137")])) == []


def test_crashes_of_lifeguard_are_left_out() -> None:
    assert judged(snapshot(ended=[replace(crashed(), tags=frozenset({"lifeguard"}))])) == []


def test_the_message_of_the_last_crash_is_the_evidence() -> None:
    assert judged(snapshot(ended=[crashed()]))[0].evidence["message"] == "no such image"
