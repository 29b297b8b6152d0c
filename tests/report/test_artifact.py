"""Keys of artifacts belong to one pool each, and addresses lead where they say, whatever the names are."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifeguard.report.artifact import LONGEST_SLUG, POOL_PREFIX, Artifact, address, pool_key, to_pool, to_queue
from tests.report.boards import HOSTILE

ALLOWED = re.compile(r"[a-z0-9-]+")


def test_a_plain_name_is_its_own_key() -> None:
    assert pool_key("etl-2") == "lifeguard-pool-etl-2"


@pytest.mark.parametrize("name", [*HOSTILE.values(), "ETL", "a_b", "a--b", "-a", "日本", "x" * 300, ""])
def test_any_name_becomes_a_key_that_prefect_accepts(name: str) -> None:
    assert ALLOWED.fullmatch(pool_key(name))
    assert len(pool_key(name)) <= len(POOL_PREFIX) + LONGEST_SLUG + 13


def test_names_that_look_alike_have_keys_of_their_own() -> None:
    names = ["etl", "ETL", "Etl", "e_t_l", "e t l", "e-t-l", "e.t.l", "日本", "日木", "x" * 99, "x" * 98]
    assert len({pool_key(name) for name in names}) == len(names)


def test_a_name_that_is_the_key_of_another_pool_gets_a_key_of_its_own() -> None:
    taken = pool_key("ETL").removeprefix(POOL_PREFIX)
    assert pool_key(taken) != pool_key("ETL")


@given(st.lists(st.text(alphabet="aA-_ 1é", max_size=6), unique=True, max_size=30))
def test_two_pools_never_share_a_key(names: list[str]) -> None:
    assert len({pool_key(name) for name in names}) == len(names)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_stays_one_part_of_an_address(name: str) -> None:
    assert unquote(to_pool(name).removeprefix("../../work-pools/work-pool/")) == name
    assert re.fullmatch(r"[\w./%~-]+", to_queue(name, name))


def test_an_address_for_people_begins_with_that_of_the_ui() -> None:
    assert address("http://prefect.example/ui/", "an-id") == "http://prefect.example/ui/artifacts/artifact/an-id"


def test_a_table_is_sent_as_prefects_own_client_sends_it() -> None:
    assert Artifact("k", "table", "d", [{"a": "1"}]).body()["data"] == '[{"a":"1"}]'
