"""k8s-worker-without-probe: information for every pool with workers that nobody would restart."""

from lifeguard.diagnose.k8s_worker_without_probe import k8s_worker_without_probe
from tests import builders as b
from tests import worker_deployments as w


def test_deployments_without_a_probe_are_told_once_for_the_pool() -> None:
    bare = [w.deployment(has_liveness_probe=False, name=name) for name in ("a", "b")]
    (found,) = k8s_worker_without_probe(b.scene(w.snapshot(w.cluster(*bare, w.deployment()), alive=True)))
    assert (found.severity, found.evidence["deployments"]) == ("info", "prefect/a, prefect/b")


def test_a_deployment_that_is_scaled_to_zero_needs_no_probe() -> None:
    none = w.deployment(has_liveness_probe=False, replicas=0)
    assert k8s_worker_without_probe(b.scene(w.snapshot(w.cluster(none)))) == []
