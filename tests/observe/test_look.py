"""Whole looks at a real server, through a proxy that breaks what it is told to: honest, cheap and without a trace."""

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import anyio
import pytest

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.findings import Verdict
from lifeguard.observe.api import Api
from lifeguard.observe.connection import ConfigurationError, Connection
from lifeguard.observe.look import Look, begin, go_on
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot
from tests.builders import policy
from tests.estate import Estate, Report, wait_until
from tests.footprint import footprint
from tests.prefect_server import PrefectServer
from tests.proxy import (
    Fault,
    Proxy,
    answering,
    anything,
    delayed,
    dying_after_half,
    dying_before_any_byte,
    ending,
    exactly,
    html_page,
    invalid_json,
    too_many_requests,
    truncated,
    unavailable,
)

LONG = 86_400
TIMEOUT_SECONDS = 5.0
EAGER = policy(
    pending_stuck_after_seconds=0,
    task_wait_after_seconds=0,
    queue_silent_after_seconds=3600,
    heartbeat_silent_after_seconds=0,
    service_stalled_after_seconds=10,
    backlog_runs=1,
    retry_attempts=1,
    retry_wait_ceiling_seconds=0,
    request_timeout_seconds=TIMEOUT_SECONDS,
)
"""Asks for everything at once, and takes nobody for silent while the tests last."""

POLLS = ("get_scheduled_flow_runs", "get_runs")
BLIND = frozenset({"pool-observation-failed", "server-not-ready", "api-unreachable"})
ESSENTIAL = {
    "work_pools/filter": "work pools",
    "work_queues/filter": "work queues",
    "v2/concurrency_limits/filter": "concurrency limits",
    "workers/filter": "workers",
    "flow_runs/filter": "waiting runs",
    "deployments/filter": "deployments",
    "flows/filter": "deployments",
    "logs/filter": "logs of pending runs",
    "flow_runs/count": "starts of a backlog",
}
HELPFUL = {
    "admin/version": "server version",
    "admin/settings": "server settings",
    "concurrency_status": "slot holders",
    "task_runs/filter": "parents of subflow runs",
    "events/count-by/resource": "heartbeats of runs",
    "events/filter": "stored events",
}
ONE_LIMIT = re.compile(r"concurrency_limits/[0-9a-f-]{36}$")
"""A limit whose count is looked at once more."""

LATER_PAGE = "/next"
"""Of events, where tests before these have left more than a page of them on the server."""

NAMED = ESSENTIAL | HELPFUL
FAULTS: dict[str, Fault] = {
    "500": answering(500, '{"exception_message":"Internal Server Error"}'),
    "503": unavailable(0),
    "429": too_many_requests(0),
    "404": answering(404, '{"detail":"Not Found"}'),
    "403": answering(403, "Forbidden"),
    "truncated": truncated,
    "reset": dying_before_any_byte,
    "half": dying_after_half,
    "no-json": invalid_json,
    "html": html_page,
}
Said = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Farm:
    """A server on which a look has a reason to call every endpoint it knows, and the proxy before it."""

    estate: Estate
    proxy: Proxy
    clean: Report


@pytest.fixture(scope="module")
def built(server: PrefectServer) -> Generator[Farm, None, None]:
    with Estate(server.api_url) as estate, Proxy(server.api_url) as proxy:
        estate.raze()
        build(estate)
        wait_until(lambda: stores_events(look_through(proxy)), "the events of what was built are stored")
        try:
            yield Farm(estate, proxy, look_through(proxy))
        finally:
            estate.raze()


