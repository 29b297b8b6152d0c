"""k8s-worker-without-probe: Kubernetes restarts a worker that hangs only where its Deployment has a liveness probe."""

from tests.cluster.workers import workers_in_cluster
from tests.estate import Estate, Said


def test_a_worker_that_nobody_would_restart_is_good_to_know(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    with workers_in_cluster(estate, "mill", has_probe=False):
        assert estate.said() == {Said("k8s-worker-without-probe", "info", "work-pool", "mill")}


def test_a_worker_with_a_liveness_probe_is_well(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    with workers_in_cluster(estate, "mill"):
        assert estate.said() == set()
