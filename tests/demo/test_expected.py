"""How the demo checks itself: each difference between what it has built and what is said is one sentence."""

from lifeguard.demo.expected import Sign, differences, unremembered
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.record.ledger import suspected
from tests.builders import NOW

PAUSED = Sign("pool-paused", Severity.WARNING, "night")


def finding(code: str, name: str, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(code, severity, Resource("work-pool", f"id-of-{name}", name), "A title")


def test_what_was_built_and_is_said_is_no_difference() -> None:
    assert differences([finding("pool-paused", "night")], {PAUSED}) == []


def test_information_is_never_a_difference() -> None:
    assert differences([finding("pool-no-workers", "zero", Severity.INFO)], ()) == []


def test_what_was_built_and_is_not_said_is_told() -> None:
    assert differences([], {PAUSED}) == [
        "Lifeguard does not say pool-paused (warning) of 'night', which the demo has built."
    ]


def test_what_is_said_and_was_not_built_is_told() -> None:
    assert differences([finding("pool-no-workers", "day")], ()) == [
        "Lifeguard says pool-no-workers (warning) of 'day', which the demo has not built."
    ]


def test_a_finding_that_is_one_incident_is_no_difference() -> None:
    found = finding("pool-paused", "night")
    assert unremembered([found], [suspected(found, NOW)]) == []


def test_a_doubled_incident_and_one_that_was_forgotten_are_told() -> None:
    doubled, forgotten = finding("pool-paused", "night"), finding("pool-paused", "day")
    assert unremembered([doubled, forgotten], [suspected(doubled, NOW)] * 2) == [
        "The history holds 2 incidents of pool-paused:work-pool:id-of-night and should hold one.",
        "The history holds 0 incidents of pool-paused:work-pool:id-of-day and should hold one.",
    ]
