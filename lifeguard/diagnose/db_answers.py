"""What the checks of the server's database share: whether it was too busy to answer us, and which kind it is."""

from collections.abc import Sequence
from dataclasses import replace

from lifeguard.diagnose.log_signs import SEVERAL, heard
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Evidence, Finding, Severity

OF_THE_DATABASE = frozenset({"db-connections-exhausted", "db-contention", "sqlite-database-locked"})
EXPLAINED = "server-not-ready"


def refusals(scene: Scene) -> int:
    """How many calls of this look Prefect itself answered 503; a proxy before it says nothing of a database."""
    return scene.snapshot.answers.number_by_prefect(503)


def is_busy(scene: Scene) -> bool:
    """Whether those were several."""
    return refusals(scene) >= SEVERAL


def is_sqlite(scene: Scene) -> bool:
    """Whether that is known: the address is masked in `/admin/settings`, and the driver told only where it was set (3.9.1)."""
    driver = scene.snapshot.server.settings.database_driver or ""
    return driver.startswith("sqlite") or heard(scene, "sqlite-database-locked") is not None


def busy_evidence(scene: Scene) -> Evidence:
    """How the API answered."""
    ready = scene.snapshot.server.not_ready_because
    return {
        "http_503": refusals(scene),
        "api_calls": scene.snapshot.api_calls,
        **({"not_ready": ready} if ready else {}),
    }


def explained_by_the_database(findings: Sequence[Finding]) -> list[Finding]:
    """The same findings, where a server that is not ready names what its log says of the database, if that is so now."""
    cause = next((each for each in findings if each.code in OF_THE_DATABASE and _is_now(each)), None)
    if cause is None:
        return list(findings)
    return [replace(each, caused_by=cause.fingerprint) if each.code == EXPLAINED else each for each in findings]


def _is_now(found: Finding) -> bool:
    return found.severity is Severity.CRITICAL
