"""What a patrol remembers for the next one: read back as it was, written once, and never an error."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import anyio
from sqlalchemy import update

from lifeguard.facts import Deployment, Run, seconds
from lifeguard.memory import NOTHING_KNOWN, KnownDeployments, KnownRuns, KnownWorkers, Memory
from lifeguard.policy import Policy
from lifeguard.record.database import Database, writing
from lifeguard.record.memory_rows import memorize, recall
from lifeguard.record.retention import prune
from lifeguard.record.tables import MEMORY
from lifeguard.spans import Span
from tests.builders import API_URL, NOW, ago, ahead, deployment, pool, run, worker
from tests.record.kept import rows

SERVER = "the server of the mills"
HOSTILE = "etl'; DROP\x00 {{ x }} \u202e\U0001f9ea\n<b> | `"
LATELY = Span(ago(600), NOW)


def workers(name: str = "etl", read: float = 0) -> KnownWorkers:
    return KnownWorkers(pool(name), ago(read), (worker(name, name), worker(f"{name}-2", name)))


def stretch(since: float, until: float, *runs: Run, read: float = 0) -> KnownRuns:
    return KnownRuns(ago(since), ago(until), ago(read), runs, ago(read))


def memory(*known: KnownWorkers, taken: float = 0, runs: Mapping[str, Any] | None = None) -> Memory:
    deployments = (KnownDeployments(ago(taken), (deployment(), Deployment("d-2", HOSTILE))),)
    return Memory(ago(taken), {each.pool.id: each for each in known}, runs or {}, deployments)


def leave(database: Database, left: Memory, api_url: str = API_URL, server: str = SERVER) -> None:
    anyio.run(memorize, database, server, api_url, left)


def recalled(database: Database, api_url: str = API_URL, server: str = SERVER, within: Span = LATELY) -> Memory:
    return anyio.run(recall, database, server, api_url, within)


def test_what_a_patrol_left_is_what_the_next_one_recalls(database: Database) -> None:
    late = {
        "waiting runs": (stretch(900, 60, run("a"), run(HOSTILE, HOSTILE)), stretch(60, -900, run("b", tags=["x"])))
    }
    left = memory(workers(), workers(HOSTILE, read=120), runs=late)
    leave(database, left)
    assert recalled(database) == left


def test_only_what_is_new_is_written_and_what_is_gone_goes(database: Database) -> None:
    leave(database, memory(workers("one", 60), workers("two", 60), taken=60))
    mark(database)
    leave(database, memory(workers("one", 60), workers("two"), workers("three")))
    content = {
        row["key"].rpartition("pool-")[2]: row["content"] for row in rows(database, MEMORY) if "pool-" in row["key"]
    }
    assert {name: text == "as it was" for name, text in content.items()} == {"one": True, "two": False, "three": False}


def mark(database: Database, **values: Any) -> None:
    """Change every row that the first patrol left."""

    async def rewrite() -> None:
        async with writing(database) as connection:
            await connection.execute(update(MEMORY).values(values or {"content": "as it was"}))

    anyio.run(rewrite)


def test_what_cannot_be_read_or_another_version_wrote_was_never_remembered(database: Database) -> None:
    leave(database, memory(workers()))
    mark(database, form="another")
    assert recalled(database) == Memory(NOW)
    leave(database, memory(workers(), taken=-1))
    assert len(recalled(database, within=Span(ago(600), ahead(1))).workers) == 1


def test_the_memory_of_another_server_or_address_is_not_used(database: Database) -> None:
    leave(database, memory(workers()))
    assert recalled(database, server="another") == NOTHING_KNOWN
    assert recalled(database, api_url="http://elsewhere/api") == NOTHING_KNOWN


def test_a_memory_that_is_too_old_or_of_the_future_is_not_used(database: Database) -> None:
    leave(database, memory(workers()))
    assert recalled(database, within=Span(ago(-1), ago(-601))) == NOTHING_KNOWN
    assert recalled(database, within=Span(ago(900), ago(1))) == NOTHING_KNOWN


def test_what_a_later_patrol_left_stays_unless_the_clock_was_set_back(database: Database) -> None:
    leave(database, memory(workers()))
    leave(database, memory(workers(read=30), taken=30))
    assert recalled(database).taken_at == NOW
    long_ago = NOW - timedelta(days=1)
    leave(database, replace(memory(workers(read=86400)), taken_at=long_ago))
    assert recalled(database, within=Span(long_ago - seconds(600), long_ago)).taken_at == long_ago


def test_of_stretches_that_overlap_the_newest_is_recalled(database: Database) -> None:
    both = (stretch(900, 60, run("a"), read=60), stretch(300, 0, run("a"), run("b")))
    leave(database, memory(runs={"active runs": both}))
    assert recalled(database).runs == {"active runs": both[1:]}


def test_the_memory_of_a_server_that_nobody_patrols_any_more_is_pruned(database: Database) -> None:
    async def go() -> list[int]:
        late = NOW + timedelta(days=9)
        return [
            (await prune(database, Policy(), at, dry_run=dry)).memories
            for at, dry in ((NOW, False), (late, True), (late, False), (late, True))
        ]

    leave(database, memory(workers()))
    assert anyio.run(go) == [0, 3, 3, 0]
