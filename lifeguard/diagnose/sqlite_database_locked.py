"""sqlite-database-locked: SQLite lets one writer in at a time, and requests give up waiting (PrefectHQ/prefect#10188, #19771).

Now and then it is harmless: the answer is HTTP 503, which every client of Prefect repeats. Several at once are not.
"""

from dataclasses import replace

from lifeguard.diagnose.by_answers import by_answers
from lifeguard.diagnose.db_answers import busy_evidence, is_busy, is_sqlite, refusals
from lifeguard.diagnose.log_signs import SEVERAL, Heard, heard, only_logged
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding, Severity

CODE = "sqlite-database-locked"


def sqlite_database_locked(scene: Scene) -> list[Finding]:
    """Find several of it in the server's log, or several 503 of a server that is known to use SQLite."""
    said = heard(scene, CODE)
    if said:
        return [_logged(scene, said)]
    return [_answered(scene)] if is_busy(scene) and is_sqlite(scene) else []


def _logged(scene: Scene, said: Heard) -> Finding:
    found = only_logged(scene, said)
    if is_busy(scene):
        title = f"{found.title}, and {refusals(scene)} calls of this look were answered HTTP 503"
        return replace(
            found, title=title, severity=Severity.WARNING, evidence={**found.evidence, **busy_evidence(scene)}
        )
    few = sum(sign.count for sign in said.signs) < SEVERAL
    return replace(found, severity=Severity.INFO) if few else found


def _answered(scene: Scene) -> Finding:
    title = (
        f"The server uses SQLite and answered HTTP 503 to {refusals(scene)} calls of this look, as it does "
        "when its database is locked"
    )
    return by_answers(scene, CODE, title, busy_evidence(scene))
