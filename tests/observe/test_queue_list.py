"""Every queue is seen once, also where a database hands out those of one name in another order for each page."""

import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st

from lifeguard.facts import Pool
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import Look, begin
from lifeguard.observe.pools import inspect_pools
from lifeguard.observe.queue_list import queues_among_equals
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot
from tests.builders import NOW, policy
from tests.debian_postgres import debian_postgres
from tests.estate import PATIENT, Estate
from tests.prefect_server import prefect_server
from tests.proxy import Answer, Proxy, Request, as_json

Row = dict[str, Any]
POOLS, PAGE_SIZE = 30, 5


class Desk:
    """The queues of some pools, sorted by name alone: those of one name come in another order at each call."""

    def __init__(self, rows: Sequence[Row], chance: random.Random) -> None:
        self.rows, self.chance = list(rows), chance
        self.asked = Counter[str]()

    def answer(self, request: Request) -> Answer:
        self.asked[request.path.rpartition("/api/")[2].split("/")[0]] += 1
        body = request.json
        self.chance.shuffle(self.rows)
        found = sorted(self._found(request), key=lambda row: row["name"])
        return as_json(found[body["offset"] : body["offset"] + body["limit"]])

    def _found(self, request: Request) -> list[Row]:
        if "/work_pools/" in request.path:
            pool = unquote(request.path.split("/work_pools/")[1].split("/")[0])
            return [row for row in self.rows if row["pool"] == pool]
        ids = request.json.get("work_queues", {}).get("id", {}).get("any_")
        return [row for row in self.rows if ids is None or row["id"] in ids]


def rows_of(pool: str, names: Collection[str]) -> list[Row]:
    return [{"id": f"{pool} {name}", "name": name, "work_pool_id": f"id of {pool}", "pool": pool} for name in names]


def pools_of(rows: Sequence[Row], *, with_default: bool = True) -> list[Pool]:
    """With the ids of their default queues, or of a server that does not say them."""
    names = dict.fromkeys(row["pool"] for row in rows)
    return [Pool(f"id of {name}", name, default_queue_id=f"{name} default" if with_default else None) for name in names]


def read(desk: Desk, pools: Sequence[Pool], known: Collection[str] = ()) -> list[str]:
    async def session(api_url: str) -> list[str]:
        async with Api(Connection(api_url, verify=False), policy()) as api:
            return [row["id"] for row in await queues_among_equals(api, pools, known, PAGE_SIZE)]

    with Proxy(desk.answer) as proxy:
        return anyio.run(session, proxy.api_url)


@settings(max_examples=25, deadline=None)
@given(
    estate=st.lists(st.sets(st.sampled_from(["a", "priority", "z"])), min_size=1, max_size=15),
    with_default=st.booleans(),
    seed=st.integers(0, 99),
)
def test_every_queue_is_handed_out_once(estate: list[set[str]], with_default: bool, seed: int) -> None:
    rows = [row for number, names in enumerate(estate) for row in rows_of(f"pool|{number}", {"default", *names})]
    found = read(Desk(rows, random.Random(seed)), pools_of(rows, with_default=with_default))
    assert Counter(found) == Counter(row["id"] for row in rows)


def test_pools_are_asked_one_by_one_only_about_queues_whose_ids_nobody_knows() -> None:
    rows = [row for number in range(20) for row in rows_of(f"pool{number}", ["default", "priority"])]
    strange, known = Desk(rows, random.Random(1)), Desk(rows, random.Random(1))
    read(strange, pools_of(rows))
    assert len(read(known, pools_of(rows), {row["id"] for row in rows})) == len(rows)
    assert known.asked["work_pools"] == 0 < strange.asked["work_pools"] < 20


def test_all_queues_are_seen_at_a_server_on_postgresql(tmp_path: Path) -> None:
    with debian_postgres(50) as postgres:
        url = anyio.run(postgres.new_database).replace("postgresql://", "postgresql+asyncpg://")
        started = prefect_server({"PREFECT_API_DATABASE_CONNECTION_URL": url}, arguments=["--no-services"])
        with started as server, Estate(server.api_url) as estate:
            made = [estate.pool(f"pool{number}") for number in range(POOLS)]
            for name in made[::2]:
                estate.queue(name, "priority")
            for name in made[::3]:
                estate.change_pool(name, is_paused=True)
            seen, calls = anyio.run(_seen, server.api_url)
    assert Counter(queue.name for queue in seen.queues) == {"default": POOLS, "priority": POOLS // 2}
    assert {queue.id for queue in seen.queues} >= {pool.default_queue_id for pool in seen.pools}
    assert calls < POOLS + POOLS // 2


async def _seen(api_url: str) -> tuple[Snapshot, int]:
    """What a look sees of pools and queues that reads them by fives, and with how many calls."""
    async with Api(Connection(api_url), PATIENT) as api:
        server = (await begin(Look(api, PATIENT), NOW)).server
        small = replace(server, settings=replace(server.settings, page_size=PAGE_SIZE))
        before = api.calls
        return await inspect_pools(api, Snapshot(small, NOW), Policy()), api.calls - before
