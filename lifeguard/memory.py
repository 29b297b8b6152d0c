"""What earlier looks at the same server read, and when: what need not be asked again while nothing changed. Pure.

A look is given the memory of the one before and leaves its own behind; one that is given none asks everything. Nothing here
is a verdict: what is known of an earlier look is used only where the server tells, in few calls, that it still holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lifeguard.facts import Deployment, Pool, Run, Worker


@dataclass(frozen=True, slots=True)
class KnownWorkers:
    """All workers of a pool as they were read at `read_at`, with the pool as it was listed in that look."""

    pool: Pool
    read_at: datetime
    workers: tuple[Worker, ...]


@dataclass(frozen=True, slots=True)
class KnownRuns:
    """All runs of one list whose time was within [`since`, `until`), as they were read at `read_at`.

    Which list that is, and by which of their times it is ordered, is told by the key under which it is remembered.
    """

    since: datetime
    until: datetime
    read_at: datetime
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class KnownDeployments:
    """Some deployments that were read together at `read_at`."""

    read_at: datetime
    deployments: tuple[Deployment, ...]


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page of the list of all deployments by name, as it was read at `read_at`, and whether it was the last.

    `stopped` are the ids of those on it that made runs by schedule in the last days and make none any more.
    """

    page: int
    read_at: datetime
    stopped: tuple[str, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered: workers by the id of their pool, stretches of each list of runs by its name, deployments, and
    pages of the list of all deployments, each once.

    `taken_at` is the server's clock at the beginning of the look that left it; None where there was none. All its parts are
    immutable and are kept or dropped as they are: whoever stores it writes only what is new.
    """

    taken_at: datetime | None = None
    workers: Mapping[str, KnownWorkers] = field(default_factory=dict[str, KnownWorkers])
    runs: Mapping[str, tuple[KnownRuns, ...]] = field(default_factory=dict[str, tuple[KnownRuns, ...]])
    deployments: tuple[KnownDeployments, ...] = ()
    pages: tuple[KnownPage, ...] = ()


NOTHING_KNOWN = Memory()
"""With it a look asks everything."""
