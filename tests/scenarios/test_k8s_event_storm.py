"""k8s-event-storm: kopf's handler fails on events of pods. Its lines are those of kopf and prefect-kubernetes themselves."""

from tests.estate import Estate, Said
from tests.signatures.real_worker import signs_now


def test_events_of_pods_that_cannot_be_passed_on_are_a_warning(estate: Estate) -> None:
    report = estate.look(signs=signs_now("kopf-replicate-pod-event"))
    assert report.said == {Said("k8s-event-storm", "warning", "server", estate.api_url)}


def test_a_kubernetes_pool_without_such_lines_is_not_accused(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    assert estate.look(signs=()).said == set()
