"""Where not every pool can be asked about, the most harmful come first."""

from dataclasses import replace

from lifeguard.facts import Pool
from lifeguard.memory import KnownWorkers, Memory
from lifeguard.observe.harm import by_harm
from lifeguard.snapshot import Snapshot
from tests.builders import ago, pool, run, snapshot


def names(seen: Snapshot) -> list[str]:
    return [each.name for each in by_harm(seen.pools, seen)]


def estate(*pools: Pool, **due_runs: tuple[int, float]) -> Snapshot:
    """Pools, and by the name of each how many runs are overdue by how long; below zero they are ahead."""
    waiting = [
        run(f"{name}-{number}", name, overdue=overdue)
        for name, (runs, overdue) in due_runs.items()
        for number in range(runs)
    ]
    return snapshot(pools=list(pools), waiting=waiting)


def test_due_runs_come_before_a_status_that_is_not_ready_and_that_before_demand() -> None:
    pools = [pool("quiet"), pool("soon"), pool("dead", status="NOT_READY"), pool("late")]
    assert names(estate(*pools, soon=(3, -60), late=(1, 60))) == ["late", "dead", "soon", "quiet"]


def test_many_due_runs_come_before_few_and_old_ones_before_young_ones() -> None:
    pools = [pool("few"), pool("young"), pool("old"), pool("many")]
    seen = estate(*pools, few=(1, 9000), young=(2, 60), old=(2, 600), many=(3, 30))
    assert names(seen) == ["many", "old", "young", "few"]


def test_a_pause_is_wanted_and_comes_last_unless_runs_wait_for_it() -> None:
    paused, waited_for = pool("paused", status="PAUSED", is_paused=True), pool("asked", status="PAUSED", is_paused=True)
    assert names(estate(paused, pool("soon"), waited_for, soon=(1, -60), asked=(1, 60))) == ["asked", "soon", "paused"]


def test_of_pools_that_are_alike_the_one_read_longest_ago_has_its_turn() -> None:
    pools = [pool("lately"), pool("earlier"), pool("never")]
    read = {each.id: KnownWorkers(each, ago(seconds), ()) for each, seconds in zip(pools, (60, 600), strict=False)}
    assert names(replace(estate(*pools), memory=Memory(workers=read))) == ["never", "earlier", "lately"]
