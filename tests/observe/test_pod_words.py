"""What is asked of the pods of runs: nothing without need, little with it, and what is cut off is named."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import anyio
import pytest

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import Look, begin, go_on
from lifeguard.observe.observers import find_observers
from lifeguard.observe.pod_words import find_pod_words
from lifeguard.policy import Policy
from lifeguard.snapshot import OBSERVER_LINES, PODS_EVENTS, Snapshot
from tests.estate import PATIENT, Estate

Asking = Callable[[Api, Snapshot, Policy], Awaitable[Snapshot]]


def asked(
    estate: Estate, asking: Asking = find_pod_words, policy: Policy = PATIENT, calls_left: int = 100
) -> tuple[int, Snapshot]:
    """How many calls it costs after a look, and what the snapshot is afterwards."""

    async def ask() -> tuple[int, Snapshot]:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            look = Look(api, PATIENT)
            snapshot = await go_on(look, await begin(look, datetime.now(UTC)))
            before = api.calls
            api.follow(PATIENT.model_copy(update={"call_ceiling": before + calls_left}))
            seen = await asking(api, replace(snapshot, missing=(), pods_asked=frozenset()), policy)
            return api.calls - before, seen

    return anyio.run(ask)


def waiting_run(estate: Estate, name: str = "grind") -> str:
    return estate.submitted_run(estate.deployment(name, "mill"))


def test_pools_of_other_types_cost_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill")
    waiting_run(estate)
    assert asked(estate)[0] == 0


def test_a_kubernetes_pool_whose_runs_start_costs_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    estate.start(waiting_run(estate))
    assert (asked(estate)[0], asked(estate, find_observers)[0]) == (0, 0)


def test_runs_that_wait_cost_two_calls_together(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    runs = {waiting_run(estate), waiting_run(estate)}
    calls, seen = asked(estate)
    assert (calls, seen.pods_asked) == (2, runs)


def test_a_pool_whose_runs_run_in_silence_costs_one_call(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    runs = [estate.start(waiting_run(estate)) for _ in range(3)]
    estate.wait_since_state(runs[-1], 1)
    assert asked(estate, find_observers, Policy(pending_stuck_after_seconds=1))[0] == 1


def test_an_event_is_read_with_all_that_it_says(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    run = waiting_run(estate)
    estate.pod_event(run, diagnosis="Unschedulable.Taint", pod="grind-1", seconds_ago=300)
    estate.observe(run, "Pod is unschedulable: it is")
    estate.log_error(run, "what somebody else wrote")
    estate.wait_for_pod_events(run)
    (event,), (line,) = asked(estate)[1].pod_events, asked(estate)[1].observer_lines
    read = (event.run_id, event.phase, event.diagnosis, event.pod_name, event.namespace)
    assert read == (run, "pending", "Unschedulable.Taint", "grind-1", "mills")
    assert ((datetime.now(UTC) - event.received).total_seconds() < 60, line.text) == (
        True,
        "Pod is unschedulable: it is",
    )


def test_events_that_were_cut_off_are_named_and_their_runs_are_not_taken_for_known(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lifeguard.observe.pod_words.PAGES_READ", 1)
    estate.staffed_pool("mill", "kubernetes")
    run = waiting_run(estate)
    for number in range(51):
        estate.pod_event(run, pod=f"pod-{number}")
    estate.wait_for_pod_events(run, 51)
    seen = asked(estate)[1]
    assert (len(seen.pod_events), seen.pods_asked, seen.sees(PODS_EVENTS)) == (50, frozenset(), False)


def test_many_runs_are_asked_about_at_once(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifeguard.observe.pod_words.RUNS_AT_ONCE", 1)
    estate.staffed_pool("mill", "kubernetes")
    told, quiet = waiting_run(estate), waiting_run(estate)
    estate.pod_event(told)
    estate.wait_for_pod_events(told)
    calls, seen = asked(estate)
    assert (calls, seen.pods_asked, {each.run_id for each in seen.pod_events}) == (2, {told, quiet}, {told})


def test_many_runs_with_more_events_than_an_answer_holds_are_asked_about_in_portions(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lifeguard.observe.pod_words.RUNS_AT_ONCE", 1)
    estate.staffed_pool("mill", "kubernetes")
    runs = {waiting_run(estate), waiting_run(estate)}
    for run in runs:
        for number in range(26):
            estate.pod_event(run, pod=f"pod-{number}")
        estate.wait_for_pod_events(run, 26)
    calls, seen = asked(estate)
    assert (calls, len(seen.pod_events), seen.pods_asked, seen.sees(PODS_EVENTS)) == (4, 52, runs, True)


def test_where_too_many_wait_one_of_each_deployment_is_asked_about_first(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lifeguard.observe.pod_words.RUNS_ASKED", 2)
    estate.staffed_pool("mill", "kubernetes")
    first, _, other = waiting_run(estate), waiting_run(estate), waiting_run(estate, "polish")
    seen = asked(estate)[1]
    assert seen.pods_asked == {first, other}
    assert "of 3 runs that wait or crashed in Kubernetes, 2 were asked about" in {each.reason for each in seen.missing}


def test_what_cannot_be_read_is_missing_and_no_verdict_rests_on_it(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    waiting_run(estate)
    seen = asked(estate, calls_left=0)[1]
    assert {PODS_EVENTS, OBSERVER_LINES} <= {each.what for each in seen.missing if not each.essential}
    assert seen.pods_asked == frozenset()
