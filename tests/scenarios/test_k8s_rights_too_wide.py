"""k8s-rights-too-wide: credentials that anybody may read on the Prefect server, and that may do more than look."""

from tests.cluster.rights import EVERYTHING
from tests.cluster.workers import workers_in_cluster
from tests.estate import Estate, Said


def test_the_kubeconfig_of_an_administrator_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    with workers_in_cluster(estate, "mill") as cluster:
        cluster.grants = [EVERYTHING]
        assert estate.said() == {Said("k8s-rights-too-wide", "warning", "lifeguard", "cluster-access/small")}


def test_a_service_account_that_can_only_look_is_well(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    with workers_in_cluster(estate, "mill") as cluster:
        assert estate.said() == set()
        assert {each.verb for each in cluster.asked} == {"list", "create"}
