"""The numbers of pools over time: a row when something changes, once an hour, and never for what was not looked at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lifeguard.facts import Pool, Worker
from lifeguard.findings import Verdict
from lifeguard.judgement import Judgement
from lifeguard.record.database import Database
from lifeguard.record.readings import KEYFRAME_SECONDS, VALUES, values_of
from lifeguard.record.tables import POOLS, READINGS
from lifeguard.snapshot import Missing
from tests.builders import NOW, ahead, judgement, pool, run, snapshot, unseen, worker
from tests.record.kept import Rows, rows, write


def look(
    at: float = 0,
    *,
    pools: Sequence[Pool] | None = None,
    workers: Sequence[Worker] | None = None,
    missing: Sequence[Missing] = (),
    only: Sequence[str] = (),
) -> Judgement:
    return judgement(snapshot(pools=pools, workers=workers, missing=missing), at=at, findings=[], only=only)


def written(database: Database, *looks: Judgement) -> None:
    for number, judged in enumerate(looks):
        write(database, judged, str(number))


def times(database: Database) -> list[float]:
    """When readings were written, in seconds after NOW."""
    return [(row["at"] - NOW).total_seconds() for row in rows(database, READINGS, "at")]


def gone(database: Database) -> Rows:
    return rows(database, POOLS, "name", "gone_at")


def test_the_first_look_at_a_pool_writes_its_numbers(database: Database) -> None:
    due = snapshot(pools=[pool(limit=4, active_slots=1)], waiting=[run(overdue=100), run("two", overdue=60)])
    judged = judgement(due, findings=[])
    written(database, judged)
    assert rows(database, READINGS) == [{"pool": 1, "at": NOW, **values_of(judged.pools[0])}]
    assert {name for name in VALUES if getattr(judged.pools[0], name) is not None} == set(VALUES)


def test_a_pool_is_described_once(database: Database) -> None:
    written(database, look(), look(60))
    assert rows(database, POOLS) == [
        {
            "id": 1,
            "server_id": 1,
            "pool_id": "pool-etl",
            "name": "etl",
            "type": "process",
            "needs_workers": True,
            "last_reading_at": NOW,
            "gone_at": None,
        }
    ]


def test_what_did_not_change_is_not_written_again(database: Database) -> None:
    written(database, look(), look(60), look(120))
    assert times(database) == [0]


def test_a_number_that_changed_is_written(database: Database) -> None:
    two = [worker("one"), worker("two")]
    written(database, look(), look(60, workers=two), look(120, workers=two), look(180))
    assert times(database) == [0, 60, 180]
    assert [row["workers_online"] for row in rows(database, READINGS)] == [1, 2, 1]


def test_a_change_of_any_value_is_written(database: Database) -> None:
    other: dict[str, Any] = {"verdict": Verdict.DOWN, "has_demand": True, "oldest_overdue_since": NOW}
    looks = [look()]
    for number, name in enumerate(VALUES, 1):
        changed = replace(looks[-1].pools[0], **{name: other.get(name, 77)})
        looks.append(replace(look(number), pools=(changed,)))
    written(database, *looks, replace(look(99), pools=looks[-1].pools))
    assert times(database) == list(range(len(VALUES) + 1))


def test_an_unchanged_pool_is_written_once_an_hour(database: Database) -> None:
    written(database, *(look(at) for at in (0, KEYFRAME_SECONDS - 1, KEYFRAME_SECONDS, KEYFRAME_SECONDS + 60)))
    assert times(database) == [0, KEYFRAME_SECONDS]


def test_the_hour_counts_from_the_last_change(database: Database) -> None:
    two = [worker("one"), worker("two")]
    later = [look(at, workers=two) for at in (1800, 3600, 5399, 5400)]
    written(database, look(), *later)
    assert times(database) == [0, 1800, 5400]


def test_not_to_have_seen_is_a_value(database: Database) -> None:
    blind = look(60, missing=[unseen("workers", "etl")])
    written(database, look(), blind, look(120))
    assert [row["workers_online"] for row in rows(database, READINGS)] == [1, None, 1]
    assert [row["verdict"] for row in rows(database, READINGS)] == ["healthy", "unknown", "healthy"]


def test_not_to_have_seen_is_not_zero(database: Database) -> None:
    unknown = replace(look().pools[0], overdue=None)
    written(database, look(), replace(look(60), pools=(unknown,)), look(120))
    assert [row["overdue"] for row in rows(database, READINGS)] == [0, None, 0]


def test_only_the_pool_that_changed_gets_a_row(database: Database) -> None:
    both = [pool(), pool("ml")]
    changed = [pool(), pool("ml", limit=5)]
    written(database, look(pools=both), look(60, pools=changed))
    assert [tuple(row.values()) for row in rows(database, READINGS, "pool", "concurrency_limit")] == [
        (1, None),
        (2, None),
        (2, 5),
    ]


def test_a_limit_may_be_as_large_as_people_write_it(database: Database) -> None:
    written(database, look(pools=[pool(limit=10**12, active_slots=10**12)]))
    assert rows(database, READINGS, "concurrency_limit") == [{"concurrency_limit": 10**12}]


def test_a_pool_points_to_its_newest_reading(database: Database) -> None:
    written(database, look(), look(60, pools=[pool(limit=5)]), look(120, pools=[pool(limit=5)]))
    assert rows(database, POOLS, "last_reading_at") == [{"last_reading_at": ahead(60)}]


def test_a_pool_that_was_deleted_is_gone_since_then(database: Database) -> None:
    written(database, look(pools=[pool(), pool("ml")]), look(60), look(120))
    assert gone(database) == [{"name": "etl", "gone_at": None}, {"name": "ml", "gone_at": ahead(60)}]


def test_a_pool_that_comes_back_is_no_longer_gone(database: Database) -> None:
    both = [pool(), pool("ml")]
    written(database, look(pools=both), look(60), look(120, pools=both))
    assert gone(database) == [{"name": "etl", "gone_at": None}, {"name": "ml", "gone_at": None}]


def test_a_pool_that_comes_back_changed_is_written(database: Database) -> None:
    written(database, look(pools=[pool(), pool("ml")]), look(60), look(120, pools=[pool(), pool("ml", limit=1)]))
    assert [tuple(row.values()) for row in rows(database, READINGS, "pool", "at")] == [
        (1, NOW),
        (2, NOW),
        (2, ahead(120)),
    ]


def test_a_look_at_some_pools_marks_nobody_gone(database: Database) -> None:
    written(database, look(pools=[pool(), pool("ml")]), look(60, only=["etl"]))
    assert gone(database) == [{"name": "etl", "gone_at": None}, {"name": "ml", "gone_at": None}]


def test_pools_that_could_not_be_listed_are_not_gone(database: Database) -> None:
    written(database, look(), look(60, pools=[], missing=[unseen("work pools")]))
    assert gone(database) == [{"name": "etl", "gone_at": None}]


def test_a_pool_that_changes_its_type_is_described_anew(database: Database) -> None:
    written(database, look(), look(60, pools=[pool(type="cloud-run:push")]))
    described = rows(database, POOLS, "pool_id", "type", "needs_workers")
    assert described == [{"pool_id": "pool-etl", "type": "cloud-run:push", "needs_workers": False}]


def test_a_look_that_is_superseded_writes_no_reading(database: Database) -> None:
    written(database, look(60), look(0, pools=[pool(limit=5)]))
    assert times(database) == [60]


def test_two_looks_of_the_same_moment_make_one_reading(database: Database) -> None:
    written(database, look(), look(0, pools=[pool(limit=5)]), look(60, pools=[pool(limit=5)]))
    assert times(database) == [0, 60]