@pytest.fixture
def farm(built: Farm) -> Iterator[Farm]:
    built.proxy.heal()
    yield built
    built.proxy.heal()


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wait is 0.5 s in earnest."""
    monkeypatch.setattr("lifeguard.observe.retries.FIRST_BACKOFF_SECONDS", 0.01)


def build(estate: Estate) -> None:
    """One situation for each question that a look asks only where it must."""
    _full_pool_with_a_parent_that_waits(estate)
    _silent_queue_that_still_hands_out_runs(estate)
    _claimed_and_failed_runs(estate)
    _empty_pools(estate)


def _full_pool_with_a_parent_that_waits(estate: Estate) -> None:
    estate.pool("full", limit=1)
    estate.worker("full", every=LONG)
    estate.poll("full")
    parent = _running_run(estate, estate.deployment("parent", "full"))
    estate.fall_silent(parent, 0)
    estate.overdue_run(estate.deployment("child", "full"), parent_task_run_id=estate.task(parent))
    estate.tag_limit("database", 1)
    estate.change_limit("tag:database", active_slots=1)
    estate.task(parent, tags=["database"])


def _running_run(estate: Estate, deployment: str) -> str:
    """One that began an hour before its time: however long the tests last, it is no start of a backlog that drains."""
    return estate.start(estate.pending_run(deployment, -60, worker="ann"), force=True)


def _silent_queue_that_still_hands_out_runs(estate: Estate) -> None:
    estate.pool("lagging")
    estate.queue("lagging", "express")
    estate.worker("lagging", every=LONG)
    estate.poll("lagging")
    steady = estate.deployment("steady", "lagging", "express")
    estate.overdue_run(steady)
    estate.fall_silent(_running_run(estate, steady), 0)
    estate.last_polled("lagging", "express", seconds_ago=7200)


def _claimed_and_failed_runs(estate: Estate) -> None:
    estate.pool("stuck")
    estate.worker("stuck", every=LONG)
    estate.poll("stuck")
    deployment = estate.deployment("brittle", "stuck")
    for _ in range(2):
        refused = estate.pending_run(deployment)
        estate.crash(refused, "Failed to submit flow run to infrastructure: no such image")
    estate.pending_run(deployment)


def _empty_pools(estate: Estate) -> None:
    estate.pool("unstaffed")
    estate.overdue_run(estate.deployment("waits", "unstaffed"))
    estate.pool("paused", paused=True)
    estate.overdue_run(estate.deployment("rests", "paused"))


def look_through(
    proxy: Proxy,
    own: Policy = EAGER,
    is_cloud: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Look and judge, as the patrol does."""

    async def look() -> Snapshot:
        async with Api(Connection(proxy.api_url, is_cloud=is_cloud), own) as api:
            look = Look(api, own, tell=tell)
            return await go_on(look, await begin(look, datetime.now(UTC)))

    snapshot = anyio.run(look)
    scene = Scene(snapshot, own, snapshot.taken_at)
    findings = diagnose(scene)
    return Report(snapshot, tuple(findings), tuple(read_pools(scene, findings)))


def stores_events(report: Report) -> bool:
    """Whether a change is old enough to be asked about, and the Foreman has seen the queue that is silent."""
    events = report.snapshot.services.events
    return events is not None and events.number > 0 and "foreman-stalled" not in {f.code for f in report.findings}


def accusations(report: Report) -> set[str]:
    """Everything that is said about anybody."""
    return {finding.fingerprint for finding in report.findings if finding.code not in BLIND}


def names_missing(report: Report) -> set[str]:
    return {missing.what for missing in report.snapshot.missing}


def test_the_clean_look_sees_everything(farm: Farm) -> None:
    assert (farm.clean.snapshot.is_complete, farm.clean.snapshot.missing) == (True, ())


def test_the_farm_makes_a_look_use_every_endpoint_that_is_broken_below(farm: Farm) -> None:
    look_through(farm.proxy)
    unused = {end for end in ("ready", *NAMED) if not any(path.endswith(end) for _, path in farm.proxy.calls)}
    asked = {path.removesuffix(LATER_PAGE) for _, path in farm.proxy.calls if not ONE_LIMIT.search(path)}
    unknown = {path for path in asked if not path.endswith(("ready", *NAMED))}
    assert (unused, unknown) == (set(), set())


def test_a_look_calls_nothing_that_counts_as_a_poll(farm: Farm) -> None:
    look_through(farm.proxy)
    assert [path for _, path in farm.proxy.calls if path.endswith(POLLS)] == []


