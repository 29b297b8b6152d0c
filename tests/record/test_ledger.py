"""When a finding opens an incident and when it resolves: the rules alone, without a database."""

from dataclasses import replace

import pytest

from lifeguard.findings import Finding
from lifeguard.policy import PoolPolicy
from lifeguard.record.ledger import Step, advance
from lifeguard.record.sight import Sight
from tests.builders import NOW, ago, ahead, finding, policy
from tests.record.story import Story

BLIND = Sight(is_blind=True)
FOR_TIMES = policy(critical_for_seconds=10, warning_for_seconds=20, info_for_seconds=30)
RECOVERIES = policy(
    critical_recovery_seconds=100,
    warning_recovery_seconds=200,
    info_recovery_seconds=300,
    warning_for_seconds=0,
    info_for_seconds=0,
)


def doubted(severity: str = "critical") -> Finding:
    return finding(severity=severity, is_confirmed=False)


def test_a_critical_finding_opens_at_the_first_look() -> None:
    assert Story().look(0, finding()).told == [(0, "opened", "critical")]


def test_an_incident_that_was_opened_is_not_opened_again() -> None:
    assert Story().look(0, finding()).look(60, finding()).look(120, finding()).told == [(0, "opened", "critical")]


@pytest.mark.parametrize(("severity", "hold"), [("critical", 10), ("warning", 20), ("info", 30)])
def test_a_finding_opens_once_it_has_held_for_the_time_of_its_severity(severity: str, hold: float) -> None:
    found = finding(severity=severity)
    story = Story(FOR_TIMES).look(0, found).look(hold - 0.5, found)
    assert story.told == []
    assert story.look(hold, found).told == [(hold, "opened", severity)]


def test_a_warning_takes_two_looks_a_minute_apart_by_default() -> None:
    found = finding(severity="warning")
    assert Story().look(0, found).look(60, found).told == [(60, "opened", "warning")]


def test_a_finding_that_is_gone_before_its_for_time_never_opens() -> None:
    story = Story().look(0, finding(severity="warning")).look(40)
    assert (story.told, story.live) == ([], {})


def test_a_suspicion_that_comes_back_begins_anew() -> None:
    found = finding(severity="warning")
    story = Story().look(0, found).look(40).look(60, found)
    assert (story.told, story.only_one.first_seen_at) == ([], ahead(60))


def test_a_suspicion_outlives_a_look_that_could_not_see_it() -> None:
    found = finding(severity="warning")
    story = Story().look(0, found).look(30, sight=BLIND).look(60, found)
    assert story.told == [(60, "opened", "warning")]


def test_a_suspicion_that_gets_critical_opens_at_once_as_critical() -> None:
    assert Story().look(0, finding(severity="warning")).look(5, finding()).told == [(5, "opened", "critical")]


def test_what_the_server_doubts_needs_a_second_look() -> None:
    story = Story().look(0, doubted()).look(29, doubted())
    assert story.told == []
    assert story.look(30, doubted()).told == [(30, "opened", "critical")]


def test_a_second_look_does_not_shorten_a_longer_for_time() -> None:
    story = Story().look(0, doubted("warning")).look(44, doubted("warning"))
    assert story.told == []
    assert story.look(45, doubted("warning")).told == [(45, "opened", "warning")]


def test_what_the_server_no_longer_doubts_opens_at_once() -> None:
    assert Story().look(0, doubted()).look(10, finding()).told == [(10, "opened", "critical")]


@pytest.mark.parametrize(("severity", "recovery"), [("critical", 100), ("warning", 200), ("info", 300)])
def test_an_incident_resolves_once_it_is_gone_for_the_time_of_its_severity(severity: str, recovery: float) -> None:
    story = Story(RECOVERIES).look(0, finding(severity=severity)).look(60).look(60 + recovery - 0.5)
    assert len(story.told) == 1
    assert story.look(60 + recovery).told[1:] == [(60 + recovery, "resolved", severity)]


def test_recovery_takes_the_time_of_the_worst_severity_that_was_told() -> None:
    story = Story(RECOVERIES).look(0, finding(severity="critical")).look(30, finding(severity="info"))
    assert story.look(60).look(160).told[1:] == [(160, "resolved", "critical")]


def test_without_a_recovery_time_an_incident_resolves_when_it_is_first_gone() -> None:
    story = Story(policy(critical_recovery_seconds=0)).look(0, finding()).look(60)
    assert story.told == [(0, "opened", "critical"), (60, "resolved", "critical")]


def test_an_incident_ended_when_it_was_first_seen_to_be_gone() -> None:
    ended = Story().look(0, finding()).look(60).look(120).look(360).ended[0]
    assert (ended.last_seen_at, ended.ended_at, ended.resolved_at) == (NOW, ahead(60), ahead(360))


