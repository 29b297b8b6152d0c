"""worker-crash-http-500: one HTTP 500 while a worker submits a run ends the worker (PrefectHQ/prefect#16977; 3.8.8, 3.9.1).

No client repeats a 500, unlike 429 and 503. The reason stands in what the worker wrote, and nowhere else.
"""

from lifeguard.diagnose.by_answers import by_answers
from lifeguard.diagnose.log_signs import SEVERAL, heard, of_silenced_pools
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

CODE = "worker-crash-http-500"


def worker_crash_http_500(scene: Scene) -> list[Finding]:
    """Find workers that ended of it by their logs; without a log, a server that answers so to us, as it would to them."""
    said, answered = heard(scene, CODE), scene.snapshot.answers.number_by_prefect(500)
    if said:
        return of_silenced_pools(scene, said)
    return [_answered(scene, answered)] if answered >= SEVERAL else []


def _answered(scene: Scene, answered: int) -> Finding:
    title = (
        f"The API at {scene.snapshot.server.api_url} answered HTTP 500 to {answered} calls of this look: one such answer "
        "ends a worker that is submitting a run"
    )
    return by_answers(scene, CODE, title, {"http_500": answered, "api_calls": scene.snapshot.api_calls})
