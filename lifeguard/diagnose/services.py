"""What the checks of the server's own background services share: when one may be judged, how patiently, and what to do."""

from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Resource
from lifeguard.snapshot import SERVER_SETTINGS

RESTART = (
    "Restart the Prefect server: nothing restarts its background services by themselves",
    "Where they run apart from the API, start them there: prefect server services start",
)
"""No service is supervised on Prefect 3.8.8 and 3.9.1 (PrefectHQ/prefect#22436)."""


def of_server(scene: Scene) -> Resource:
    """The server as a finding's resource."""
    url = scene.snapshot.server.api_url
    return Resource("server", url, url)


def may_be_judged(scene: Scene, is_enabled: bool) -> bool:
    """Whether a service should run: not where it is switched off, and not where the server does not tell its settings."""
    return is_enabled and scene.sees(SERVER_SETTINGS)


def patience_seconds(scene: Scene, loop_seconds: float, loops: int) -> float:
    """How long a service may leave its work undone: so many of its loops, and never less than the policy says."""
    return max(scene.policy.service_stalled_after_seconds, loops * loop_seconds)
