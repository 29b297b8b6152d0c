"""worker-rate-limited: the API asks for less (HTTP 429); told so six times, a worker ends (PrefectHQ/prefect#20488)."""

from lifeguard.diagnose.log_signs import SEVERAL, heard, of_silenced_pools
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import of_server
from lifeguard.findings import Finding, Severity
from lifeguard.signatures.remedies import remedy_of

CODE = "worker-rate-limited"


def worker_rate_limited(scene: Scene) -> list[Finding]:
    """Find it in a worker's log, or in the answers to this look, which asks slowly and is told so all the same."""
    said, answered = heard(scene, CODE), scene.snapshot.answers.number(429)
    if said:
        return of_silenced_pools(scene, said)
    return [_answered(scene, answered)] if answered >= SEVERAL else []


def _answered(scene: Scene, answered: int) -> Finding:
    server = scene.snapshot.server
    return Finding(
        code=CODE,
        severity=Severity.WARNING,
        resource=of_server(scene),
        title=f"The API at {server.api_url} asked this look {answered} times to slow down (HTTP 429), "
        "and workers ask the same API",
        evidence={"http_429": answered, "api_calls": scene.snapshot.api_calls},
        remedy=remedy_of(CODE),
        is_confirmed=False,
    )
