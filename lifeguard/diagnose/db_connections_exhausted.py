"""db-connections-exhausted: the server gets no connection to its database, and answers with errors (PrefectHQ/prefect#17344).

PostgreSQL's refusal is a 503 on 3.9.1, the server's own pool of connections that is used up a 500. Which of many causes a
500 has, only the server's log tells.
"""

from lifeguard.diagnose.by_answers import by_answers, going_on
from lifeguard.diagnose.log_signs import SEVERAL, heard, is_recent, only_logged
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Evidence, Finding

CODE = "db-connections-exhausted"
SLOW_SECONDS = 5.0


def db_connections_exhausted(scene: Scene) -> list[Finding]:
    """Find it in the server's log, where trouble with our own calls makes it critical; or by errors of a slow server."""
    said = heard(scene, CODE)
    if said:
        logged = only_logged(scene, said)
        lasting = _is_in_trouble(scene) and any(is_recent(scene, sign) is not False for sign in said.proofs)
        return [_now(scene, logged) if lasting else logged]
    return [_answered(scene)] if scene.snapshot.answers.number_by_prefect(500) >= SEVERAL and _is_slow(scene) else []


def _is_slow(scene: Scene) -> bool:
    return (scene.snapshot.server.latency_seconds or 0.0) >= SLOW_SECONDS


def _is_in_trouble(scene: Scene) -> bool:
    answers, server = scene.snapshot.answers, scene.snapshot.server
    return bool(
        answers.number_by_prefect(500) or answers.number_by_prefect(503) or server.ready is False or _is_slow(scene)
    )


def _now(scene: Scene, logged: Finding) -> Finding:
    return going_on(logged, "the API answers with errors, or slowly, now", _evidence(scene))


def _answered(scene: Scene) -> Finding:
    server, errors = scene.snapshot.server, scene.snapshot.answers.number_by_prefect(500)
    title = (
        f"The API at {server.api_url} answered HTTP 500 to {errors} calls and took "
        f"{server.latency_seconds or 0:.0f} s for /ready, as a server does whose connections to its database have run out"
    )
    where = "Whether that is so is in the server's own log: lifeguard signatures SERVER.LOG"
    return by_answers(scene, CODE, title, _evidence(scene), where)


def _evidence(scene: Scene) -> Evidence:
    answers = scene.snapshot.answers
    return {
        "http_500": answers.number_by_prefect(500),
        "http_503": answers.number_by_prefect(503),
        "ready_seconds": scene.snapshot.server.latency_seconds,
        "not_ready": scene.snapshot.server.not_ready_because,
    }
