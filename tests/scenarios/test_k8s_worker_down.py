"""k8s-worker-down: the Deployment that runs a pool's workers, in a cluster that an access is saved for."""

from datetime import UTC, datetime, timedelta

from tests.cluster.workers import recorded_state, state_of, workers_in_cluster
from tests.estate import Estate, Said
from tests.why.asking import holding, why


def test_a_worker_that_is_killed_for_its_memory_explains_that_nobody_works_on_the_pool(estate: Estate) -> None:
    estate.pool("mill", "kubernetes")
    estate.overdue_run(estate.deployment("grind", "mill"))
    with workers_in_cluster(estate, "mill") as cluster:
        state_of(cluster, **recorded_state("prefect-worker-oom"))
        report = estate.look()
    assert report.said == {
        Said("k8s-worker-down", "critical", "work-pool", "mill", 1),
        Said("pool-no-workers", "info", "work-pool", "mill", 1, "k8s-worker-down"),
    }
    assert report.the("k8s-worker-down").evidence["kubernetes_says"] == "OOMKilled"


def test_a_worker_that_is_scaled_to_zero_is_down_once_work_is_due(estate: Estate) -> None:
    estate.pool("mill", "kubernetes")
    run = estate.overdue_run(estate.deployment("grind", "mill"))
    with workers_in_cluster(estate, "mill") as cluster:
        cluster.objects["deployments"][0]["spec"]["replicas"] = 0
        said, explanation = estate.said(), why(estate, run)
    assert Said("k8s-worker-down", "critical", "work-pool", "mill", 1) in said
    assert holding(explanation) == ["k8s-worker-down"]
    assert "--replicas 1" in explanation.next[0]


def test_one_restart_a_day_ago_is_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with workers_in_cluster(estate, "mill") as cluster:
        ended = {"terminated": {"reason": "Error", "exitCode": 1, "finishedAt": yesterday}}
        state_of(cluster, restartCount=1, lastState=ended)
        assert estate.said() == set()
