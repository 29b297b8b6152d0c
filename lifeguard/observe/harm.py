"""In which order pools are asked about, so that a look that ends early has seen those where it harms most. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lifeguard.facts import Pool, Run
from lifeguard.snapshot import Snapshot

KEPT_FOR_THE_REST = 0.25
"""Of the calls and the time of a look, so much is kept for what follows the workers, which cost a call per pool."""

NEVER = datetime.min.replace(tzinfo=UTC)
READY = "READY"
DUE, NOT_READY, DEMAND, THE_REST = range(4)


def by_harm(pools: Iterable[Pool], snapshot: Snapshot) -> list[Pool]:
    """Those with due runs first, by how many and how old; then those that are not ready, or have runs ahead; then the rest.

    Of pools that are alike, the one that was read longest ago by an earlier look comes first, so that each has its turn.
    """
    due, ahead = _waiting(snapshot)
    return sorted(pools, key=lambda pool: _rank(pool, due[pool.id], ahead[pool.id], snapshot))


def _rank(pool: Pool, due: Sequence[Run], ahead: int, snapshot: Snapshot) -> tuple[int, int, datetime, datetime]:
    known = snapshot.memory.workers.get(pool.id)
    read_at = known.read_at if known else NEVER
    if due:
        return (DUE, -len(due), min(run.due_since or snapshot.taken_at for run in due), read_at)
    if pool.status != READY and not pool.is_paused:
        return (NOT_READY, -ahead, NEVER, read_at)
    return (DEMAND, -ahead, NEVER, read_at) if ahead else (THE_REST, 0, NEVER, read_at)


def _waiting(snapshot: Snapshot) -> tuple[dict[str | None, list[Run]], dict[str | None, int]]:
    """The runs that are due and the number of those that soon will be, by the id of their pool."""
    due, ahead = defaultdict[str | None, list[Run]](list), defaultdict[str | None, int](int)
    for run in snapshot.waiting:
        if run.overdue_seconds(snapshot.taken_at) > 0:
            due[run.pool_id].append(run)
        else:
            ahead[run.pool_id] += 1
    return due, ahead