def test_a_look_only_asks(farm: Farm) -> None:
    look_through(farm.proxy)
    changing = [(method, path) for method, path in farm.proxy.calls if method not in ("GET", "POST")]
    posts = {path.rpartition("/")[2] for method, path in farm.proxy.calls if method == "POST"}
    assert (changing, posts) == ([], {"filter", "count", "concurrency_status", "resource"})


def test_a_quiet_look_costs_two_calls_for_schedules_and_one_for_events_at_most_and_none_for_logs(
    farm: Farm,
) -> None:
    look_through(farm.proxy, EAGER.model_copy(update={"ignore_pools": ("*",)}))
    asked = [path.removeprefix("/api/") for _, path in farm.proxy.calls]
    assert asked.count("deployments/filter") in (1, 2)
    assert [path for path in asked if path.startswith(("events/", "logs/"))] in ([], ["events/filter"])


def test_the_price_of_a_look_is_the_number_of_its_calls(farm: Farm) -> None:
    report = look_through(farm.proxy)
    assert report.snapshot.api_calls == len(farm.proxy.calls)


def test_a_look_asks_two_questions_at_a_time_at_most(farm: Farm) -> None:
    look_through(farm.proxy)
    assert farm.proxy.most_at_once <= 2


def test_a_look_leaves_no_trace_on_the_server(farm: Farm) -> None:
    """The server's own services may change something meanwhile, once; a look that polls would do so each time."""

    def leaves_none() -> bool:
        before = footprint(farm.estate.api_url)
        look_through(farm.proxy)
        return footprint(farm.estate.api_url) == before

    assert any(leaves_none() for _ in range(5))


def test_two_looks_in_a_row_say_the_same(farm: Farm) -> None:
    assert accusations(look_through(farm.proxy)) == accusations(farm.clean)


BROKEN = [pytest.param(end, fault, id=f"{end}-{fault}") for fault in FAULTS for end in NAMED]


def judge_broken(farm: Farm, own: Policy = EAGER) -> Report | ConfigurationError:
    try:
        return look_through(farm.proxy, own)
    except ConfigurationError as error:
        return error


def may_be_refused(end: str, fault: str) -> bool:
    """An address that knows no pools is no Prefect API, and one that forbids does not let us in."""
    return (fault == "403" and end in ("admin/version", "admin/settings", "work_pools/filter")) or (
        (end, fault) == ("work_pools/filter", "404")
    )


SAID_OF_ANSWERS = {"500": ("worker-crash-http-500",), "429": ("worker-rate-limited",)}
"""What several such answers say of the server, and of no pool."""


@pytest.mark.parametrize(("end", "fault"), BROKEN)
def test_a_broken_endpoint_is_named_and_accuses_no_pool(farm: Farm, end: str, fault: str) -> None:
    farm.proxy.fail(ending(f"/{end}"), FAULTS[fault])
    outcome = judge_broken(farm)
    if isinstance(outcome, ConfigurationError):
        assert may_be_refused(end, fault)
    else:
        assert NAMED[end] in names_missing(outcome)
        assert accusations(outcome) - accusations(farm.clean) <= {
            f"{code}:server:{outcome.snapshot.server.api_url}" for code in SAID_OF_ANSWERS.get(fault, ())
        }


@pytest.mark.parametrize("end", NAMED)
def test_an_endpoint_that_answers_too_late_is_named_and_accuses_nobody(farm: Farm, end: str) -> None:
    farm.proxy.fail(ending(f"/{end}"), delayed(60))
    outcome = judge_broken(farm, EAGER.model_copy(update={"request_timeout_seconds": 1}))
    assert isinstance(outcome, Report) and NAMED[end] in names_missing(outcome)
    assert accusations(outcome) - accusations(farm.clean) == set()


@pytest.mark.parametrize("end", ESSENTIAL)
def test_a_look_that_lacks_something_essential_is_not_complete(farm: Farm, end: str) -> None:
    farm.proxy.fail(ending(f"/{end}"), FAULTS["500"])
    assert not look_through(farm.proxy).snapshot.is_complete


