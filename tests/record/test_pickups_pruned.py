"""What retention does to pickup times: five minutes become an hour, hours go, totals stay. On SQLite and PostgreSQL."""

from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from lifeguard.pickups import Pickups
from lifeguard.policy import Policy
from lifeguard.record import pickup_rollups
from lifeguard.record.database import Database
from lifeguard.record.hours import HOUR
from lifeguard.record.pickup_queries import pickup_totals, pickups_of_pools
from lifeguard.record.pickup_rows import values_of
from lifeguard.record.pruned import Pruned
from lifeguard.record.retention import prune
from lifeguard.record.tables import PICKUP_TOTALS, PICKUPS, POOLS
from lifeguard.spans import Span
from lifeguard.starts import SLOT
from tests.builders import API_URL, NOW, policy
from tests.record.past import FIRST_POOL, begin, pool, put, rows_of

A_DAY = policy(keep_readings_days=1, keep_hours_days=10)
KEPT_FROM = NOW - timedelta(days=1) - 2 * HOUR
ALWAYS = Span(NOW - timedelta(days=400), NOW)
FEW, MANY = Pickups.of([3.0]), Pickups.of([5.0, 700.0])


def slot(at: datetime, pickups: Pickups = FEW, pool: int = FIRST_POOL, seconds: int = 300) -> dict[str, Any]:
    return {"pool": pool, "at": at, "slot_seconds": seconds, **values_of(pickups)}


def furnish(database: Database, *slots: dict[str, Any], pools: tuple[dict[str, Any], ...] = ()) -> None:
    async def write() -> None:
        await begin(database, *pools)
        await put(database, PICKUPS, *slots)

    anyio.run(write)


def pruned(database: Database, own: Policy = A_DAY, *, dry_run: bool = False) -> Pruned:
    return anyio.run(lambda: prune(database, own, NOW, dry_run=dry_run))


def slots(database: Database) -> list[dict[str, Any]]:
    return anyio.run(rows_of, database, PICKUPS)


def test_old_slots_become_an_hour(database: Database) -> None:
    hour = KEPT_FROM - 3 * HOUR
    furnish(database, slot(hour), slot(hour + 11 * SLOT, MANY), slot(hour + HOUR, MANY))
    pruned(database)
    assert slots(database) == [slot(hour, FEW + MANY, seconds=3600), slot(hour + HOUR, MANY, seconds=3600)]


def test_slots_that_are_kept_are_not_touched(database: Database) -> None:
    kept = [slot(KEPT_FROM), slot(KEPT_FROM + SLOT, MANY)]
    furnish(database, *kept)
    assert (pruned(database).pickups, slots(database)) == (0, kept)


def test_hours_that_are_older_than_the_policy_keeps_go(database: Database) -> None:
    limit = NOW - timedelta(days=10)
    furnish(database, slot(limit - HOUR, seconds=3600), slot(limit, seconds=3600), slot(limit - SLOT))
    assert (pruned(database).pickups, slots(database)) == (2, [slot(limit, seconds=3600)])


def test_waits_are_the_same_before_and_after(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickup_rollups, "HOURS_AT_ONCE", 5)
    times = [NOW - timedelta(days=3) + number * SLOT for number in range(3 * 288)]
    pools = (pool(101), pool(102))
    furnish(database, *(slot(at, MANY, each) for at in times for each in (101, 102)), pools=pools)
    before = anyio.run(pickups_of_pools, database, API_URL, ALWAYS)
    assert pruned(database).pickups > 1000
    assert anyio.run(pickups_of_pools, database, API_URL, ALWAYS) == before


def test_a_slot_that_came_after_its_hour_was_rolled_up_is_added_to_it(database: Database) -> None:
    hour = KEPT_FROM - HOUR
    furnish(database, slot(hour, MANY, seconds=3600), slot(hour + SLOT))
    pruned(database)
    assert slots(database) == [slot(hour, MANY + FEW, seconds=3600)]


def test_a_dry_run_tells_what_the_real_one_does_and_changes_nothing(database: Database) -> None:
    furnish(database, slot(KEPT_FROM - SLOT), slot(NOW - timedelta(days=11)), slot(KEPT_FROM))
    before = slots(database)
    told = pruned(database, dry_run=True)
    assert slots(database) == before
    assert (told.pickups, told) == (2, pruned(database))


def test_totals_outlive_the_slots_that_went(database: Database) -> None:
    furnish(database, slot(NOW - timedelta(days=11)))
    anyio.run(put, database, PICKUP_TOTALS, {"pool": FIRST_POOL, **values_of(FEW)})
    pruned(database)
    assert slots(database) == []
    assert anyio.run(pickup_totals, database, API_URL) == {f"pool {FIRST_POOL}": FEW}


def test_a_pool_goes_with_its_total_unless_another_goes_on_under_its_name(database: Database) -> None:
    gone = NOW - timedelta(days=20)
    pools = [pool(101, gone_at=gone, name="etl"), pool(102, gone_at=gone), pool(103, name="etl")]
    furnish(database, slot(NOW, pool=103), pools=tuple(pools))
    anyio.run(put, database, PICKUP_TOTALS, *({"pool": id, **values_of(FEW)} for id in (101, 102, 103)))
    assert pruned(database, dry_run=True) == pruned(database)
    assert [row["id"] for row in anyio.run(rows_of, database, POOLS)] == [101, 103]
    assert anyio.run(pickup_totals, database, API_URL) == {"etl": FEW + FEW}
