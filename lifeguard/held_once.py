"""Text that many facts share, held once in memory: 50,000 runs are in few pools, and of few deployments. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import overload

from lifeguard.facts import Run


@overload
def once(text: str) -> str: ...
@overload
def once(text: str | None) -> str | None: ...
def once(text: str | None) -> str | None:
    """The same text, as it is held already."""
    return intern(text) if text is not None else None


def tags_once(tags: Iterable[str]) -> frozenset[str]:
    """The same tags, as they are held already."""
    return _tags(tuple(sorted(tags)))


@lru_cache(maxsize=1_000)
def _tags(tags: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(intern, tags))


def run_once(run: Run) -> Run:
    """The same run, whose text and time zone are not its own: one that was read from JSON has each of them for itself."""
    return replace(
        run,
        state_type=once(run.state_type),
        state_name=once(run.state_name),
        state_since=_utc(run.state_since),
        expected_start=_utc(run.expected_start),
        next_start=_utc(run.next_start),
        started=_utc(run.started),
        ended=_utc(run.ended),
        deployment_id=once(run.deployment_id),
        pool_id=once(run.pool_id),
        pool_name=once(run.pool_name),
        queue_id=once(run.queue_id),
        queue_name=once(run.queue_name),
        worker_name=once(run.worker_name),
        retry_type=once(run.retry_type),
        tags=tags_once(run.tags),
    )


def _utc(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC) if time else None
