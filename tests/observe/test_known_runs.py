"""A look with memory sees what one without it sees, and asks less; where it cannot know better, no longer than promised."""

import os
import random
from collections.abc import Generator, Sequence
from datetime import timedelta
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifeguard.memory import NOTHING_KNOWN
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.begun_runs import RUNNING
from lifeguard.observe.connection import Connection
from lifeguard.observe.known_runs import begin, usable
from lifeguard.observe.run_lists import WORDS_LAST, Reading, RunList
from lifeguard.snapshot import Snapshot
from tests.estate import PATIENT, Estate
from tests.observe.flow_run_table import FlowRunTable
from tests.observe.living_estate import ACTS, FORGETFUL, MINUTE, LivingEstate, facts
from tests.prefect_server import DATABASE, PrefectServer

EXAMPLES = int(os.environ.get("LIFEGUARD_TEST_LIVES", "3"))
LOOKS_TILL_STILL = 4
"""The server's services go on: they name runs Late between two looks."""

STEP = st.tuples(st.sampled_from(sorted(ACTS)), st.integers(1, 6), st.sampled_from([0, 20, 60, 150]))


@pytest.fixture
def living(either_server: PrefectServer) -> Generator[LivingEstate, None, None]:
    """Two pools, runs that wait and that run, several at the same times."""
    chance = random.Random(9)
    with Estate(either_server.api_url) as estate, FlowRunTable(either_server.home / DATABASE, chance) as table:
        estate.raze()
        estate.pool("mill")
        estate.pool("oven")
        owners = [
            estate.deployment("grind", "mill"),
            estate.deployment("bake", "oven", limit=3),
            estate.deployment("serve"),
        ]
        living = LivingEstate(estate, table, chance, [estate.future_run(owner, 600) for owner in owners])
        yield living
        estate.raze()


def begin_again(living: LivingEstate) -> None:
    """The same runs for each life: nothing is left of the one before."""
    kept = set(living.models)
    living.table.delete([id for id in living.table.ids("1 = 1") if id not in kept])
    living.memory = NOTHING_KNOWN
    living.make(*(-each for each in (1, 3, 3, 3, 3, 3, 4, 10, 10, 12, 15, 30, 50, 90)), state_name="Late")
    living.make(2, 3, 8, 100)
    living.make(*[-6] * 9, state_type="PENDING", state_name="Pending", infrastructure_pid="machine:2")
    living.run_since(1, 4, 4, 4, 4, 4, 7, 9, 9, 20, 30, 50, 80, 90)


def both(living: LivingEstate) -> tuple[object, object]:
    """What a look that remembers sees, and what one sees that asks everything, once nothing moves in between."""
    cheap, full = living.seen(living.memory), living.seen(NOTHING_KNOWN, FORGETFUL)
    for _ in range(LOOKS_TILL_STILL):
        if facts(cheap) != facts(full):
            cheap, full = living.seen(living.memory), living.seen(NOTHING_KNOWN, FORGETFUL)
    living.memory = cheap.memory
    return facts(cheap), facts(full)


def each_minute(living: LivingEstate, number: int) -> list[Snapshot]:
    """So many looks, each with the memory of the one before."""
    looks: list[Snapshot] = []
    for _ in range(number):
        living.now += MINUTE
        looks.append(living.look_again())
    return looks


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(life=st.lists(STEP, min_size=4, max_size=7))
def test_a_look_that_remembers_sees_what_one_without_memory_sees(
    living: LivingEstate, life: Sequence[tuple[str, int, float]]
) -> None:
    begin_again(living)
    both(living)
    for act, number, seconds in life:
        living.now += timedelta(seconds=seconds)
        ACTS[act](living, number)
        cheap, full = both(living)
        assert cheap == full, f"after {act}"


def test_the_looks_after_the_first_ask_for_less_and_in_ten_minutes_for_everything(living: LivingEstate) -> None:
    begin_again(living)
    first = living.look_again()
    assert sum(seen.api_calls for seen in each_minute(living, 10)) < 8 * first.api_calls
    assert {known.read_at > first.taken_at for runs in living.memory.runs.values() for known in runs} == {True}


def test_what_came_as_another_left_is_seen_when_its_turn_comes(living: LivingEstate) -> None:
    begin_again(living)
    living.look_again()
    living.table.delete(living.table.ids("expected_start_time = :at", at=living.now - 50 * MINUTE)[:1])
    living.make(-48, state_name="Late")
    living.now += 10 * MINUTE
    assert facts(living.look_again())["waiting"] == facts(living.seen(NOTHING_KNOWN, FORGETFUL))["waiting"]


