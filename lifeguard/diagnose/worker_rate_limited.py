"""worker-rate-limited: the API asks for less (HTTP 429); told so six times, a worker ends (PrefectHQ/prefect#20488)."""

from lifeguard.diagnose.by_answers import by_answers
from lifeguard.diagnose.log_signs import SEVERAL, heard, of_silenced_pools
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

CODE = "worker-rate-limited"


def worker_rate_limited(scene: Scene) -> list[Finding]:
    """Find it in a worker's log, or in the answers to this look, which asks slowly and is told so all the same."""
    said, answered = heard(scene, CODE), scene.snapshot.answers.number(429)
    if said:
        return of_silenced_pools(scene, said)
    return [_answered(scene, answered)] if answered >= SEVERAL else []


def _answered(scene: Scene, answered: int) -> Finding:
    title = (
        f"The API at {scene.snapshot.server.api_url} asked this look {answered} times to slow down (HTTP 429), "
        "and workers ask the same API"
    )
    return by_answers(scene, CODE, title, {"http_429": answered, "api_calls": scene.snapshot.api_calls})
