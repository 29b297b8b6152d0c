"""pool-observation-failed: something that a verdict rests on was not seen. It accuses nobody."""

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Missing
from lifeguard.findings import Finding, Resource, Severity


def pool_observation_failed(scene: Scene) -> list[Finding]:
    """Find what could not be looked at, pool by pool, and on the server where it concerns all of them."""
    by_resource: dict[Resource, list[Missing]] = {}
    for missing in scene.snapshot.missing:
        if missing.essential:
            by_resource.setdefault(_resource(scene, missing), []).append(missing)
    return [_finding(scene, resource, unseen) for resource, unseen in by_resource.items()]


def _resource(scene: Scene, missing: Missing) -> Resource:
    if missing.pool_id is not None:
        return Resource("work-pool", missing.pool_id, missing.pool_name or missing.pool_id)
    url = scene.snapshot.server.api_url
    return Resource("server", url, url)


def _finding(scene: Scene, resource: Resource, unseen: list[Missing]) -> Finding:
    what = "; ".join(f"{missing.what}: {missing.reason}" for missing in unseen)
    whom = f"Work pool '{resource.name}'" if resource.kind == "work-pool" else f"The server at {resource.name}"
    return Finding(
        code="pool-observation-failed",
        severity=Severity.WARNING,
        resource=resource,
        title=f"{whom} could not be looked at in full, so its state is unknown ({what})",
        evidence={f"missing_{n}": f"{missing.what}: {missing.reason}" for n, missing in enumerate(unseen, 1)},
        remedy=("Look again: lifeguard check", f"Ask the server yourself: {_probe(scene)}"),
    )


def _probe(scene: Scene) -> str:
    return "prefect work-pool ls" if scene.snapshot.server.is_cloud else "prefect server status"