def test_another_name_and_other_tags_of_a_run_are_seen_after_six_turns(living: LivingEstate) -> None:
    begin_again(living)
    quick = PATIENT.model_copy(update={"reread_after_seconds": 60})
    living.memory = living.seen(NOTHING_KNOWN, quick).memory
    waiting = living.table.ids("state_name = 'Late'")
    living.table.change(waiting, name="another name")
    names = set[str]()
    for _ in range(WORDS_LAST * 2):
        living.now += MINUTE / 2
        seen = living.seen(living.memory, quick)
        living.memory, names = seen.memory, {run.name for run in seen.waiting if run.id in waiting}
    assert names == {"another name"}


def test_what_came_later_has_its_turn_later(living: LivingEstate) -> None:
    begin_again(living)
    first = living.look_again()
    for _ in range(6):
        living.now += MINUTE
        living.run_since(*[0.5] * 3)
        living.look_again()
    young = [each for each in living.memory.runs["running"] if each.since >= first.taken_at]
    assert {each.is_settled for each in young} == {True, False}
    assert all(first.taken_at < each.words_read_at <= living.now for each in young)


def test_neighbours_of_which_none_is_as_it_was_are_asked_about_together(living: LivingEstate) -> None:
    begin_again(living)
    living.table.delete(living.table.ids("state_type = 'RUNNING'"))
    living.run_since(1, 1, 5, 5, 5, 70, 80, 90, 100, 100, 100, 100, 100, 100, 100, 100, 100)
    living.look_again()
    known = living.memory.runs["running"]
    living.now += MINUTE / 2
    (ended, *_) = living.table.ids("start_time = :at", at=living.now - 5.5 * MINUTE)
    living.table.change([ended], state_type="COMPLETED", state_name="Completed", end_time=living.now)
    assert [(len(each.runs), each.is_settled) for each in known] == [(12, True), (3, True), (2, False)]
    assert asked_about(living, RUNNING) == [5]


def asked_about(living: LivingEstate, wanted: RunList) -> list[int]:
    """Of how many runs it is asked at once whether they are as they were."""

    async def ask() -> list[int]:
        async with Api(Connection(living.estate.api_url), PATIENT) as api:
            reading = Reading(api, await living.listed(api, living.memory), PATIENT, wanted)
            return [len(each.known) for each in (await begin(reading, usable(reading))).amending]

    return anyio.run(ask)


def test_where_the_server_takes_no_lists_of_ids_what_changed_is_read(
    living: LivingEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_again(living)
    living.look_again()
    ACTS["some are claimed"](living, 3)
    post, refused = Api.post, list[str]()

    async def takes_no_ids(api: Api, path: str, body: dict[str, Any]) -> Any:
        if "id" in body.get("flow_runs", {}):
            refused.append(path)
            raise CallFailed("HTTP 422", 422)
        return await post(api, path, body)

    monkeypatch.setattr(Api, "post", takes_no_ids)
    cheap, full = both(living)
    assert cheap == full
    assert refused


def test_a_run_that_is_named_late_is_seen_by_that_name(living: LivingEstate) -> None:
    begin_again(living)
    living.make(*[-10] * 5, state_name="Scheduled")
    living.look_again()
    ACTS["some are named Late"](living, 5)
    assert {run.state_name for run in living.look_again().waiting if run.overdue_seconds(living.now)} == {"Late"}


def test_a_queue_that_is_deleted_takes_its_runs_out_of_their_pool(living: LivingEstate) -> None:
    living.estate.queue("mill", "gone")
    living.models.append(living.estate.future_run(living.estate.deployment("lost", "mill", queue="gone"), 600))
    begin_again(living)
    living.look_again()
    living.estate.delete_queue("mill", "gone")
    cheap, full = both(living)
    assert cheap == full


def test_the_limit_of_a_deployment_is_as_it_is_now(living: LivingEstate) -> None:
    begin_again(living)
    first = living.look_again()
    limited = next(each for each in first.deployments.values() if each.limit)
    living.estate.change_limit(f"deployment:{limited.id}", limit=7)
    again = living.look_again().deployments[limited.id].limit
    assert again and again.limit == 7
