"""What Lifeguard must say of the demo's estate, and in which sentences it is told that it said something else."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lifeguard.findings import Finding, Severity
from lifeguard.incidents import Incident


@dataclass(frozen=True, slots=True, order=True)
class Sign:
    """A finding as far as it can be known beforehand: its code, its severity, and the name of what it is about."""

    code: str
    severity: Severity
    name: str


def signs(findings: Iterable[Finding]) -> set[Sign]:
    """What was found above information."""
    harmful = (finding for finding in findings if finding.severity is not Severity.INFO)
    return {Sign(finding.code, finding.severity, finding.resource.name) for finding in harmful}


def differences(findings: Iterable[Finding], expected: Iterable[Sign]) -> list[str]:
    """One sentence for each thing that was not said, and for each that was said and should not have been."""
    said, wanted = signs(findings), set(expected)
    return [
        *(f"Lifeguard does not say {_words(sign)}, which the demo has built." for sign in sorted(wanted - said)),
        *(f"Lifeguard says {_words(sign)}, which the demo has not built." for sign in sorted(said - wanted)),
    ]


def unremembered(findings: Iterable[Finding], incidents: Iterable[Incident]) -> list[str]:
    """One sentence for each finding that is not exactly one incident of the history."""
    times = Counter(incident.fingerprint for incident in incidents)
    return [
        f"The history holds {times[finding.fingerprint]} incidents of {finding.fingerprint} and should hold one."
        for finding in findings
        if times[finding.fingerprint] != 1
    ]


def _words(sign: Sign) -> str:
    return f"{sign.code} ({sign.severity}) of '{sign.name}'"
