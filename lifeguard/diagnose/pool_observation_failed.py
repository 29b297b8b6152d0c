"""pool-observation-failed: something that a verdict rests on was not seen. It accuses nobody."""

from collections.abc import Sequence

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.snapshot import Missing

POOLS_NAMED = 10
"""More pools with the same trouble than this are one trouble of the server."""


def pool_observation_failed(scene: Scene) -> list[Finding]:
    """Find what could not be looked at, pool by pool, and on the server where it concerns all of them."""
    unseen = [missing for missing in scene.snapshot.missing if missing.essential]
    common = {trouble for trouble, alike in grouped(unseen, _kind).items() if _pools(alike) > POOLS_NAMED}
    by_resource = grouped(unseen, lambda missing: _resource(scene, missing, _kind(missing) in common))
    return [_finding(scene, resource, missing) for resource, missing in by_resource.items()]


def _kind(missing: Missing) -> tuple[str, str]:
    return (missing.kind, missing.reason)


def _pools(alike: Sequence[Missing]) -> int:
    return len({missing.pool_id for missing in alike if missing.pool_id})


def _trouble(missing: Missing) -> tuple[str, str]:
    return (missing.what, missing.reason)


def _resource(scene: Scene, missing: Missing, is_common: bool) -> Resource:
    if missing.pool_id is not None and not is_common:
        return Resource("work-pool", missing.pool_id, missing.pool_name or missing.pool_id)
    url = scene.snapshot.server.api_url
    return Resource("server", url, url)


def _finding(scene: Scene, resource: Resource, unseen: Sequence[Missing]) -> Finding:
    key = _kind if resource.kind == "server" else _trouble
    troubles = [_words(trouble, _pools(alike)) for trouble, alike in grouped(unseen, key).items()]
    whom = f"Work pool '{resource.name}'" if resource.kind == "work-pool" else f"The server at {resource.name}"
    return Finding(
        code="pool-observation-failed",
        severity=Severity.WARNING,
        resource=resource,
        title=f"{whom} could not be looked at in full, so its state is unknown ({'; '.join(troubles)})",
        evidence={f"missing_{number}": words for number, words in enumerate(troubles, start=1)},
        remedy=("Look again: lifeguard check", f"Ask the server yourself: {_probe(scene)}"),
    )


def _words(trouble: tuple[str, str], pools: int) -> str:
    what, reason = trouble
    return f"{what} of {pools:,} work pools: {reason}" if pools > 1 else f"{what}: {reason}"


def _probe(scene: Scene) -> str:
    return "prefect work-pool ls" if scene.snapshot.server.is_cloud else "prefect server status"
