"""What the history costs at 2,000 pools: seconds per patrol, bytes per pool and day, milliseconds per week of a pool.

    uv run python -m benchmarks.history --pools 2000 --rounds 5

Rounds are interleaved, so that a busy machine is busy for everybody.
"""

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
from cyclopts import App
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.day import DAY_SECONDS, repeat_day, spend_a_day
from benchmarks.fleet import Fleet, fleet
from benchmarks.postgres import postgres_url
from benchmarks.space import bytes_of, bytes_of_hours, settle
from lifeguard.facts import seconds
from lifeguard.judgement import Judgement
from lifeguard.policy import Policy
from lifeguard.record.database import Database, database_at, reading
from lifeguard.record.remember import remember
from lifeguard.record.retention import prune
from lifeguard.record.tables import POOLS, READINGS

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
CHURN = 0.02
WEEK_DAYS = 7
ALL, FEW = "one patrol, all pools changed", "one patrol, 2 % changed"
STORM, AFTER_STORM = "one patrol, every pool opens an incident", "the patrol after that"
CPU = " (CPU)"
OPEN_WEEK, WHOLE_WEEK = "7 days of one pool", "7 days of one pool, with connecting"
ROOM, ROOM_OF_HOURS = "bytes per pool and day of readings", "bytes per pool and day of hours"
PRUNING = "pruning one day, with its pauses"
AIMS = {ALL: "< 1.0 s", FEW: "< 0.1 s", ROOM: "< 15 kB", OPEN_WEEK: "< 10 ms"}

app = App(help=__doc__)


@dataclass
class Bench:
    """One database, the pools that it hears of, and what was measured: the name of a measure to its numbers."""

    database: Database
    fleet: Fleet
    measured: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    rows_per_pool_and_day: float = 0

    def note(self, name: str, number: float) -> None:
        """Add one number of a measure."""
        self.measured.setdefault(name, []).append(number)


@app.default
def main(*, pools: int = 2000, rounds: int = 5, day: bool = True) -> None:
    """Measure and print; --no-day leaves out the day and the week, which take minutes."""
    anyio.run(_measure, pools, rounds, day)


async def _measure(pools: int, rounds: int, day: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, postgres_url() as url:
        databases = [database_at(f"sqlite:///{folder}/history.db", "a benchmark"), database_at(url, "a benchmark")]
        benches = [Bench(database, fleet(pools, BEGIN)) for database in databases]
        if day:
            for bench in benches:
                await _spend_a_day(bench)
        await _record(benches, rounds)
        if day:
            await _ask(benches, rounds)
            for bench in benches:
                await _forget_a_day(bench)
    _print(benches, pools, rounds)


async def _spend_a_day(bench: Bench) -> None:
    _say(f"{bench.database.kind}: a day")
    await spend_a_day(bench.database, bench.fleet, CHURN)
    await settle(bench.database)
    bench.note(ROOM, await bytes_of(bench.database) / len(bench.fleet.pools))
    _say(f"{bench.database.kind}: a week")
    await repeat_day(bench.database, BEGIN, WEEK_DAYS)
    await settle(bench.database)
    bench.fleet.now = BEGIN + seconds(WEEK_DAYS * DAY_SECONDS)


async def _record(benches: list[Bench], rounds: int) -> None:
    """First one patrol that is not counted, which makes the tables where there are none."""
    for bench in benches:
        await remember(bench.database, bench.fleet.patrol(1), "first")
    for number in range(rounds):
        _say(f"round {number + 1} of {rounds}")
        for name, share in ((ALL, 1.0), (FEW, CHURN)):
            for bench in benches:
                await _timed(bench, name, bench.fleet.patrol(share), f"{name}-{number}")
    for bench in benches:
        for name in (STORM, AFTER_STORM):
            await _timed(bench, name, bench.fleet.patrol(CHURN, is_storm=True), name)


async def _timed(bench: Bench, name: str, judgement: Judgement, patrol_id: str) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    await remember(bench.database, judgement, patrol_id)
    bench.note(name, time.perf_counter() - wall)
    bench.note(f"{name}{CPU}", time.process_time() - cpu)


async def _forget_a_day(bench: Bench) -> None:
    """Prune as on the second night: the readings of the first day become hours and go."""
    _say(f"{bench.database.kind}: pruning a day")
    began = time.perf_counter()
    await prune(bench.database, Policy(keep_readings_days=1), BEGIN + seconds(2 * DAY_SECONDS), dry_run=False)
    bench.note(PRUNING, time.perf_counter() - began)
    await settle(bench.database)
    bench.note(ROOM_OF_HOURS, await bytes_of_hours(bench.database) / len(bench.fleet.pools))


async def _ask(benches: list[Bench], rounds: int) -> None:
    for number in range(rounds):
        for bench in benches:
            began = time.perf_counter()
            async with reading(bench.database) as connection:
                await _week(connection, await _pool(connection, bench, number))
            bench.note(WHOLE_WEEK, time.perf_counter() - began)
            async with reading(bench.database) as connection:
                await _week(connection, await _pool(connection, bench, rounds + number))
                pool = await _pool(connection, bench, 2 * rounds + number)
                began = time.perf_counter()
                bench.rows_per_pool_and_day = await _week(connection, pool) / WEEK_DAYS
                bench.note(OPEN_WEEK, time.perf_counter() - began)


async def _pool(connection: AsyncConnection, bench: Bench, number: int) -> int:
    """Another pool each time, so that no answer is there from the question before."""
    chosen = select(POOLS.c.id).order_by(POOLS.c.id).offset(number * 7 % len(bench.fleet.pools)).limit(1)
    return int((await connection.execute(chosen)).scalar_one())


async def _week(connection: AsyncConnection, pool: int) -> int:
    is_asked = (READINGS.c.pool == pool) & (READINGS.c.at >= BEGIN)
    is_asked &= READINGS.c.at < BEGIN + seconds(WEEK_DAYS * DAY_SECONDS)
    rows = await connection.execute(select(READINGS).where(is_asked).order_by(READINGS.c.at))
    return len(rows.mappings().all())


def _print(benches: list[Bench], pools: int, rounds: int) -> None:
    print(f"{pools:,} pools, {rounds} interleaved rounds; min / median / max")
    for name in benches[0].measured:
        for bench in benches:
            numbers = bench.measured[name]
            told = [_shown(name, number) for number in (min(numbers), statistics.median(numbers), max(numbers))]
            print(f"{name:<48} {bench.database.kind:<11} {' / '.join(told):<32} {AIMS.get(name, '')}")
    for bench in (each for each in benches if each.rows_per_pool_and_day):
        print(f"{bench.database.kind}: {bench.rows_per_pool_and_day:.1f} rows per pool and day")


def _shown(name: str, number: float) -> str:
    if name in (ROOM, ROOM_OF_HOURS):
        return f"{number / 1000:.1f} kB"
    return f"{number * 1000:.1f} ms" if number < 0.1 else f"{number:.2f} s"


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    app()