@pytest.mark.parametrize("end", HELPFUL)
def test_a_look_that_lacks_something_helpful_is_complete(farm: Farm, end: str) -> None:
    farm.proxy.fail(ending(f"/{end}"), FAULTS["500"])
    assert look_through(farm.proxy).snapshot.is_complete


def test_whichever_single_call_fails_nobody_else_is_accused(farm: Farm) -> None:
    wrong: dict[str, set[str]] = {}
    for number in range(1, farm.clean.snapshot.api_calls):
        farm.proxy.heal()
        call = count()
        farm.proxy.fail(lambda _, __, call=call, number=number: next(call) == number, FAULTS["500"])
        added = accusations(look_through(farm.proxy)) - accusations(farm.clean)
        if added:
            wrong[f"{number}: {farm.proxy.calls[number]}"] = added
    assert wrong == {}


@pytest.mark.parametrize("fault", ["500", "503"])
def test_a_server_that_is_not_ready_is_asked_nothing_more(farm: Farm, fault: str) -> None:
    farm.proxy.fail(ending("/ready"), FAULTS[fault])
    report = look_through(farm.proxy)
    assert [finding.code for finding in report.findings] == ["server-not-ready"]
    assert farm.proxy.calls == [("GET", "/api/ready")]


@pytest.mark.parametrize("fault", ["reset", "half", "truncated"])
def test_a_server_that_gives_no_answer_is_unreachable(farm: Farm, fault: str) -> None:
    farm.proxy.fail(ending("/ready"), FAULTS[fault])
    assert [finding.code for finding in look_through(farm.proxy).findings] == ["api-unreachable"]


def test_a_look_at_a_server_that_is_not_ready_is_not_complete(farm: Farm) -> None:
    farm.proxy.fail(ending("/ready"), FAULTS["503"])
    assert not look_through(farm.proxy).snapshot.is_complete


@pytest.mark.parametrize("fault", ["404", "403"])
def test_an_address_that_does_not_know_ready_is_refused(farm: Farm, fault: str) -> None:
    farm.proxy.fail(ending("/ready"), FAULTS[fault])
    assert isinstance(judge_broken(farm), ConfigurationError)


def test_being_told_to_slow_down_does_not_mean_that_this_is_no_prefect(farm: Farm) -> None:
    farm.proxy.fail(ending("/ready"), FAULTS["429"])
    assert not isinstance(judge_broken(farm), ConfigurationError)


def test_a_login_page_in_the_place_of_the_api_is_refused(farm: Farm) -> None:
    farm.proxy.fail(anything, html_page)
    assert isinstance(judge_broken(farm), ConfigurationError)


@pytest.mark.parametrize("end", ["work_pools/filter", "work_queues/filter", "workers/filter", "flow_runs/filter"])
@pytest.mark.parametrize("body", ["null", '{"detail":"x"}', "[{}]", '"text"'])
def test_json_of_another_shape_is_missing_and_breaks_no_look(farm: Farm, end: str, body: str) -> None:
    farm.proxy.fail(ending(f"/{end}"), answering(200, body))
    assert not look_through(farm.proxy).snapshot.is_complete


def test_a_pool_whose_workers_cannot_be_seen_is_unknown_and_no_other_is(farm: Farm) -> None:
    farm.proxy.fail(exactly("work_pools/unstaffed/workers/filter"), FAULTS["500"])
    unknown = [pool.name for pool in look_through(farm.proxy).pools if pool.verdict is Verdict.UNKNOWN]
    assert unknown == ["unstaffed"]


def test_what_cannot_be_seen_of_a_pool_is_said_with_the_name_of_the_pool(farm: Farm) -> None:
    farm.proxy.fail(ending("/flow_runs/count"), FAULTS["500"])
    findings = look_through(farm.proxy).findings
    assert {f.resource.name for f in findings if f.code == "pool-observation-failed"} == {"full", "lagging"}


def test_workers_that_cannot_be_seen_are_not_none(farm: Farm) -> None:
    farm.proxy.fail(exactly("work_pools/unstaffed/workers/filter"), FAULTS["500"])
    pool = look_through(farm.proxy).pool("unstaffed")
    assert (pool.workers_online, pool.workers_total) == (None, None)


