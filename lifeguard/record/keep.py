"""A patrol's memory from end to end: find the database, write, and make of every failure a finding. Never raises one."""

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lifeguard.configuration import ConfigurationError
from lifeguard.findings import Finding
from lifeguard.incidents import Changes
from lifeguard.judgement import Judgement, with_finding
from lifeguard.observe.api import Api
from lifeguard.record.containers import CONTAINER_FILES, ephemeral_home
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable, Trouble
from lifeguard.record.new_starts import with_new_starts
from lifeguard.record.own_findings import history_not_durable, history_unavailable
from lifeguard.record.place import chosen_database
from lifeguard.record.remember import remember
from lifeguard.what_changed import WhatChanged

UNRECORDED = Changes(is_recorded=False)

Ask = Callable[[Database, Judgement], Awaitable[Iterable[Finding]]]
"""What the history itself gives reason to say, before the patrol is written into it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The judgement with what is to be said of the history itself, and what the patrol changed in the ledger.

    `database` is None where nothing could be written. `what_changed` is known by fingerprint, of what opened just now.
    """

    judgement: Judgement
    changes: Changes = UNRECORDED
    database: Database | None = None
    what_changed: Mapping[str, WhatChanged] = field(default_factory=dict[str, WhatChanged])


async def keep(
    api: Api,
    judgement: Judgement,
    patrol_id: str,
    environment: Mapping[str, str],
    prefect_home: Path,
    ask: Ask | None = None,
    chosen: Database | None = None,
) -> Kept:
    """Write a patrol into the history, with what `ask` finds there; where that fails, the failure is one more finding.

    `chosen` is the database that the patrol has chosen already.
    """
    try:
        database = chosen or await chosen_database(api, environment, prefect_home, writes=True)
        platform = lost_with(database, environment)
        if platform:
            judgement = with_finding(judgement, history_not_durable(platform))
        for finding in await ask(database, judgement) if ask else ():
            judgement = with_finding(judgement, finding)
        judgement, starts = await with_new_starts(api, database, judgement)
        return Kept(judgement, await remember(database, judgement, patrol_id, starts), database)
    except Exception as error:
        return Kept(with_finding(judgement, history_unavailable(_as_unavailable(error))))


def _as_unavailable(error: Exception) -> HistoryUnavailable:
    match error:
        case HistoryUnavailable():
            return error
        case ConfigurationError():
            trouble = Trouble(str(error).rstrip("."), "then `lifeguard db status`")
            return HistoryUnavailable("no database", trouble)
        case _:
            trouble = Trouble(f"Lifeguard failed to write it ({type(error).__name__})", "report it with this name")
            return HistoryUnavailable("its database", trouble)


def lost_with(database: Database, environment: Mapping[str, str]) -> str | None:
    """The platform with whose container the default file is lost; None for a named database or a mounted volume.

    A file that is there already has outlived a run: the container is that of a worker, not of a run.
    """
    if not database.is_default or database.file is None or database.file.exists() or _is_mounted(database.file):
        return None
    return ephemeral_home(environment, any(Path(file).exists() for file in CONTAINER_FILES))


def _is_mounted(file: Path) -> bool:
    """Whether the file lies, or would lie, on another device than the root of the container."""
    nearest = next(folder for folder in file.parents if folder.exists())
    return os.stat(nearest).st_dev != os.stat("/").st_dev
