"""client-pool-timeout: a worker, or a run, has more to ask than connections to ask with; only its log can say so."""

from tests.estate import Estate, Said
from tests.signatures.real_worker import signs_now


def test_a_client_that_waited_in_vain_for_a_connection_is_a_warning(estate: Estate) -> None:
    report = estate.look(signs=signs_now("client-pool-timeout"))
    assert report.said == {Said("client-pool-timeout", "warning", "server", estate.api_url)}
    assert report.findings[0].evidence["other_signs"] == "httpx-pool-timeout 1"


def test_other_trouble_of_a_worker_is_not_taken_for_it(estate: Estate) -> None:
    estate.staffed_pool("mill")
    assert "client-pool-timeout" not in {each.code for each in estate.look(signs=signs_now("worker-poll-500-391")).said}
