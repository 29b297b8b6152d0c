"""server-not-ready: the API process answers and its `/ready` does not say yes, which is the only look at its database."""

from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding, Resource, Severity


def server_not_ready(scene: Scene) -> list[Finding]:
    """Find a server whose database is away or still being migrated."""
    server = scene.snapshot.server
    if not server.reachable or server.ready is not False:
        return []
    return [
        Finding(
            code="server-not-ready",
            severity=Severity.CRITICAL,
            resource=Resource("server", server.api_url, server.api_url),
            title=f"The Prefect server at {server.api_url} answers but is not ready: {server.not_ready_because} from /ready",
            evidence={"api_url": server.api_url, "reason": server.not_ready_because},
            remedy=(
                "Look at the server's own log and at its database: /ready answers 503 while the database does not answer",
                "prefect server database upgrade -y",
                "prefect server status --wait --timeout 60",
            ),
        )
    ]
