"""What several parts saw, as one picture; and what it is to lose one of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import Any, cast

from lifeguard.facts import Run
from lifeguard.parts.share import Share
from lifeguard.snapshot import WORKERS_AND_RUNS, Missing, Snapshot

LOOKED_AT_IN_PARTS = ("pools", "queues")
"""What the parts were given, and give back as they found it: a pool that was deleted meanwhile is not among it."""

OF_THE_WHOLE = ("prices", "memory")
"""What the patrol's own calls cost, as those of its parts are settled by their number; and its memory, which no part has."""

OF_RUNS = ("waiting", "active", "ended", "cancelling", "paused", "retrying", "interrupted")
NOT_BEGUN = ("waiting", "retrying")
BEGUN = ("active", "paused", "cancelling")


def together(whole: Snapshot, pieces: Sequence[Snapshot]) -> Snapshot:
    """The picture of the whole with what the pieces saw; what only the whole tells, the server and the time, stays."""
    parted = replace(whole, **dict.fromkeys(LOOKED_AT_IN_PARTS, ()))
    names = [each.name for each in fields(Snapshot) if each.name not in OF_THE_WHOLE]
    joined = {name: _joined(name, (parted, *pieces)) for name in names}
    return _without_moved(replace(whole, **{name: value for name, value in joined.items() if value is not None}))


def lost(share: Share, why: str) -> Snapshot:
    """A piece that saw nothing: its pools are there, and nothing is known of them."""
    reason = f"{share.name} was lost: {why}"
    unseen = tuple(Missing(WORKERS_AND_RUNS, reason, pool.id, pool.name) for pool in share.picture.pools)
    return replace(share.picture, missing=unseen)


def _joined(name: str, pieces: Sequence[Snapshot]) -> Any:
    """One field of all pieces by what it is made of; None for what is the whole's own."""
    values: list[Any] = [getattr(piece, name) for piece in pieces]
    match values[0]:
        case tuple():
            return _each_once(name, chain.from_iterable(values))
        case frozenset():
            return frozenset[Any]().union(*values)
        case Mapping():
            return {key: value for each in cast(list[Mapping[Any, Any]], values) for key, value in each.items()}
        case _:
            return None


def _each_once(name: str, things: Iterable[Any]) -> tuple[Any, ...]:
    """A run that was moved from pool to pool may be seen twice; what is missing everywhere is missing once."""
    if name in OF_RUNS:
        return tuple({run.id: run for run in things}.values())
    return tuple(dict.fromkeys(things)) if name == "missing" else tuple(things)


def _without_moved(picture: Snapshot) -> Snapshot:
    """What one part still saw waiting in its pool and another saw begun in its own has begun."""
    begun = {run.id for name in BEGUN for run in _runs(picture, name)}
    return replace(picture, **{name: _but(_runs(picture, name), begun) for name in NOT_BEGUN})


def _runs(picture: Snapshot, name: str) -> tuple[Run, ...]:
    return cast(tuple[Run, ...], getattr(picture, name))


def _but(runs: Iterable[Run], ids: Collection[str]) -> tuple[Run, ...]:
    return tuple(run for run in runs if run.id not in ids)
