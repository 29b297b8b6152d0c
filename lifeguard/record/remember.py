"""One patrol into the history: a single transaction, so that a patrol is remembered whole or not at all.

Patrols of one server take turns at its row. One that is written twice changes nothing the second time; one that began
before another that is written already is kept as superseded and changes nothing either.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import Server, seconds
from lifeguard.findings import Finding
from lifeguard.incidents import Change, ChangeKind, Changes, grouped_changes
from lifeguard.judgement import Judgement
from lifeguard.policy import Policy
from lifeguard.record.database import Database, writing
from lifeguard.record.incident_rows import forget, identified, incident_of, live_incidents, storable, tell, write
from lifeguard.record.ledger import advance
from lifeguard.record.pickup_rows import write_starts
from lifeguard.record.readings import write_readings
from lifeguard.record.sight import sight_of
from lifeguard.record.tables import CHANGES, INCIDENTS, PATROLS, SERVERS
from lifeguard.record.turns import Turn, take_turn
from lifeguard.snapshot import Missing
from lifeguard.starts import CLOCK_WAS_SET_BACK_SECONDS, Starts

UNRECORDED = frozenset({"history-unavailable"})
"""What cannot be an incident: while it holds there is nothing to write it into."""


async def remember(database: Database, judgement: Judgement, patrol_id: str, starts: Starts | None = None) -> Changes:
    """Write a patrol, what it changes and what began; `patrol_id` is the same when the same patrol is written again.

    Raises `HistoryUnavailable`, and then nothing of it is written.
    """
    async with writing(database) as connection:
        server = await take_turn(connection, server_name(judgement))
        if await _is_written(connection, patrol_id):
            return await _changes_again(connection, server.id, patrol_id)
        is_superseded = _is_superseded(judgement.started_at, server.last_started_at)
        await _write_patrol(connection, server.id, judgement, patrol_id, is_superseded)
        if is_superseded:
            return grouped_changes((), await live_incidents(connection, server.id))
        now = ledger_time(judgement.started_at, server)
        changes = await _write_look(connection, server.id, judgement, patrol_id, now)
        if starts:
            await write_starts(connection, server, starts)
        return changes


def server_name(judgement: Judgement) -> str:
    """Under what name the history keeps the server of a judgement."""
    return name_of_server(judgement.policy, judgement.snapshot.server)


def name_of_server(policy: Policy, server: Server) -> str:
    """Under what name the history keeps a server: as the policy says, or its address."""
    return policy.server_name or server.api_url


async def _write_look(
    connection: AsyncConnection, server_id: int, judgement: Judgement, patrol_id: str, now: datetime
) -> Changes:
    findings = [storable(finding) for finding in judgement.findings if _is_recorded(finding)]
    live = await live_incidents(connection, server_id)
    step = advance(live, findings, sight_of(judgement), judgement.policy, now)
    await forget(connection, step.forgotten)
    await write(connection, server_id, step.written)
    live = await live_incidents(connection, server_id)
    changes = identified(step.changes, live)
    await tell(connection, patrol_id, changes)
    await write_readings(connection, server_id, judgement.pools, saw_all_pools(judgement), now)
    times = {"last_look_at": now, "last_started_at": judgement.started_at}
    await connection.execute(update(SERVERS).where(SERVERS.c.id == server_id).values(times))
    return grouped_changes(changes, live)


def saw_all_pools(judgement: Judgement) -> bool:
    """Whether a pool that is not in this look is not on the server, or not to be looked at."""
    is_listed = not any(missing.what == "work pools" for missing in judgement.snapshot.missing)
    return judgement.snapshot.can_go_on and not judgement.only and is_listed


def _is_recorded(finding: Finding) -> bool:
    return finding.code not in UNRECORDED


def ledger_time(started_at: datetime, server: Turn) -> datetime:
    """When a look was, in a time that never goes back; after the server's clock did, it runs at half speed until then."""
    if server.last_look_at is None or server.last_started_at is None or started_at >= server.last_look_at:
        return started_at
    return server.last_look_at + max(seconds(0), started_at - server.last_started_at) / 2


def _is_superseded(started_at: datetime, last_started_at: datetime | None) -> bool:
    """Whether a look that began later is written already."""
    if last_started_at is None:
        return False
    return last_started_at - seconds(CLOCK_WAS_SET_BACK_SECONDS) < started_at < last_started_at


async def _is_written(connection: AsyncConnection, patrol_id: str) -> bool:
    return (await connection.execute(select(PATROLS.c.id).where(PATROLS.c.id == patrol_id))).first() is not None


async def _changes_again(connection: AsyncConnection, server_id: int, patrol_id: str) -> Changes:
    """What this patrol changed when it was written."""
    question = (
        select(CHANGES.c.kind, CHANGES.c.at.label("changed_at"), INCIDENTS)
        .join(INCIDENTS, INCIDENTS.c.id == CHANGES.c.incident_id)
        .where(CHANGES.c.patrol_id == patrol_id)
        .order_by(CHANGES.c.id)
    )
    rows = (await connection.execute(question)).mappings()
    changes = [Change(ChangeKind(row["kind"]), row["changed_at"], incident_of(row)) for row in rows]
    return grouped_changes(changes, await live_incidents(connection, server_id))


async def _write_patrol(
    connection: AsyncConnection, server_id: int, judgement: Judgement, patrol_id: str, is_superseded: bool
) -> None:
    duration = (judgement.finished_at - judgement.started_at).total_seconds()
    row: dict[str, Any] = {
        "id": patrol_id,
        "server_id": server_id,
        "started_at": judgement.started_at,
        "finished_at": max(judgement.finished_at, judgement.started_at),
        "complete": judgement.is_complete,
        "saw_pools": saw_all_pools(judgement),
        "superseded": is_superseded,
        "missing": [_missing(missing) for missing in judgement.snapshot.missing],
        "api_calls": judgement.snapshot.api_calls,
        "duration_seconds": max(0.0, duration),
    }
    await connection.execute(insert(PATROLS), row)


def _missing(missing: Missing) -> dict[str, Any]:
    return {
        "what": missing.what,
        "work_pool": missing.pool_name,
        "reason": missing.reason,
        "essential": missing.essential,
    }