def test_a_flapping_worker_makes_one_incident() -> None:
    story = Story()
    for at in range(0, 3600, 120):
        story.look(at, finding()).look(at + 60)
    assert story.told == [(0, "opened", "critical")]
    assert story.look(3600).look(3840).told[1:] == [(3840, "resolved", "critical")]


def test_the_recovery_begins_anew_each_time_it_is_back() -> None:
    story = Story().look(0, finding()).look(60).look(300, finding()).look(360).look(600)
    assert story.told == [(0, "opened", "critical")]
    assert story.only_one.gone_since == ahead(360)


def test_what_comes_back_after_it_was_resolved_is_another_incident() -> None:
    story = Story().look(0, finding()).look(60).look(360).look(420, finding())
    assert story.told == [(0, "opened", "critical"), (360, "resolved", "critical"), (420, "opened", "critical")]
    assert story.only_one.first_seen_at == ahead(420)


def test_a_look_that_could_not_see_it_changes_nothing() -> None:
    open_one = Story().look(0, finding()).only_one
    assert advance([open_one], [], BLIND, policy(), ahead(9000)) == Step()


def test_a_blind_look_does_not_interrupt_a_recovery() -> None:
    story = Story().look(0, finding()).look(60).look(120, sight=BLIND)
    assert story.look(360).told[1:] == [(360, "resolved", "critical")]


def test_a_blind_look_resolves_nothing_however_late_it_is() -> None:
    story = Story().look(0, finding()).look(60).look(99_999, sight=BLIND)
    assert story.told == [(0, "opened", "critical")]


def test_a_finding_of_a_look_that_saw_little_counts_all_the_same() -> None:
    assert Story(sight=BLIND).look(0, finding()).told == [(0, "opened", "critical")]


@pytest.mark.parametrize(("pool", "opened_at"), [("batch-1", 120), ("etl", 0)])
def test_a_pool_may_have_a_for_time_of_its_own(pool: str, opened_at: float) -> None:
    own = policy(pools={"batch-*": PoolPolicy(critical_for_seconds=120)})
    story = Story(own).look(0, finding(pool=pool)).look(60, finding(pool=pool)).look(120, finding(pool=pool))
    assert story.told == [(opened_at, "opened", "critical")]


@pytest.mark.parametrize(("pool", "resolved_at"), [("batch-1", 660), ("etl", 360)])
def test_a_pool_may_have_a_recovery_time_of_its_own(pool: str, resolved_at: float) -> None:
    own = policy(pools={"batch-*": PoolPolicy(critical_recovery_seconds=600)})
    story = Story(own).look(0, finding(pool=pool))
    for at in range(60, 720, 60):
        story.look(at)
    assert story.told[1:] == [(resolved_at, "resolved", "critical")]


def test_it_began_with_the_first_run_that_waited_for_it() -> None:
    story = Story().look(0, finding(due=100)).look(60, finding(due=400)).look(120, finding(due=30))
    story.look(180, finding(due=None))
    assert (story.only_one.due_since, story.only_one.began_at) == (ago(400), ago(400))


def test_it_began_when_it_was_first_seen_where_nothing_waited_before() -> None:
    late = replace(finding(), due_since=ahead(50))
    assert Story().look(0, finding()).look(60, late).only_one.began_at == NOW


def test_the_most_runs_that_it_held_back_at_once_are_kept() -> None:
    story = Story().look(0, finding(runs=2)).look(60, finding(runs=7)).look(120, finding(runs=1))
    assert story.only_one.affected_runs == 7


def test_the_newest_sight_of_it_is_kept() -> None:
    first, newest = finding(runs=7), replace(finding(runs=1), title="Nobody works on etl any more")
    incident = Story().look(0, first).look(60, newest).only_one
    assert (incident.finding, incident.first_seen_at, incident.last_seen_at) == (newest, NOW, ahead(60))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_finding_that_comes_twice_is_one_incident_of_its_worst_severity(order: tuple[int, int]) -> None:
    both = (finding(severity="warning"), finding(severity="critical"))
    assert Story().look(0, both[order[0]], both[order[1]]).told == [(0, "opened", "critical")]


def test_incidents_of_different_pools_do_not_touch_each_other() -> None:
    etl, ml = finding(pool="etl"), finding(pool="ml")
    story = Story().look(0, etl, ml).look(60, ml).look(360, ml)
    assert [incident.fingerprint for incident in story.ended] == [etl.fingerprint]
    assert [incident.fingerprint for incident in story.live.values()] == [ml.fingerprint]
