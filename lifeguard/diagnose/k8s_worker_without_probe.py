"""k8s-worker-without-probe: Kubernetes does not notice a worker that hangs. Off by default in Prefect's Helm chart.

A worker answers on `/health` with `--with-healthcheck` alone; the chart adds that with the probe (prefect-helm,
`worker.livenessProbe.enabled`).
"""

from lifeguard.cluster import WorkerDeployment
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import of_pool
from lifeguard.diagnose.worker_deployments import deployments_of
from lifeguard.facts import Pool
from lifeguard.findings import Finding, Severity

NAMED = 5


def k8s_worker_without_probe(scene: Scene) -> list[Finding]:
    """Find Deployments of workers that are to run and have no liveness probe; good to know, and never more."""
    found = [(pool, _without_probe(scene, pool)) for pool in scene.snapshot.pools]
    return [_finding(pool, deployments) for pool, deployments in found if deployments]


def _without_probe(scene: Scene, pool: Pool) -> list[WorkerDeployment]:
    return [each for each in deployments_of(scene, pool) if each.replicas and not each.has_liveness_probe]


def _finding(pool: Pool, deployments: list[WorkerDeployment]) -> Finding:
    names = [f"{each.namespace}/{each.name}" for each in deployments]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return Finding(
        code="k8s-worker-without-probe",
        severity=Severity.INFO,
        resource=of_pool(pool),
        title=f"Kubernetes would not restart a worker of pool '{pool.name}' that hangs: its Deployment '{names[0]}'{more} "
        "has no liveness probe",
        evidence={"deployments_without_probe": len(names), "deployments": ", ".join(names[:NAMED])},
        remedy=(
            "With Prefect's Helm chart: worker.livenessProbe.enabled=true",
            "Without it: add --with-healthcheck to `prefect worker start`, and a livenessProbe that gets /health on port 8080",
        ),
    )
