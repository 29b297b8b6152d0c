"""The metrics of each work pool."""

from collections.abc import Callable, Iterable

from lifeguard.findings import PoolReading, Verdict
from lifeguard.metrics.metric import Kind, Metric, Point
from lifeguard.standing import Standing

POOL = ("work_pool",)


def _of_each(read: Callable[[PoolReading], float | None]) -> Callable[[Standing], Iterable[Point]]:
    def points(standing: Standing) -> Iterable[Point]:
        return [Point((pool.name,), value) for pool in standing.pools if (value := read(pool)) is not None]

    return points


def _oldest_overdue_seconds(pool: PoolReading) -> float | None:
    """Where it is known that nothing is overdue, nothing waits: that is zero, and not unknown."""
    return 0.0 if pool.overdue == 0 else pool.oldest_overdue_seconds


def _verdicts(standing: Standing) -> Iterable[Point]:
    return [Point((pool.name, each.value), pool.verdict is each) for pool in standing.pools for each in Verdict]


def _descriptions(standing: Standing) -> Iterable[Point]:
    for pool in standing.pools:
        yield Point((pool.name, pool.type, str(pool.needs_workers).lower()), 1)


def _pickups(standing: Standing) -> Iterable[Point]:
    present = {pool.name for pool in standing.pools}
    return [Point((name,), pickups) for name, pickups in standing.pickups.items() if name in present]


POOL_METRICS = (
    Metric(
        name="prefect.work_pool.workers.active",
        unit="{worker}",
        help="Live workers of the work pool, by the age of their heartbeats. 0 while runs are overdue: "
        "`prefect worker start --pool NAME`. Absent for pools that need no workers (push, managed, agent).",
        labels=POOL,
        read=_of_each(lambda pool: pool.workers_online if pool.needs_workers else None),
    ),
    Metric(
        name="prefect.work_pool.workers.known",
        unit="{worker}",
        help="Workers of the work pool that the server has a record of, dead ones included. Far above the active ones: "
        "workers die, or old records pile up; see `lifeguard check --pool NAME`.",
        labels=POOL,
        read=_of_each(lambda pool: pool.workers_total if pool.needs_workers else None),
    ),
    Metric(
        name="prefect.work_pool.runs.overdue",
        unit="{run}",
        help="Runs that should have started and have not, whatever their state is named; Late is only a part of them. "
        "Above 0 for minutes: `lifeguard check --pool NAME` says why.",
        labels=POOL,
        read=_of_each(lambda pool: pool.overdue),
    ),
    Metric(
        name="prefect.work_pool.runs.overdue_oldest_age",
        unit="s",
        help="How long ago the oldest overdue run should have started, at the last patrol; 0 where none is overdue. "
        "Alert on this one: it tells a queue that stands still from one that is only long.",
        labels=POOL,
        read=_of_each(_oldest_overdue_seconds),
    ),
    Metric(
        name="prefect.work_pool.runs.pending",
        unit="{run}",
        help="Runs that were claimed and have not begun. Constant for minutes: they may be stuck, "
        "see `lifeguard check --pool NAME`.",
        labels=POOL,
        read=_of_each(lambda pool: pool.pending),
    ),
    Metric(
        name="prefect.work_pool.runs.running",
        unit="{run}",
        help="Runs that are running. At the pool's limit while others are overdue: raise the limit, or wait.",
        labels=POOL,
        read=_of_each(lambda pool: pool.running),
    ),
    Metric(
        name="prefect.work_pool.runs.waiting_for_slot",
        unit="{run}",
        help="Runs that the server sent back for want of a concurrency slot; Prefect never calls them Late. "
        "`lifeguard check --pool NAME` says which limit, and who holds its slots.",
        labels=POOL,
        read=_of_each(lambda pool: pool.waiting_for_slot),
    ),
    Metric(
        name="prefect.work_pool.slots.used",
        unit="{slot}",
        help="Concurrency slots of the work pool in use. Equal to the limit while runs wait: `prefect work-pool slots "
        "NAME` says who holds them.",
        labels=POOL,
        read=_of_each(lambda pool: pool.active_slots),
    ),
    Metric(
        name="prefect.work_pool.slots.limit",
        unit="{slot}",
        help="The concurrency limit of the work pool; absent without one. 0 lets nothing start: "
        "`prefect work-pool set-concurrency-limit NAME N`.",
        labels=POOL,
        read=_of_each(lambda pool: pool.concurrency_limit),
    ),
    Metric(
        name="prefect.work_pool.verdict",
        unit="",
        help="1 for the one verdict that the work pool has, 0 for the others: down (due work cannot run), degraded, "
        "unknown (it could not be looked at), paused, healthy, idle. down: `lifeguard check --pool NAME`.",
        labels=(*POOL, "verdict"),
        read=_verdicts,
    ),
    Metric(
        name="prefect.work_pool.info",
        unit="",
        help="Always 1: the type of the work pool, and whether it needs workers. Join it on work_pool.",
        labels=(*POOL, "type", "needs_workers"),
        read=_descriptions,
    ),
    Metric(
        name="prefect.work_pool.pickup.latency",
        unit="s",
        help="How long runs waited from when they were expected until they began, first attempts only. The share that "
        "waited too long is your service level; rising: add workers or slots.",
        labels=POOL,
        read=_pickups,
        kind=Kind.HISTOGRAM,
    ),
)
