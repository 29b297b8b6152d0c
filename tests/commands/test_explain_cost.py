"""`lifeguard check --explain-cost`: the price of a look, beside what the look says and never in it."""

import orjson

from tests.commands.command_line import lifeguard
from tests.estate import Estate


def test_for_a_program_the_price_is_one_object_on_standard_error_and_adds_up(estate: Estate) -> None:
    estate.staffed_pool("mill")
    ended = lifeguard("check", "--format", "json", "--explain-cost", api_url=estate.api_url)
    price = orjson.loads(ended.err)["price"]
    assert price["calls"] == sum(each["calls"] for each in price["by_endpoint"]) == ended.json["patrol"]["api_calls"]
    assert set(ended.json["patrol"]) == {"started_at", "finished_at", "complete", "missing", "api_calls"}


def test_for_a_person_it_is_a_table_with_the_bounds_that_hold(estate: Estate) -> None:
    estate.staffed_pool("mill")
    ended = lifeguard("check", "--explain-cost", LIFEGUARD_CALL_CEILING="4321", api_url=estate.api_url)
    assert "work_pools/{name}/workers/filter" in ended.err
    assert "of the 4,321 calls that a look may make (call_ceiling)" in ended.err
