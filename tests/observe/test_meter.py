"""What calls cost is told by kind of endpoint, whatever the names of pools are and whatever becomes of the calls."""

from contextlib import suppress

import anyio
import pytest

from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import Connection
from lifeguard.observe.meter import kind_of
from lifeguard.observe.pools import pool_path
from lifeguard.snapshot import Price
from tests.builders import policy
from tests.proxy import Answer, Proxy, as_json, ending, too_many_requests

RUN_ID = "0193a1c2-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (pool_path("mill", "workers/filter"), "work_pools/{name}/workers/filter"),
        (pool_path("filter", "workers/filter"), "work_pools/{name}/workers/filter"),
        (pool_path("a/b {{ c }}\n?d", "workers/filter"), "work_pools/{name}/workers/filter"),
        ("work_pools/filter", "work_pools/filter"),
        (f"v2/concurrency_limits/{RUN_ID}", "v2/concurrency_limits/{id}"),
        (f"flow_runs/{RUN_ID}/graph", "flow_runs/{id}/graph"),
        ("events/filter/next?page-token=secret", "events/filter/next"),
    ],
)
def test_a_kind_of_endpoint_names_no_pool_no_id_and_no_token(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def prices_of(proxy: Proxy, *paths: str) -> tuple[int, dict[str, Price]]:
    """How many calls were counted, and the prices of asking for these."""

    async def ask() -> tuple[int, dict[str, Price]]:
        async with Api(Connection(proxy.api_url), policy(retry_wait_ceiling_seconds=0.01)) as api:
            for path in paths:
                with suppress(CallFailed):
                    await api.get(path)
            return api.calls, dict(api.prices)

    return anyio.run(ask)


def test_every_call_that_was_made_is_in_the_price_also_one_that_was_refused() -> None:
    with Proxy(lambda _: as_json({"fine": True})) as proxy:
        proxy.fail(ending("ready"), too_many_requests(0), times=1)
        calls, prices = prices_of(proxy, "ready", "ready", "admin/version")
    assert calls == len(proxy.calls) == 4
    assert {kind: price.calls for kind, price in prices.items()} == {"ready": 3, "admin/version": 1}


def test_the_bytes_are_those_of_the_answers_and_a_failed_answer_is_paid_for_too() -> None:
    with Proxy(lambda request: Answer(500, b"x" * 700) if request.path.endswith("ready") else as_json([1])) as proxy:
        _, prices = prices_of(proxy, "ready", "flows")
    assert (prices["ready"].received_bytes, prices["flows"].received_bytes) == (700, 3)
