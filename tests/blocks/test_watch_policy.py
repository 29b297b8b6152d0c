"""The block `watch-policy` on a real server: what is saved there is what the next look judges by."""

from collections.abc import Generator
from typing import Any

import anyio
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from blocks.watch_policy import WatchPolicy
from lifeguard.configuration import ConfigurationError, Source
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.policy import Policy
from tests.estate import PATIENT, Estate
from tests.patience import patient_client


@pytest.fixture
def on_server(estate: Estate) -> Generator[Estate, None, None]:
    """Prefect's own client speaks to the test's server; the block is gone afterwards."""
    with temporary_settings({PREFECT_API_URL: estate.api_url}):
        yield estate
        WatchPolicy.delete("lifeguard")


def look(estate: Estate, sources: list[Source] | None = None) -> Judgement:
    async def once() -> Judgement:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            return await judge(api, sources or [])

    return anyio.run(once)


def pools_seen(judgement: Judgement) -> list[str]:
    return [pool.name for pool in judgement.pools]


def test_a_saved_policy_is_followed_and_what_this_machine_says_wins(on_server: Estate) -> None:
    on_server.pool("mill")
    on_server.pool("sandbox-1")
    WatchPolicy(ignore_pools=("sandbox-*",)).save("lifeguard", overwrite=True)
    assert pools_seen(look(on_server)) == ["mill"]
    assert pools_seen(look(on_server, [Source("here", {"ignore_pools": ["mill"]})])) == ["sandbox-1"]


def test_a_saved_value_that_is_wrong_is_refused_by_the_block_s_name(on_server: Estate) -> None:
    WatchPolicy().save("lifeguard", overwrite=True)
    _edit_by_hand(on_server, {"concurrency": 1000})
    with pytest.raises(ConfigurationError, match="concurrency in the block watch-policy/lifeguard is 1000"):
        look(on_server)


def _edit_by_hand(estate: Estate, data: dict[str, Any]) -> None:
    with patient_client(estate.api_url) as http:
        path = "block_types/slug/watch-policy/block_documents/name/lifeguard"
        document = http.get(path).raise_for_status().json()
        http.patch(f"block_documents/{document['id']}", json={"data": data}).raise_for_status()


def test_the_block_has_exactly_the_settings_of_the_policy() -> None:
    assert set(WatchPolicy.model_fields) >= set(Policy.model_fields)
    assert WatchPolicy().model_dump(include=set(Policy.model_fields)) == Policy().model_dump()
