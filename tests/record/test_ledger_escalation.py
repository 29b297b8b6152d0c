"""When an incident gets worse: told once per level; what eases, or is explained by another, is told as nothing new."""

from dataclasses import replace

from lifeguard.findings import Finding, Severity
from lifeguard.incidents import Change, ChangeKind, Changes, Incident, grouped_changes
from lifeguard.policy import Policy
from tests.builders import NOW, ahead, finding, policy
from tests.record.story import Story, Told

PROMPT = policy(warning_for_seconds=0, info_for_seconds=0)
CAUSE = "pool-paused:work-pool:pool-etl"


def found(severity: str) -> Finding:
    return finding(severity=severity)


def told(own: Policy, *looks: tuple[float, str]) -> list[Told]:
    """What is told of one finding that has these severities at these times."""
    story = Story(own)
    for at, severity in looks:
        story.look(at, found(severity))
    return story.told


def incident(of: Finding, *, opened: bool = True) -> Incident:
    return Incident(of, NOW, NOW, of.severity, opened_at=NOW if opened else None)


def test_what_gets_worse_escalates() -> None:
    assert told(PROMPT, (0, "warning"), (60, "critical")) == [(0, "opened", "warning"), (60, "escalated", "critical")]


def test_it_escalates_once_for_each_level() -> None:
    levels = ("info", "warning", "warning", "critical", "critical")
    assert told(PROMPT, *enumerate(levels)) == [
        (0, "opened", "info"),
        (1, "escalated", "warning"),
        (3, "escalated", "critical"),
    ]


def test_what_eases_and_worsens_again_is_not_told_again() -> None:
    levels = ("warning", "critical", "warning", "critical", "info", "critical")
    assert told(PROMPT, *enumerate(levels)) == [(0, "opened", "warning"), (1, "escalated", "critical")]


def test_what_eases_keeps_the_severity_that_was_told() -> None:
    eased = Story(PROMPT).look(0, found("critical")).look(60, found("info")).only_one
    assert (eased.severity, eased.finding.severity, eased.is_open) == (Severity.CRITICAL, Severity.INFO, True)


def test_a_worse_severity_must_hold_for_its_own_time() -> None:
    slow = policy(warning_for_seconds=0, critical_for_seconds=90)
    looks = [(0.0, "warning"), (60.0, "critical"), (149.0, "critical")]
    assert told(slow, *looks) == [(0, "opened", "warning")]
    assert told(slow, *looks, (150, "critical"))[1:] == [(150, "escalated", "critical")]


def test_a_worse_severity_that_was_interrupted_begins_anew() -> None:
    slow = policy(warning_for_seconds=0, critical_for_seconds=90)
    looks = [(0.0, "warning"), (60.0, "critical"), (120.0, "warning"), (160.0, "critical"), (240.0, "critical")]
    assert told(slow, *looks) == [(0, "opened", "warning")]
    assert told(slow, *looks, (250, "critical"))[1:] == [(250, "escalated", "critical")]


def test_a_worse_severity_that_was_gone_for_a_while_begins_anew() -> None:
    slow = policy(warning_for_seconds=0, critical_for_seconds=90)
    story = Story(slow).look(0, found("warning")).look(60, found("critical")).look(120).look(155, found("critical"))
    assert (story.told, story.only_one.worse_since) == ([(0, "opened", "warning")], ahead(155))


def test_a_worse_severity_that_the_server_doubts_needs_a_second_look() -> None:
    doubted = replace(found("critical"), is_confirmed=False)
    story = Story(PROMPT).look(0, found("warning")).look(60, doubted).look(89, doubted)
    assert story.told == [(0, "opened", "warning")]
    assert story.look(90, doubted).told[1:] == [(90, "escalated", "critical")]


def test_an_escalation_is_dated() -> None:
    worse = Story(PROMPT).look(0, found("warning")).look(60, found("critical")).only_one
    assert (worse.opened_at, worse.escalated_at, worse.worse_since) == (NOW, ahead(60), None)


def test_a_suspicion_that_gets_worse_is_opened_and_not_escalated() -> None:
    assert told(policy(), (0, "info"), (60, "warning")) == [(60, "opened", "warning")]


def test_an_explained_finding_opens_as_information_that_names_its_cause() -> None:
    explained = finding(severity="info", caused_by=CAUSE)
    story = Story().look(0, explained).look(60, explained)
    assert (story.told, story.only_one.finding.caused_by) == ([(60, "opened", "info")], CAUSE)


def test_what_another_begins_to_explain_stays_open_and_is_not_told() -> None:
    story = Story().look(0, found("critical")).look(60, finding(severity="info", caused_by=CAUSE))
    assert (story.told, story.only_one.is_open) == ([(0, "opened", "critical")], True)


def test_what_is_no_longer_explained_escalates() -> None:
    story = Story(PROMPT).look(0, finding(severity="info", caused_by=CAUSE)).look(60, found("critical"))
    assert story.told == [(0, "opened", "info"), (60, "escalated", "critical")]
    assert story.only_one.finding.caused_by is None


def test_the_changes_of_a_patrol_are_grouped_by_their_kind() -> None:
    new, worse, old, gone = (incident(finding(pool=name)) for name in ("new", "worse", "old", "gone"))
    kinds = zip(ChangeKind, (new, worse, old, gone), strict=True)
    changes = [Change(kind, NOW, each) for kind, each in kinds]
    assert grouped_changes(changes, [new, worse, old]) == Changes(
        opened=(new,), still_open=(old,), escalated=(worse,), resolved=(gone,)
    )


def test_what_is_open_and_did_not_change_is_still_open() -> None:
    lasting, new = incident(finding(pool="lasting")), incident(finding(pool="new"))
    grouped = grouped_changes([Change(ChangeKind.OPENED, NOW, new)], [lasting, new])
    assert grouped == Changes(opened=(new,), still_open=(lasting,))


def test_a_suspicion_is_not_open() -> None:
    assert grouped_changes([], [incident(finding(), opened=False)]) == Changes()
