"""Starts in the history, on SQLite and on PostgreSQL: each is counted once, whatever patrols do."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.judgement import Judgement
from lifeguard.pickups import Pickups
from lifeguard.record.database import Database
from lifeguard.record.pickup_queries import (
    PickupSlot,
    pickup_series,
    pickup_totals,
    pickups_of_pools,
    starts_counted_until,
)
from lifeguard.record.remember import remember
from lifeguard.record.tables import PICKUP_TOTALS, PICKUPS, SERVERS
from lifeguard.spans import Span
from lifeguard.starts import Start, Starts
from tests.builders import API_URL, NOW, ago, ahead, judgement, pool, snapshot
from tests.record.kept import everything, rows, sql

WINDOW = Span(ago(3600), ahead(3600))
HOSTILE = 'it\'s "etl" | `x` {{y}} 🛟'


def look(at: float = 0, *pools: str) -> Judgement:
    return judgement(snapshot(pools=[pool(name) for name in pools or ("etl", "ml")]), at=at, findings=[])


def began(*waits: float, at: float = 0, pool: str = "etl") -> list[Start]:
    return [Start(f"pool-{pool}", ahead(at), wait) for wait in waits]


def starts(runs: Sequence[Start], after: datetime | None = None, until: float = 30) -> Starts:
    return Starts(after, Span(after or ago(3600), ahead(until)), tuple(runs))


def write(database: Database, judged: Judgement, id: str, found: Starts | None = None) -> None:
    anyio.run(remember, database, judged, id, found)


def waits(database: Database, window: Span = WINDOW) -> dict[str, Pickups]:
    return anyio.run(pickups_of_pools, database, API_URL, window)


def totals(database: Database) -> dict[str, int]:
    return {name: pickups.runs for name, pickups in anyio.run(pickup_totals, database, API_URL).items()}


def mark(database: Database) -> datetime | None:
    return anyio.run(starts_counted_until, database, API_URL)


def test_what_began_is_kept_by_pool(database: Database) -> None:
    write(database, look(), "1", starts([*began(3, 200), *began(7, pool="ml")]))
    assert waits(database) == {"etl": Pickups.of([3, 200]), "ml": Pickups.of([7])}
    assert mark(database) == ahead(30)


def test_later_starts_are_added_to_their_slot(database: Database) -> None:
    write(database, look(), "1", starts(began(3)))
    write(database, look(60), "2", starts([*began(5, at=40), *began(7, at=301)], ahead(30), 310))
    series = anyio.run(pickup_series, database, API_URL, WINDOW, "etl")
    assert series == [
        PickupSlot("etl", NOW, 300, Pickups.of([3, 5])),
        PickupSlot("etl", ahead(300), 300, Pickups.of([7])),
    ]
    assert totals(database) == {"etl": 3, "ml": 0}


def test_a_patrol_that_is_written_twice_counts_once(database: Database) -> None:
    for _ in range(2):
        write(database, look(), "1", starts(began(3, 4)))
    assert totals(database)["etl"] == 2


def test_of_two_patrols_that_saw_the_same_starts_one_counts_them(database: Database) -> None:
    write(database, look(), "1", starts(began(3, 4)))
    write(database, look(1), "2", starts(began(3, 4), until=31))
    assert (totals(database)["etl"], mark(database)) == (2, ahead(30))


def test_a_patrol_that_is_superseded_leaves_its_starts_to_the_next(database: Database) -> None:
    write(database, look(60), "newer")
    write(database, look(0), "older", starts(began(3)))
    assert (totals(database)["etl"], mark(database)) == (0, None)


def test_a_patrol_that_could_not_look_moves_no_mark(database: Database) -> None:
    write(database, look(), "1", starts(began(3)))
    write(database, look(60), "2", None)
    assert mark(database) == ahead(30)


def test_starts_on_a_pool_that_is_gone_are_left_out(database: Database) -> None:
    write(database, look(), "1", starts([*began(3), *began(5, pool="deleted")]))
    assert waits(database) == {"etl": Pickups.of([3])}


def test_nothing_is_counted_when_the_patrol_is_not_written(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    write(database, look(), "1")
    before = everything(database)

    async def fails(*_: Any) -> None:
        raise OSError("the machine went away")

    monkeypatch.setattr("lifeguard.record.pickup_rows._there", fails)
    with pytest.raises(Exception, match="cannot be used"):
        write(database, look(60), "2", starts(began(3)))
    assert everything(database) == before


def test_a_slot_counts_for_the_window_in_which_it_begins(database: Database) -> None:
    write(database, look(), "1", starts([*began(3), *began(5, at=300)], until=600))
    assert waits(database, Span(NOW, ahead(300))) == {"etl": Pickups.of([3])}
    assert waits(database, Span(ahead(1), ahead(301))) == {"etl": Pickups.of([5])}


def test_a_name_may_hold_anything(database: Database) -> None:
    write(database, look(0, HOSTILE), "1", starts(began(3, pool=HOSTILE)))
    assert (list(waits(database)), totals(database)) == ([HOSTILE], {HOSTILE: 1})


def test_the_total_of_a_pool_that_was_made_again_goes_on(database: Database) -> None:
    write(database, look(), "1", starts(began(3)))
    sql(
        database, "UPDATE lifeguard_pools SET pool_id = 'the first', gone_at = '2026-11-22 12:00:30' WHERE name = 'etl'"
    )
    write(database, look(60), "2", starts(began(5, at=40), ahead(30), 60))
    assert totals(database) == {"etl": 2, "ml": 0}


def test_a_pool_that_is_gone_has_no_total(database: Database) -> None:
    write(database, look(), "1", starts(began(3)))
    write(database, look(60, "ml"), "2")
    assert totals(database) == {"ml": 0}


def test_thousands_of_pools_fit_into_one_patrol(database: Database) -> None:
    names = [f"pool {number}" for number in range(1500)]
    for id, at, after in (("1", 0, None), ("2", 60, ahead(30))):
        found = [start for name in names for start in began(3, at=at, pool=name)]
        write(database, look(at, *names), id, starts(found, after, at + 30))
    assert set(totals(database).values()) == {2}
    assert {len(rows(database, table)) for table in (PICKUPS, PICKUP_TOTALS)} == {1500}


@pytest.mark.parametrize("question", [pickup_totals, starts_counted_until])
def test_a_server_that_the_history_does_not_know_is_named(
    database: Database, question: Callable[[Database, str], Any]
) -> None:
    write(database, look(), "1", starts(began(3)))
    with pytest.raises(ConfigurationError, match="There is nothing about elsewhere in the history; it knows http"):
        anyio.run(question, database, "elsewhere")
    assert len(rows(database, SERVERS)) == 1


def test_old_times_stay_aware(database: Database) -> None:
    write(database, look(), "1", starts(began(3)))
    (slot,) = anyio.run(pickup_series, database, API_URL, WINDOW)
    assert slot.at.utcoffset() == timedelta(0)
