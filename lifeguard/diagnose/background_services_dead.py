"""background-services-dead: the API answers, and behind it nothing works. One process died, and its signs are many.

Kubernetes sees a healthy pod: `/health` is a constant, and `/ready` asks the database only (PrefectHQ/prefect#22436, #19080).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import RESTART, of_server
from lifeguard.findings import Finding, Severity

SIGNS = {
    "scheduler-stalled": "the scheduler, which makes runs",
    "late-runs-service-stalled": "the marking of Late runs",
    "foreman-stalled": "the Foreman, which sets statuses",
    "cancelling-stuck": "the cleanup of cancelled runs",
    "events-stalled": "the store of events",
}
"""What is dead where a code is found, in the order in which it is named."""

SIGNS_AT_LEAST = 2


def background_services_dead(scene: Scene, findings: Sequence[Finding]) -> list[Finding]:
    """Find two or more of the server's services dead at once, by what the checks before found."""
    signs = {found.code: found for found in findings if _is_sign(scene, found)}
    dead = [code for code in SIGNS if code in signs]
    return [_finding(scene, [signs[code] for code in dead])] if len(dead) >= SIGNS_AT_LEAST else []


def explained_by_dead_services(scene: Scene, findings: Iterable[Finding], dead: Finding) -> list[Finding]:
    """The same findings, where each sign of the dead services names what explains it."""
    return [replace(each, caused_by=dead.fingerprint) if _is_sign(scene, each) else each for each in findings]


def _is_sign(scene: Scene, found: Finding) -> bool:
    """Runs stay CANCELLING too where their cleanup is switched off, which is no death."""
    services = scene.snapshot.server.settings.services
    return found.code in SIGNS and (found.code != "cancelling-stuck" or services.cancellation_enabled)


def _finding(scene: Scene, signs: Sequence[Finding]) -> Finding:
    names = [SIGNS[sign.code] for sign in signs]
    return Finding(
        code="background-services-dead",
        severity=Severity.CRITICAL,
        resource=of_server(scene),
        title=f"The Prefect API answers, but {len(signs)} of the server's background services are dead: "
        f"{'; '.join(names[:-1])}; and {names[-1]}",
        evidence={"dead_services": len(signs), "signs": ", ".join(sign.code for sign in signs)},
        remedy=(
            *RESTART,
            "It must not have been started with --no-services, unless they run elsewhere",
            "Then look again: lifeguard check",
        ),
        is_confirmed=False,
    )
