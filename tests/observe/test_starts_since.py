"""Which silent queues hand out runs, and how many a backlog lost, is what each alone would tell, and costs few calls."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeguard.facts import ServerSettings
from lifeguard.observe.api import Api
from lifeguard.observe.backlogs import ROWS_FOR_A_COUNT, find_backlog_starts
from lifeguard.observe.connection import Connection
from lifeguard.observe.queue_starts import READY_LAG_SECONDS, find_queue_starts
from lifeguard.snapshot import Snapshot
from tests.builders import ago, pending, policy, pool, queue, run, snapshot, worker
from tests.proxy import Answer, Proxy, Request, as_json, ending, unavailable

NAMES = [f"etl {{{{ {number} }}}} 'q'" for number in range(120)]


class Began(NamedTuple):
    """A run that began, so many seconds ago, and how long before that it was due."""

    pool: str
    seconds_ago: float
    waited: float = 0.0

    def row(self, id: int) -> dict[str, Any]:
        """What the server tells of it."""
        began = ago(self.seconds_ago).isoformat()
        queue = f"queue-{self.pool}-default"
        return {"id": str(id), "work_pool_name": self.pool, "work_queue_id": queue, "start_time": began}


class Works:
    """Counts and lists runs as Prefect does: by the queues or pools that are asked about, by the times, and in their order."""

    def __init__(self, began: Sequence[Began]) -> None:
        self.began = began

    def answer(self, request: Request) -> Answer:
        asked = request.json
        found = [each.row(id) for id, each in enumerate(self.began) if self._is_asked_for(each, asked)]
        if request.path.endswith("count"):
            return as_json(len(found))
        found.sort(key=lambda row: row["start_time"], reverse=asked["sort"] == "START_TIME_DESC")
        offset = asked.get("offset", 0)
        return as_json(found[offset : offset + asked["limit"]])

    def _is_asked_for(self, each: Began, asked: dict[str, Any]) -> bool:
        names = asked.get("work_pools", {}).get("name", {}).get("any_", [each.pool])
        queues = asked.get("work_pool_queues", {}).get("id", {}).get("any_", [f"queue-{each.pool}-default"])
        times, began = asked["flow_runs"], ago(each.seconds_ago)
        due_before = times.get("expected_start_time", {}).get("before_")
        return (
            each.pool in names
            and f"queue-{each.pool}-default" in queues
            and began >= datetime.fromisoformat(times["start_time"]["after_"])
            and began <= datetime.fromisoformat(times["start_time"].get("before_", ago(0).isoformat()))
            and (due_before is None or ago(each.seconds_ago + each.waited) <= datetime.fromisoformat(due_before))
        )


def looked(proxy: Proxy, seen: Snapshot) -> Snapshot:
    """The picture after both questions."""

    async def session() -> Snapshot:
        async with Api(Connection(proxy.api_url), policy(retry_attempts=0)) as api:
            asked = await find_queue_starts(api, seen, policy())
            return await find_backlog_starts(api, asked, policy(backlog_runs=1))

    return anyio.run(session)


def silent_pools(silent: Sequence[float], *, page_size: int = 200, heard: float = 5) -> Snapshot:
    """As many pools with a worker, an overdue run, and a queue that was last polled so long ago."""
    names = NAMES[: len(silent)]
    seen = snapshot(
        pools=[pool(name) for name in names],
        queues=[queue(pool=name, silent=seconds) for name, seconds in zip(names, silent, strict=True)],
        workers=[worker(pool=name, silent=heard) for name in names],
        waiting=[run(f"run of {name}", pool=name, overdue=300) for name in names],
    )
    return replace(seen, server=replace(seen.server, settings=ServerSettings(page_size=page_size)))


def handed_out(silent: Sequence[float], began: Sequence[Began]) -> Counter[str]:
    """How many runs each queue handed out since it went quiet, by its id."""
    names = NAMES[: len(silent)]
    return Counter(
        f"queue-{each.pool}-default"
        for each in began
        if each.pool in names and each.seconds_ago <= silent[names.index(each.pool)] - READY_LAG_SECONDS
    )


ages = st.floats(1, 4000).map(lambda number: round(number, 3))
begun = st.builds(Began, st.sampled_from(NAMES[:70]), ages, st.sampled_from([0.0, 30.0, 5000.0]))
several = st.lists(st.floats(61, 9000), min_size=1, max_size=70)


@settings(max_examples=25, deadline=None)
@given(silent=several, began=st.lists(begun, max_size=12))
def test_the_counts_are_those_of_each_queue_and_each_pool_alone(silent: list[float], began: list[Began]) -> None:
    with Proxy(Works(began).answer) as proxy:
        seen = looked(proxy, silent_pools(silent))
    names, counts = NAMES[: len(silent)], handed_out(silent, began)
    caught_up = Counter(each.pool for each in began if each.seconds_ago <= 300 <= each.seconds_ago + each.waited)
    assert seen.queue_starts == {f"queue-{name}-default": counts[f"queue-{name}-default"] for name in names}
    assert seen.caught_up == {f"pool-{name}": caught_up[name] for name in names}


@settings(max_examples=25, deadline=None)
@given(silent=several, began=st.lists(st.builds(Began, st.sampled_from(NAMES[:9]), st.integers(1, 90)), max_size=60))
def test_of_more_starts_than_a_page_those_queues_are_known_that_had_any(
    silent: list[float], began: list[Began]
) -> None:
    with Proxy(Works(began).answer) as proxy:
        seen = looked(proxy, silent_pools(silent, page_size=5))
    counts = handed_out(silent, began)
    assert {id for id, number in seen.queue_starts.items() if number} == set(counts)
    assert all(0 < seen.queue_starts[id] <= number for id, number in counts.items())


def calls_of(seen: Snapshot, began: Sequence[Began] = ()) -> Counter[str]:
    """How often each endpoint is asked for the starts of silent queues and of the backlogs of their pools."""
    with Proxy(Works(began).answer) as proxy:
        looked(proxy, seen)
        return Counter(call.path.removeprefix("/api/") for call in proxy.calls)


def test_nothing_that_began_costs_one_call_for_all_queues_and_one_for_all_pools() -> None:
    assert calls_of(silent_pools([600] * 120)) == {"flow_runs/filter": 1, "flow_runs/count": 1}


def test_many_runs_of_one_queue_cost_one_call_more_for_the_others() -> None:
    began = [Began(NAMES[0], 100)] * 500
    assert calls_of(silent_pools([600] * 120), began) == {"flow_runs/filter": 2, "flow_runs/count": 1}


def test_what_backlogs_lost_is_read_in_pages_where_that_costs_less_than_counting() -> None:
    began = [Began(NAMES[number % 120], 1 + number / 10, 5000) for number in range(400)]
    seen = silent_pools([5] * 120)
    assert calls_of(seen, began) == {"flow_runs/count": 1, "flow_runs/filter": 3}


def test_of_very_many_that_began_each_pool_is_asked_alone() -> None:
    began = [Began(NAMES[0], 100, 5000)] * (2 * ROWS_FOR_A_COUNT + 1)
    assert calls_of(silent_pools([5, 5]), began) == {"flow_runs/count": 3}


def test_nothing_is_asked_of_pools_whose_workers_are_all_dead() -> None:
    assert calls_of(silent_pools([600] * 120, heard=500)) == {}


def test_a_dead_pool_with_an_active_run_may_have_had_a_favoured_queue() -> None:
    seen = replace(silent_pools([600, 600], heard=500), active=(pending("taken", NAMES[0], since=30),))
    with Proxy(Works([Began(NAMES[0], 100)]).answer) as proxy:
        assert looked(proxy, seen).queue_starts == {f"queue-{NAMES[0]}-default": 1}


def test_pools_whose_starts_cannot_be_read_together_are_asked_one_by_one() -> None:
    with Proxy(Works([Began(NAMES[1], 100, 5000)]).answer) as proxy:
        proxy.fail(ending("flow_runs/count"), unavailable(0), times=1)
        seen = looked(proxy, silent_pools([5, 5]))
    assert seen.caught_up == {f"pool-{NAMES[0]}": 0, f"pool-{NAMES[1]}": 1}
    assert seen.missing == ()


def test_a_page_of_starts_that_fails_clears_nobody_and_names_those_queues_alone_that_are_not_told() -> None:
    pages = iter(range(2))

    def fails_second(request: Request) -> Answer:
        began = [Began(NAMES[0], 100)] * 5
        return Works(began).answer(request) if next(pages) == 0 else as_json({"detail": "no"}, 500)

    seen = silent_pools([600, 600], page_size=5, heard=5)
    with Proxy(fails_second) as proxy:
        seen = looked(proxy, replace(seen, waiting=tuple(replace(each, next_start=None) for each in seen.waiting)))
    assert seen.queue_starts == {f"queue-{NAMES[0]}-default": 5}
    assert [(m.pool_name, m.essential, m.reason) for m in seen.missing] == [(NAMES[1], True, "HTTP 500")]
