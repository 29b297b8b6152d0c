"""`lifeguard check` by its contract, in a process of its own, on a real server."""

from typing import Any

import pytest

from tests.commands.command_line import lifeguard
from tests.estate import Estate, wait_until
from tests.footprint import footprint, settled_footprint
from tests.proxy import Proxy, answering, ending

HOSTILE = "p|`q` 'r' \"s\" {t} {{ 7*7 }} <b> 😀 \u202e"
POOL_KEYS = [
    *("id", "name", "type", "status", "needs_workers", "verdict", "workers_online", "workers_total", "overdue"),
    *(
        "oldest_overdue_seconds",
        "pending",
        "running",
        "waiting_for_slot",
        "active_slots",
        "concurrency_limit",
        "queues",
    ),
]
FINDING_KEYS = [
    *("fingerprint", "code", "severity", "resource", "title", "evidence", "remedy", "affected_runs", "caused_by"),
]


def an_unstaffed_pool(estate: Estate, runs: int = 3) -> str:
    pool = estate.pool("mill")
    estate.dead_worker(pool)
    deployment = estate.deployment("grind", pool)
    for _ in range(runs):
        estate.overdue_run(deployment)
    return pool


def has_settled(estate: Estate) -> bool:
    """Whether the server's own services have nothing left to change."""
    left = footprint(estate.api_url)
    pools, runs = left["pools"].values(), left["runs"].values()
    return all(status == "NOT_READY" for status, _ in pools) and all(name == "Late" for name, _ in runs)


def test_a_pool_without_a_worker_and_with_three_overdue_runs_ends_with_1(estate: Estate) -> None:
    an_unstaffed_pool(estate)
    ended = lifeguard("check", "--format", "json", api_url=estate.api_url)
    (finding,) = ended.json["findings"]
    assert (ended.status, ended.err) == (1, "")
    assert (finding["code"], finding["severity"]) == ("pool-no-workers", "critical")
    assert (finding["affected_runs"]["count"], len(finding["affected_runs"]["ids"])) == (3, 3)


def test_the_same_pool_without_demand_ends_with_0(estate: Estate) -> None:
    an_unstaffed_pool(estate, runs=0)
    assert lifeguard("check", api_url=estate.api_url).status == 0


def test_fail_on_critical_lets_a_warning_pass(estate: Estate) -> None:
    pool = estate.pool("mill", paused=True)
    estate.overdue_run(estate.deployment("grind", pool))
    statuses = [lifeguard("check", "--fail-on", on, api_url=estate.api_url).status for on in ("critical", "warning")]
    assert statuses == [0, 1]


def test_the_json_has_the_keys_of_the_contract(estate: Estate) -> None:
    an_unstaffed_pool(estate)
    document: dict[str, Any] = lifeguard("check", "--format", "json", api_url=estate.api_url).json
    assert list(document) == ["schema", "patrol", "server", "pools", "findings"]
    assert list(document["patrol"]) == ["started_at", "finished_at", "complete", "missing", "api_calls"]
    assert list(document["server"]) == ["api_url", "version", "kind"]
    assert (list(document["pools"][0]), list(document["findings"][0])) == (POOL_KEYS, FINDING_KEYS)


def test_a_pool_whose_workers_cannot_be_read_is_unknown_and_nobody_is_accused(estate: Estate) -> None:
    an_unstaffed_pool(estate)
    estate.staffed_pool("bakery")
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("/work_pools/mill/workers/filter"), answering(500))
        ended = lifeguard("check", "--format", "json", api_url=proxy.api_url)
        calls = len(proxy.calls)
    verdicts = {pool["name"]: pool["verdict"] for pool in ended.json["pools"]}
    assert (ended.status, verdicts) == (2, {"mill": "unknown", "bakery": "healthy"})
    assert [finding["code"] for finding in ended.json["findings"]] == ["pool-observation-failed"]
    assert (ended.json["patrol"]["complete"], ended.json["patrol"]["api_calls"]) == (False, calls)


def test_a_partial_look_that_finds_something_ends_with_1(estate: Estate) -> None:
    an_unstaffed_pool(estate)
    estate.pool("bakery")
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("/work_pools/bakery/workers/filter"), answering(500))
        assert lifeguard("check", api_url=proxy.api_url).status == 1


def test_a_second_check_changes_nothing_on_the_server(estate: Estate) -> None:
    an_unstaffed_pool(estate)
    lifeguard("check", api_url=estate.api_url)
    wait_until(lambda: has_settled(estate), "the server has noticed that the worker is dead and the runs are late", 60)
    before = settled_footprint(estate.api_url)
    lifeguard("check", api_url=estate.api_url)
    assert footprint(estate.api_url) == before


def test_only_the_named_pools_are_looked_at(estate: Estate) -> None:
    an_unstaffed_pool(estate)
    estate.staffed_pool("bakery")
    ended = lifeguard("check", "--pool", "bakery", "--format", "json", api_url=estate.api_url)
    assert (ended.status, [pool["name"] for pool in ended.json["pools"]]) == (0, ["bakery"])


def test_a_pool_that_does_not_exist_is_refused_with_the_nearest_name(estate: Estate) -> None:
    estate.pool("mill")
    ended = lifeguard("check", "--pool", "mil", api_url=estate.api_url)
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)
    assert "did you mean 'mill'?" in ended.err


@pytest.mark.parametrize("format", ["table", "json", "markdown"])
def test_hostile_names_are_shown_and_do_nothing(estate: Estate, format: str) -> None:
    name = HOSTILE.replace("<b> ", "")
    estate.pool(name)
    estate.overdue_run(estate.deployment("d" * 200, name))
    ended = lifeguard("check", "--format", format, api_url=estate.api_url)
    assert (ended.status, ended.err, "pool-no-workers" in ended.out) == (1, "", True)
    assert ("\u202e" in ended.out) == (format == "json")


def test_a_wrong_value_in_the_environment_is_refused_by_name(estate: Estate) -> None:
    ended = lifeguard("check", api_url=estate.api_url, LIFEGUARD_LOOK_AHEAD_SECONDS="-1")
    assert (ended.status, len(ended.sentences)) == (2, 1)
    assert "LIFEGUARD_LOOK_AHEAD_SECONDS is '-1'" in ended.err


def test_an_unknown_option_is_refused_in_one_sentence() -> None:
    ended = lifeguard("check", "--pol", "x")
    assert (ended.status, ended.out, len(ended.sentences)) == (2, "", 1)


@pytest.mark.parametrize("command", [[], ["check"], ["patrol"], ["demo"]])
def test_help_explains_itself(command: list[str]) -> None:
    ended = lifeguard(*command, "--help")
    assert (ended.status, ended.err) == (0, "") and len(ended.out.splitlines()) > 8
