"""What the checks of the server's database share: whether it was too busy to answer us, and which kind it is."""

from lifeguard.diagnose.log_signs import SEVERAL, heard
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Evidence


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
    return {"http_503": refusals(scene), "api_calls": scene.snapshot.api_calls}
