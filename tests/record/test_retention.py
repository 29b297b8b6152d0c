"""What the history forgets, and that nothing is lost or counted twice on the way, on SQLite and on PostgreSQL."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from lifeguard.policy import Policy
from lifeguard.record import rollups
from lifeguard.record.database import Database, database_at
from lifeguard.record.failures import HistoryUnavailable, NoHistoryYet
from lifeguard.record.hours import HOUR
from lifeguard.record.pruned import Pruned
from lifeguard.record.remember import remember
from lifeguard.record.retention import prune
from lifeguard.record.tables import CHANGES, HOURS, INCIDENTS, PATROLS, POOLS, READINGS
from lifeguard.spans import Span
from tests.builders import NOW, finding, judgement, policy
from tests.record.past import (
    Past,
    a_reading,
    an_hour,
    begin,
    everything,
    forget_everything,
    patrol,
    pool,
    put,
    rows_of,
    seconds_by_pool,
)

A_DAY = policy(keep_readings_days=1)
CUT = NOW - timedelta(days=1)
KEPT_FROM = CUT - 2 * HOUR
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)


def pruned(database: Database, own: Policy = A_DAY, *, dry_run: bool = False) -> Pruned:
    return anyio.run(lambda: prune(database, own, NOW, dry_run=dry_run))


def test_readings_become_hours_before_they_go(database: Database) -> None:
    hour = CUT - 5 * HOUR

    async def story() -> tuple[Any, Any]:
        await begin(database)
        await put(database, PATROLS, *(patrol(hour + number * MINUTE) for number in range(61)))
        changes: dict[str, Any] = {"workers_online": 0, "verdict": "down", "overdue": 4, "running": 9}
        await put(database, READINGS, a_reading(hour), a_reading(hour + 15 * MINUTE, **changes))
        await prune(database, A_DAY, NOW, dry_run=False)
        return await rows_of(database, READINGS), (await rows_of(database, HOURS))[0]

    worst: dict[str, Any] = {"up_seconds": 900.0, "workers_min": 0, "overdue_max": 4, "running_max": 9}
    assert anyio.run(story) == ([], an_hour(hour, **worst))


@pytest.mark.parametrize("rows_at_once", [4000, 100], ids=["a day at once", "some hours at once"])
def test_uptime_is_the_same_before_and_after(
    database: Database, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollups, "ROWS_AT_ONCE", rows_at_once)
    anyio.run(Past().write, database)
    windows = [Span(NOW - timedelta(days=days), NOW) for days in (4, 2, 1)]
    before = [anyio.run(seconds_by_pool, database, window) for window in windows]
    gone = pruned(database)
    assert [anyio.run(seconds_by_pool, database, window) for window in windows] == before
    assert gone.readings > 100 and all(each.demand > each.up > 0 for each in before[0].values())


def test_what_is_kept_is_not_touched(database: Database) -> None:
    anyio.run(Past().write, database)
    before = anyio.run(rows_of, database, READINGS)
    pruned(database)
    assert anyio.run(rows_of, database, READINGS) == [row for row in before if row["at"] >= KEPT_FROM]
    assert all(row["started_at"] >= KEPT_FROM for row in anyio.run(rows_of, database, PATROLS))


def test_a_second_run_finds_nothing(database: Database) -> None:
    anyio.run(Past().write, database)
    first = pruned(database)
    after = anyio.run(everything, database)
    assert pruned(database) == Pruned(first.limits)
    assert anyio.run(everything, database) == after


def test_day_after_day_comes_to_the_same_hours_as_all_at_once(database: Database) -> None:
    anyio.run(Past().write, database)
    for days in (2, 1):
        pruned(database, policy(keep_readings_days=days))
    stepwise = anyio.run(rows_of, database, HOURS)
    anyio.run(forget_everything, database)
    anyio.run(Past().write, database)
    pruned(database)
    assert stepwise == anyio.run(rows_of, database, HOURS) != []


def breaking(database: Database, at: int) -> Database:
    """The same database, which breaks at the statement of this number, whatever that does."""
    statements = count(1)

    def pass_or_break(*_: Any) -> None:
        if next(statements) == at:
            raise OSError("the machine went away")

    class Breaking(Database):
        def engine(self) -> AsyncEngine:
            created = super().engine()
            event.listen(created.sync_engine, "before_cursor_execute", pass_or_break)
            return created

    return Breaking(database.place, database.file, database.dsn)


def is_broken(database: Database, at: int) -> bool:
    try:
        pruned(breaking(database, at))
    except HistoryUnavailable:
        return True
    return False


def test_broken_off_anywhere_and_run_again_is_as_one_run(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollups, "POOLS_AT_ONCE", 1)
    anyio.run(Past().write, database)
    pruned(database)
    expected = anyio.run(everything, database)
    anyio.run(forget_everything, database)
    anyio.run(Past().write, database)
    broken = [statement for statement in range(13, 60, 3) if is_broken(database, at=statement)]
    pruned(database)
    assert anyio.run(everything, database) == expected and len(broken) > 4


def test_patrols_go_on_while_it_runs(database: Database) -> None:
    anyio.run(Past(pools=30, share=0.02).write, database)
    remembered: list[str] = []
    results: list[Pruned] = []

    async def patrols(done: anyio.Event) -> None:
        for number in count():
            name = f"beside-{number}"
            await remember(database, judgement(at=60 * number), name)
            remembered.append(name)
            if done.is_set():
                return

    async def beside() -> None:
        done = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(patrols, done)
            results.append(await prune(database, A_DAY, NOW, dry_run=False))
            done.set()

    anyio.run(beside)
    assert results[0].readings > 500 and len(remembered) > 3
    kept = {row["id"] for row in anyio.run(rows_of, database, PATROLS)}
    assert kept > set(remembered)


def test_a_dry_run_tells_what_the_real_one_deletes_and_changes_nothing(database: Database) -> None:
    anyio.run(Past().write, database)
    anyio.run(put, database, HOURS, an_hour(NOW - timedelta(days=500)))
    before = anyio.run(everything, database)
    told = pruned(database, dry_run=True)
    assert anyio.run(everything, database) == before
    assert told == pruned(database)
    assert told.readings and told.patrols and told.hours == 1


def test_hours_that_are_older_than_the_policy_keeps_go(database: Database) -> None:
    kept = [an_hour(NOW - timedelta(days=10)), an_hour(NOW - timedelta(days=9))]

    async def story() -> None:
        await begin(database)
        await put(database, HOURS, an_hour(NOW - timedelta(days=10) - HOUR), *kept)

    anyio.run(story)
    assert pruned(database, policy(keep_hours_days=10)).hours == 1
    assert anyio.run(rows_of, database, HOURS) == kept


def test_an_hour_that_is_rolled_up_is_left_alone(database: Database) -> None:
    there = an_hour(CUT - 5 * HOUR, up_seconds=12.0)

    async def story() -> None:
        await begin(database)
        await put(database, HOURS, there)
        await put(database, PATROLS, *(patrol(there["hour"] + number * MINUTE) for number in range(60)))
        await put(database, READINGS, a_reading(there["hour"]))

    anyio.run(story)
    pruned(database)
    assert anyio.run(rows_of, database, HOURS) == [there]


def test_a_pool_goes_once_nothing_of_it_is_left(database: Database) -> None:
    gone = NOW - timedelta(days=20)

    async def story() -> None:
        still_there, has_hours = pool(101), pool(102, gone_at=gone)
        await begin(database, still_there, has_hours, pool(103, gone_at=gone), pool(104, gone_at=NOW))
        await put(database, HOURS, an_hour(NOW - timedelta(days=9), pool=102), an_hour(gone - HOUR, pool=103))
        await put(database, READINGS, a_reading(gone - HOUR, pool=103))

    anyio.run(story)
    own = policy(keep_readings_days=1, keep_hours_days=10)
    assert pruned(database, own, dry_run=True) == pruned(database, own)
    assert [row["id"] for row in anyio.run(rows_of, database, POOLS)] == [101, 102, 104]


async def incident(database: Database, *resolved_days_ago: float) -> None:
    """One after another: each opens, and is seen to be gone so many days before NOW."""
    for days in resolved_days_ago:
        at = -days * 86_400
        await remember(database, judgement(at=at - 400, findings=[finding()]), f"opens-{days}")
        for number, when in enumerate((at - 300, at)):
            await remember(database, judgement(at=when, findings=[]), f"is-gone-{days}-{number}")


def test_incidents_go_with_their_changes_once_they_were_resolved_long_ago(database: Database) -> None:
    anyio.run(incident, database, 12, 10, 9)
    gone = pruned(database, policy(keep_incidents_days=10))
    resolved = [row["resolved_at"] for row in anyio.run(rows_of, database, INCIDENTS)]
    assert (gone.incidents, gone.changes) == (1, 2)
    assert resolved == [NOW - timedelta(days=10), NOW - timedelta(days=9)]
    assert len(anyio.run(rows_of, database, CHANGES)) == 4


def test_an_open_incident_stays_however_old_it_is(database: Database) -> None:
    anyio.run(remember, database, judgement(at=-500 * 86_400, findings=[finding()]), "long ago")
    assert pruned(database, policy(keep_incidents_days=1)).incidents == 0
    assert len(anyio.run(rows_of, database, INCIDENTS)) == 1


def test_readings_and_patrols_at_the_limit_stay(database: Database) -> None:
    async def story() -> None:
        await begin(database)
        for at in (KEPT_FROM - MICROSECOND, KEPT_FROM):
            await put(database, PATROLS, patrol(at))
            await put(database, READINGS, a_reading(at))

    anyio.run(story)
    gone = pruned(database)
    assert (gone.readings, gone.patrols) == (1, 1)
    assert [row["at"] for row in anyio.run(rows_of, database, READINGS)] == [KEPT_FROM]


def test_where_nothing_was_recorded_yet_no_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    with pytest.raises(NoHistoryYet):
        pruned(database_at(f"sqlite:///{file}", "the test"))
    assert not file.exists()
