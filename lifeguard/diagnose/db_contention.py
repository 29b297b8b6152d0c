"""db-contention: transactions wait for each other, are refused or take too long (PrefectHQ/prefect#17767, #21791, #22597).

The answer is HTTP 503, which clients repeat; what is wrong in the database is named in the server's log and PostgreSQL's only.
"""

from lifeguard.diagnose.by_answers import by_answers, going_on
from lifeguard.diagnose.db_answers import busy_evidence, is_busy, is_sqlite, refusals
from lifeguard.diagnose.log_signs import Heard, heard, is_recent, only_logged
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding

CODE = "db-contention"


def db_contention(scene: Scene) -> list[Finding]:
    """Find it in a log, where 503 answers to this look make it critical; or by several of those, if nothing else is known."""
    said = heard(scene, CODE)
    if said:
        return [_logged(scene, said)]
    other = is_sqlite(scene) or heard(scene, "db-connections-exhausted")
    return [_answered(scene)] if is_busy(scene) and not other else []


def _logged(scene: Scene, said: Heard) -> Finding:
    found = only_logged(scene, said)
    lasting = any(is_recent(scene, sign) is not False for sign in said.proofs)
    if not (is_busy(scene) and lasting):
        return found
    return going_on(found, f"{refusals(scene)} calls of this look were answered HTTP 503", busy_evidence(scene))


def _answered(scene: Scene) -> Finding:
    title = (
        f"The server answered HTTP 503 to {refusals(scene)} calls of this look: its database is too busy, "
        "locked or short of connections; which of these, its own log tells"
    )
    return by_answers(scene, CODE, title, busy_evidence(scene), "Read it there: lifeguard signatures SERVER.LOG")
