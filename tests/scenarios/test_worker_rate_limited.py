"""worker-rate-limited: the API asks for fewer calls, and a worker that is told so again and again ends."""

from tests.estate import Estate, Said, look_at
from tests.proxy import Proxy, ending, too_many_requests
from tests.signatures.real_worker import signs_now


def test_what_a_worker_wrote_of_429_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    said = estate.look(signs=signs_now("worker-429-391")).said
    assert said == {Said("worker-rate-limited", "warning", "server", estate.api_url)}


def test_several_429_to_ourselves_are_a_warning(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), too_many_requests(0.01), times=3)
        report = look_at(proxy.api_url)
    assert report.said == {Said("worker-rate-limited", "warning", "server", proxy.api_url)}
    assert report.the("worker-rate-limited").evidence["http_429"] == 3


def test_a_single_429_that_was_right_at_the_second_try_is_nothing(estate: Estate) -> None:
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("work_pools/filter"), too_many_requests(0.01), times=1)
        assert look_at(proxy.api_url).said == set()
