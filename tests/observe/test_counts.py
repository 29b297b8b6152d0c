"""What is counted together is what would be counted one by one, and costs a call for many where nothing is to be found."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeguard.observe.api import Api
from lifeguard.observe.backlogs import find_backlog_starts
from lifeguard.observe.connection import Connection
from lifeguard.observe.suspects import READY_LAG_SECONDS, question_suspects
from lifeguard.snapshot import Snapshot
from tests.builders import ago, policy, pool, queue, run, snapshot, worker
from tests.proxy import Answer, Proxy, Request, as_json, ending, unavailable

NAMES = [f"etl {{{{ {number} }}}} 'q'" for number in range(120)]


class Began(NamedTuple):
    """A run that began, so many seconds ago, and how long before that it was due."""

    pool: str
    seconds_ago: float
    waited: float = 0.0

    @property
    def row(self) -> dict[str, Any]:
        """What the server tells of it."""
        began = ago(self.seconds_ago).isoformat()
        return {"work_pool_name": self.pool, "work_queue_id": f"queue-{self.pool}-default", "start_time": began}


class Works:
    """Counts runs as Prefect does: by the queues or pools that are asked about, and by the times."""

    def __init__(self, began: Sequence[Began]) -> None:
        self.began = began

    def answer(self, request: Request) -> Answer:
        asked = request.json
        if "flow_runs/" not in request.path:
            return as_json([])
        found = [each.row for each in self.began if self._is_asked_for(each, asked)]
        return as_json(len(found) if request.path.endswith("count") else found[: asked["limit"]])

    def _is_asked_for(self, each: Began, asked: dict[str, Any]) -> bool:
        names = asked.get("work_pools", {}).get("name", {}).get("any_", [each.pool])
        queues = asked.get("work_pool_queues", {}).get("id", {}).get("any_", [f"queue-{each.pool}-default"])
        times = asked["flow_runs"]
        due_before = times.get("expected_start_time", {}).get("before_")
        return (
            each.pool in names
            and f"queue-{each.pool}-default" in queues
            and ago(each.seconds_ago) >= datetime.fromisoformat(times["start_time"]["after_"])
            and (due_before is None or ago(each.seconds_ago + each.waited) <= datetime.fromisoformat(due_before))
        )


def looked(proxy: Proxy, seen: Snapshot) -> Snapshot:
    """The picture after both kinds of counts."""

    async def session() -> Snapshot:
        async with Api(Connection(proxy.api_url), policy(backlog_runs=1, retry_attempts=0)) as api:
            asked = await question_suspects(api, seen, policy(backlog_runs=1))
            return await find_backlog_starts(api, asked, policy(backlog_runs=1))

    return anyio.run(session)


def silent_pools(silent: Sequence[float]) -> Snapshot:
    """As many pools with a worker, an overdue run, and a queue that was last polled so long ago."""
    names = NAMES[: len(silent)]
    return snapshot(
        pools=[pool(name) for name in names],
        queues=[queue(pool=name, silent=seconds) for name, seconds in zip(names, silent, strict=True)],
        workers=[worker(pool=name) for name in names],
        waiting=[run(f"run of {name}", pool=name, overdue=300) for name in names],
    )


ages = st.floats(1, 4000).map(lambda number: round(number, 3))
begun = st.builds(Began, st.sampled_from(NAMES[:70]), ages, st.sampled_from([0.0, 30.0, 5000.0]))


@settings(max_examples=25, deadline=None)
@given(silent=st.lists(st.floats(61, 9000), min_size=1, max_size=70), began=st.lists(begun, max_size=12))
def test_the_counts_are_those_of_each_queue_and_each_pool_alone(silent: list[float], began: list[Began]) -> None:
    with Proxy(Works(began).answer) as proxy:
        seen = looked(proxy, silent_pools(silent))
    names = NAMES[: len(silent)]
    handed_out = Counter(
        each.pool
        for each in began
        if each.pool in names and each.seconds_ago <= silent[names.index(each.pool)] - READY_LAG_SECONDS
    )
    caught_up = Counter(each.pool for each in began if each.seconds_ago <= 300 <= each.seconds_ago + each.waited)
    assert seen.queue_starts == {f"queue-{name}-default": handed_out[name] for name in names}
    assert seen.caught_up == {f"pool-{name}": caught_up[name] for name in names}


def calls_of(began: Sequence[Began]) -> Counter[str]:
    """How often each endpoint is asked about 120 silent queues, and about the backlogs of their pools."""
    with Proxy(Works(began).answer) as proxy:
        seen = looked(proxy, silent_pools([600] * 120))
        assert sum(seen.queue_starts.values()) == len(began)
        return Counter(call.path.removeprefix("/api/") for call in proxy.calls if "flow_runs/" in call.path)


def test_nothing_that_began_costs_a_call_for_fifty() -> None:
    assert calls_of([]) == {"flow_runs/count": 3 + 3}


def test_a_few_that_began_cost_one_call_more() -> None:
    assert calls_of([Began(NAMES[7], 100)] * 5) == {"flow_runs/count": 3 + 3, "flow_runs/filter": 1}


def test_where_more_began_than_a_page_holds_each_is_asked_alone() -> None:
    assert calls_of([Began(NAMES[0], 100)] * 200) == {"flow_runs/count": 3 + 50 + 3}


def test_a_question_about_many_that_fails_clears_nobody() -> None:
    with Proxy(Works([Began(NAMES[1], 100)]).answer) as proxy:
        proxy.fail(ending("flow_runs/count"), unavailable(0), times=1)
        seen = looked(proxy, silent_pools([600, 600]))
    assert seen.queue_starts == {f"queue-{NAMES[0]}-default": 0, f"queue-{NAMES[1]}-default": 1}
    assert seen.missing == ()
