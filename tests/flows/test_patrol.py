"""The flow `patrol`, run for real: what its run and its tasks look like on the server, and how it ends."""

from typing import Any

from tests.commands.command_line import Ended, lifeguard
from tests.estate import Estate
from tests.patience import ask
from tests.prefect_server import free_port
from tests.proxy import Answer, Proxy, answering, ending

STAGES = [
    *("inspect work pools", "recall", "find overdue runs", "find concurrency waits", "count workers"),
    *("find failed starts", "look into clusters"),
    *("diagnose", "remember", "report", "page", "leave memory", "show"),
]


def rows(estate: Estate, what: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(estate.api_url, "POST", f"{what}/filter", asked)
    return found


def final_state(estate: Estate) -> tuple[str, str]:
    (run,) = rows(estate, "flow_runs", flows={"name": {"any_": ["patrol"]}})
    return run["state_type"], run["state_name"]


def patrol(api_url: str, *arguments: str, **environment: str) -> Ended:
    ignore = {"PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore"}
    return lifeguard("patrol", *arguments, api_url=api_url, **ignore, **environment)


def test_a_patrol_over_a_healthy_estate_completes(estate: Estate) -> None:
    estate.staffed_pool("bakery")
    assert patrol(estate.api_url).status == 0
    assert final_state(estate) == ("COMPLETED", "Completed")


def test_its_tasks_read_as_what_they_do(estate: Estate) -> None:
    estate.staffed_pool("bakery")
    patrol(estate.api_url)
    tasks = sorted(rows(estate, "task_runs"), key=lambda task: task["start_time"])
    assert [task["name"].rpartition("-")[0] for task in tasks] == STAGES


def test_with_findings_it_ends_degraded_and_its_log_tells_them(estate: Estate) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    ended = patrol(estate.api_url)
    assert (ended.status, final_state(estate)) == (1, ("COMPLETED", "Degraded"))
    assert "pool-no-workers: Work pool 'mill' has no live worker" in ended.err
    assert "next: prefect worker start --pool mill" in ended.err


def test_it_shows_what_it_found_in_the_ui_and_says_where(estate: Estate) -> None:
    estate.overdue_run(estate.deployment("grind", estate.pool("mill")))
    ended = patrol(estate.api_url)
    (overview,) = rows(estate, "artifacts/latest", artifacts={"key": {"any_": ["lifeguard-overview"]}})
    (run,) = rows(estate, "flow_runs", flows={"name": {"any_": ["patrol"]}})
    address = f"{estate.api_url.removesuffix('/api')}/artifacts/artifact/{overview['latest_id']}"
    assert ended.out == f"The overview in the Prefect UI: {address}\n"
    assert overview["flow_run_id"] == run["id"]


def test_a_server_that_takes_no_artifacts_changes_nothing_about_the_patrol(estate: Estate) -> None:
    estate.staffed_pool("bakery")
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("/artifacts/"), answering(500))
        ended = patrol(proxy.api_url)
    assert (ended.status, final_state(estate)) == (0, ("COMPLETED", "Completed"))
    assert "not everything could be shown in the Prefect UI: HTTP 500; the next patrol tries again" in ended.err


def test_its_own_runs_are_not_what_it_finds(estate: Estate) -> None:
    estate.overdue_run(estate.deployment("patrol", estate.pool("watch")), tags=["lifeguard"])
    assert patrol(estate.api_url).status == 0


def test_an_outside_switch_hears_that_it_began_and_how_it_ended(estate: Estate) -> None:
    estate.staffed_pool("bakery")
    with Proxy(lambda _: Answer(200, b"OK")) as outside, Proxy(estate.api_url) as proxy:
        address = f"http://127.0.0.1:{outside.port}/secret-check"
        assert patrol(estate.api_url, LIFEGUARD_PING_URL=address).status == 0
        proxy.fail(ending("/events"), answering(500))
        told = patrol(proxy.api_url, LIFEGUARD_PING_URL=address)
        heard = [(request.path, request.body) for request in outside.requests]
    assert heard == [
        ("/secret-check/start", b""),
        ("/secret-check", b"Nothing found."),
        ("/secret-check/start", b""),
        ("/secret-check/fail", b"HTTP 500"),
    ]
    assert "secret-check" not in told.out + told.err


def test_an_outside_switch_that_is_down_stops_no_patrol(estate: Estate) -> None:
    estate.staffed_pool("bakery")
    ended = patrol(estate.api_url, LIFEGUARD_PING_URL=f"http://127.0.0.1:{free_port()}/secret-check")
    assert ended.status == 0
    assert "the outside ping did not get through (ConnectError)" in ended.err
    assert "secret-check" not in ended.out + ended.err


def test_a_partial_look_does_not_end_as_if_all_were_well(estate: Estate) -> None:
    estate.staffed_pool("bakery")
    with Proxy(estate.api_url) as proxy:
        proxy.fail(ending("/workers/filter"), answering(500))
        assert patrol(proxy.api_url).status == 1
    assert final_state(estate) == ("COMPLETED", "Degraded")
