"""api-unreachable: nothing answers at the API's address. What the pools do is unknown then, not wrong."""

from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding, Resource, Severity


def api_unreachable(scene: Scene) -> list[Finding]:
    """Find an API that gave no answer at all."""
    server = scene.snapshot.server
    if server.reachable:
        return []
    return [
        Finding(
            code="api-unreachable",
            severity=Severity.CRITICAL,
            resource=Resource("server", server.api_url, server.api_url),
            title=f"The Prefect API at {server.api_url} cannot be reached: {server.not_ready_because}",
            evidence={"api_url": server.api_url, "reason": server.not_ready_because},
            remedy=("prefect config view", "prefect server status --wait --timeout 60"),
        )
    ]
