"""What will not go well although it can be installed: one sentence each, with the way out. Nothing is asked here."""

import re
from collections.abc import Sequence
from typing import Any, cast

from lifeguard.configuration import DATABASE_VARIABLE
from lifeguard.escaping import visible
from lifeguard.facts import Pool, Server
from lifeguard.installing.pool_choice import runs_in_containers
from lifeguard.installing.project import Declared
from lifeguard.installing.survey import Survey

TELLS_SLOTS_SINCE = (3, 6, 23)
"""The first version whose server tells the slots in use of pools and queues (PrefectHQ/prefect#21149)."""
NUMBERS = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def caveats(seen: Survey, name: str, type: str, *, has_database: bool) -> list[str]:
    """Everything there is to warn of for a pool of this name and type."""
    pool = Pool(name, name, type)
    possible = (
        _never_runs(pool, seen.server),
        _too_old(seen.server),
        _forgets(pool, seen.declared, has_database),
        _dies_with_its_worker(pool, seen),
    )
    return [sentence for sentence in possible if sentence]


def _never_runs(pool: Pool, server: Server) -> str | None:
    if server.is_cloud or not pool.is_workerless:
        return None
    return (
        f"Nothing will ever run on {_named(pool)}: only Prefect Cloud runs work pools of the type {visible(pool.type)}. Give "
        "the name of a pool that workers serve, or run `lifeguard up`."
    )


def _too_old(server: Server) -> str | None:
    told = NUMBERS.match(server.version or "")
    if told is None or tuple(map(int, told.groups())) >= TELLS_SLOTS_SINCE:
        return None
    return (
        f"The server is Prefect {visible(server.version or '')}: before {'.'.join(map(str, TELLS_SLOTS_SINCE))} it does not "
        "tell the slots in use, and active runs are counted instead. Upgrade it."
    )


def _forgets(pool: Pool, declared: Sequence[Declared], has_database: bool) -> str | None:
    if has_database or not runs_in_containers(pool.type) or any(map(_names_a_database, declared)):
        return None
    return (
        f"Runs on {_named(pool)} end with their container ({visible(pool.type)}), and the history is a file in it: save the "
        "address of a PostgreSQL as a block secret/NAME, then install again with --database-block secret/NAME."
    )


def _names_a_database(declared: Declared) -> bool:
    pool = cast(dict[str, Any], declared.row.get("work_pool") or {})
    variables = cast(dict[str, Any], pool.get("job_variables") or {})
    return DATABASE_VARIABLE in (variables.get("env") or {})


def _dies_with_its_worker(pool: Pool, seen: Survey) -> str | None:
    if not pool.needs_workers or seen.other_patrols:
        return None
    alone = f"The patrol runs on {_named(pool)}, which it watches alone: when the last worker there dies, so does the patrol"
    if seen.arming.armed:
        return f"{alone}, and only the rules about silence page. `lifeguard up` depends on no worker."
    return f"{alone}, and nobody is paged."


def _named(pool: Pool) -> str:
    return repr(visible(pool.name))
