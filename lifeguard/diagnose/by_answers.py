"""What the checks share that speak of how the API answered this look: by that alone a warning, with a log the cause."""

from dataclasses import replace

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import of_server
from lifeguard.findings import Evidence, Finding, Severity
from lifeguard.signatures.remedies import remedy_of


def by_answers(scene: Scene, code: str, title: str, evidence: Evidence, *first_steps: str) -> Finding:
    """The finding of what only the answers say, which fits other causes too, so that a second look has to agree."""
    return Finding(
        code=code,
        severity=Severity.WARNING,
        resource=of_server(scene),
        title=title,
        evidence=evidence,
        remedy=(*first_steps, *remedy_of(code)),
        is_confirmed=False,
    )


def going_on(logged: Finding, words: str, evidence: Evidence) -> Finding:
    """What a log says and the answers show as well: it is so now, and work cannot go on."""
    return replace(
        logged,
        severity=Severity.CRITICAL,
        title=f"{logged.title}, and {words}",
        evidence={**logged.evidence, **evidence},
        is_confirmed=True,
    )
