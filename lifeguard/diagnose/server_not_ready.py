"""server-not-ready: the API answers and cannot do its work; on a server `/ready` tells, the only look at its database."""

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Server
from lifeguard.findings import Finding, Resource, Severity


def server_not_ready(scene: Scene) -> list[Finding]:
    """Find a server whose database is away or still being migrated, and a Prefect Cloud that answers with errors."""
    server = scene.snapshot.server
    if not server.reachable or server.ready is not False:
        return []
    asked = "the list of work pools" if server.is_cloud else "/ready"
    return [
        Finding(
            code="server-not-ready",
            severity=Severity.CRITICAL,
            resource=Resource("server", server.api_url, server.api_url),
            title=f"{_who(server)} at {server.api_url} answers but is not ready: {server.not_ready_because} from {asked}",
            evidence={"api_url": server.api_url, "reason": server.not_ready_because},
            remedy=_remedy(server),
        )
    ]


def _who(server: Server) -> str:
    return "Prefect Cloud" if server.is_cloud else "The Prefect server"


def _remedy(server: Server) -> tuple[str, ...]:
    if server.is_cloud:
        return ("Nothing of yours to mend: see Prefect's status page, and look again: lifeguard check",)
    return (
        "Look at the server's own log and at its database: /ready answers 503 while the database does not answer",
        "prefect server database upgrade -y",
        "prefect server status --wait --timeout 60",
    )
