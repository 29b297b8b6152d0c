"""How the demo checks itself: each difference between what it has built and what is said is one sentence."""

from lifeguard.demo.expected import Sign, differences
from lifeguard.findings import Finding, Resource, Severity

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
