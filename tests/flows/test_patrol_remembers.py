"""A patrol after a patrol, on a real server with more pools than are always read: it asks less, and finds the same."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest

from lifeguard.configuration import Source
from lifeguard.judgement import Judgement, judgement_of, settle, to_be_remembered
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.look import go_on
from lifeguard.policy import Policy
from lifeguard.record.database import Database, database_at
from lifeguard.record.recall import leave_for_the_next, recalled
from lifeguard.record.remember import remember
from lifeguard.remembered_workers import FEW_POOLS
from tests.commands.command_line import lifeguard
from tests.estate import Estate, wait_until
from tests.remembering import TELL_AT_ONCE

POOLS = FEW_POOLS + 3


@pytest.fixture
def plain(estate: Estate) -> Estate:
    """Many pools that nobody ever worked on."""
    for number in range(POOLS):
        estate.pool(f"p{number}")
    return estate


@pytest.fixture
def history(tmp_path: Path) -> Database:
    """A history that has nothing yet."""
    return database_at(f"sqlite:///{tmp_path}/history.db", "the test")


def patrol(estate: Estate, history: Database, **policy: object) -> Judgement:
    """What a patrol does with what it remembers, in this process."""

    async def once() -> Judgement:
        async with Api(Connection(estate.api_url), Policy()) as api:
            look, seen = await settle(api, [Source("the test", policy)], (), lambda _: None, datetime.now(UTC))
            memory = await recalled(history, seen, look.policy, to_be_remembered(look, seen))
            judgement = judgement_of(look, await go_on(look, replace(seen, memory=memory)), datetime.now(UTC))
            await remember(history, judgement, judgement.started_at.isoformat())
            await leave_for_the_next(history, judgement)
            return judgement

    return anyio.run(once)


def asked_about(judgement: Judgement) -> int:
    """Of how many pools the workers were read."""
    return len(judgement.snapshot.workers) - len(judgement.snapshot.workers_read_at)


def said(judgement: Judgement) -> set[tuple[str, str]]:
    return {(finding.code, finding.resource.name) for finding in judgement.findings}


def test_the_flow_asks_less_with_what_the_patrol_before_it_left(plain: Estate, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/history.db"
    for _ in range(2):
        assert lifeguard("patrol", api_url=plain.api_url, LIFEGUARD_DATABASE_URL=url, **TELL_AT_ONCE).status == 0
    with sqlite3.connect(f"{tmp_path}/history.db") as read:
        first, second = (row[0] for row in read.execute("SELECT api_calls FROM lifeguard_patrols ORDER BY started_at"))
    assert second <= first - POOLS + 5


def test_a_worker_that_dies_beside_due_work_is_seen_by_the_next_patrol(plain: Estate, history: Database) -> None:
    plain.pool("mill")
    plain.worker("mill", every=2)
    assert ("pool-no-workers", "mill") not in said(patrol(plain, history))
    plain.overdue_run(plain.deployment("grind", "mill"))
    born = datetime.now(UTC)
    wait_until(lambda: (datetime.now(UTC) - born).total_seconds() > 7, "three intervals of its heartbeats are over", 30)
    second = patrol(plain, history)
    assert ("pool-no-workers", "mill") in said(second)
    assert asked_about(second) <= 4


def test_a_pool_that_gets_its_first_worker_is_read_at_once(plain: Estate, history: Database) -> None:
    patrol(plain, history)
    plain.worker("p7")
    (pool,) = (pool for pool in patrol(plain, history).pools if pool.name == "p7")
    assert (pool.workers_online, pool.workers_age_seconds) == (1, None)


def test_without_a_history_or_where_the_policy_says_so_everything_is_asked(plain: Estate, history: Database) -> None:
    asked = [asked_about(patrol(plain, history, **own)) for own in ({}, {"reread_after_seconds": 0}, {})]
    assert asked[:2] == [POOLS, POOLS] and asked[2] < 5
    assert history.file
    history.file.write_bytes(b"")
    assert asked_about(patrol(plain, history)) == POOLS