def test_runs_that_cannot_be_seen_are_not_counted_as_none(farm: Farm) -> None:
    farm.proxy.fail(ending("/flow_runs/filter"), FAULTS["500"])
    pool = look_through(farm.proxy).pool("unstaffed")
    assert (pool.overdue, pool.pending, pool.running, pool.waiting_for_slot) == (None, None, None, None)


def test_prefect_cloud_is_judged_as_completely(farm: Farm) -> None:
    for end in ("/ready", "/admin/version", "/admin/settings"):
        farm.proxy.fail(ending(end), FAULTS["404"])
    report = look_through(farm.proxy, is_cloud=True)
    assert (report.snapshot.is_complete, len(report.snapshot.missing)) == (True, 3)
    assert accusations(report) == accusations(farm.clean)


def test_prefect_cloud_is_not_asked_for_what_it_does_not_have(farm: Farm) -> None:
    look_through(farm.proxy, is_cloud=True)
    assert [path for _, path in farm.proxy.calls if "/admin/" in path or path.endswith("/ready")] == []


def test_the_clock_of_prefect_cloud_counts_too(farm: Farm) -> None:
    farm.proxy.clock_shift_seconds = 600
    skewed = look_through(farm.proxy, is_cloud=True).snapshot
    assert (skewed.taken_at - datetime.now(UTC)).total_seconds() > 500


def test_the_time_of_a_look_is_the_clock_of_the_server(farm: Farm) -> None:
    farm.proxy.clock_shift_seconds = 600
    skewed = look_through(farm.proxy).snapshot
    assert 500 < (skewed.taken_at - datetime.now(UTC)).total_seconds() < 602


def as_an_old_server(proxy: Proxy) -> None:
    """Before 3.6.23 pools did not tell their slots, and nobody told who holds them."""
    proxy.rewrite(ending("/work_pools/filter"), lambda pools: [_without(pool, "active_slots") for pool in pools])
    proxy.fail(ending("/concurrency_status"), FAULTS["404"])
    proxy.fail(ending("/admin/settings"), FAULTS["404"])


def _without(row: dict[str, Any], column: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != column}


def test_an_old_server_is_judged_with_names_for_what_it_does_not_tell(farm: Farm) -> None:
    as_an_old_server(farm.proxy)
    report = look_through(farm.proxy)
    assert report.snapshot.is_complete
    assert names_missing(report) == {"server settings", "slots in use"}
    assert accusations(report) == accusations(farm.clean)


def test_a_pool_that_is_deleted_during_a_look_is_not_in_it(farm: Farm) -> None:
    farm.estate.pool("doomed")

    def delete_it(stage: str) -> None:
        if stage == "counting workers":
            farm.estate.delete_pool("doomed")

    snapshot = look_through(farm.proxy, tell=delete_it).snapshot
    assert (snapshot.is_complete, "doomed" in {pool.name for pool in snapshot.pools}) == (True, False)


def test_a_404_of_somebody_in_between_deletes_no_pool(farm: Farm) -> None:
    farm.proxy.fail(exactly("work_pools/unstaffed/workers/filter"), FAULTS["404"])
    assert look_through(farm.proxy).pool("unstaffed").verdict is Verdict.UNKNOWN


def test_a_ceiling_that_is_too_low_ends_the_look_and_says_so(farm: Farm) -> None:
    report = look_through(farm.proxy, EAGER.model_copy(update={"call_ceiling": 10}))
    assert len(farm.proxy.calls) == report.snapshot.api_calls == 10
    blind = [finding for finding in report.findings if finding.code == "pool-observation-failed"]
    assert blind and all("call_ceiling" in finding.title for finding in blind)


def test_ignored_pools_are_not_asked_about(farm: Farm) -> None:
    report = look_through(farm.proxy, EAGER.model_copy(update={"ignore_pools": ("unst*", "paused")}))
    assert [pool.name for pool in report.pools] == ["full", "lagging", "stuck"]
    assert not any("unstaffed" in path for _, path in farm.proxy.calls)
