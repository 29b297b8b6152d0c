"""k8s-container-config: a container cannot be made: what it needs is missing, and Prefect says nothing of it."""

from tests.cluster.objects import infrastructure_id
from tests.cluster.server import ClusterServer
from tests.estate import Estate, Said

CONFIG_MAP = "prefect-jobs:mounterr"


def waits(estate: Estate, cluster: ClusterServer, name: str, job: str) -> str:
    """A run whose pod is the recorded one of this name."""
    estate.staffed_pool("mill", type="kubernetes")
    run = estate.submitted_run(estate.deployment("grind", "mill"), job)
    estate.infrastructure_pending(run)
    cluster.hand_over({name: run})
    return run


def test_a_missing_secret_that_lasts_is_critical(estate: Estate, cluster: ClusterServer) -> None:
    run = waits(estate, cluster, "run-cfgerr", infrastructure_id("run-cfgerr"))
    report = estate.look()
    assert report.said == {Said("k8s-container-config", "critical", "deployment", "flow/grind", 1)}
    found = report.the("k8s-container-config")
    assert found.title == (
        "1 run of deployment 'flow/grind' waits in the cluster since 2026-11-22 01:35:07 UTC: secret 'etl-credentials' is not "
        "there"
    )
    assert (found.evidence["kubernetes_says"], found.run_ids) == ('secret "etl-credentials" not found', (run,))


def test_a_config_map_that_is_to_be_mounted_is_told_by_events(estate: Estate, cluster: ClusterServer) -> None:
    waits(estate, cluster, "mounterr", CONFIG_MAP)
    report = estate.look()
    assert report.said == {Said("k8s-container-config", "critical", "deployment", "flow/grind", 1)}
    assert report.findings[0].remedy[1] == "kubectl get --namespace prefect-jobs configmap no-such-cm"


def test_a_container_that_is_being_made_is_left_alone(estate: Estate, cluster: ClusterServer) -> None:
    waits(estate, cluster, "mounterr", CONFIG_MAP)
    cluster.objects["events"] = []
    assert estate.said() == set()


def test_a_pod_that_went_well_is_left_alone(estate: Estate, cluster: ClusterServer) -> None:
    waits(estate, cluster, "run-ok", infrastructure_id("run-ok"))
    assert estate.said() == set()
