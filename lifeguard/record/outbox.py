"""What is still to be told: the changes of incidents that nobody has heard of, and the pages that have not arrived.

A patrol holds its round in one transaction: what it decides is written before anything is posted, so that one that is
killed in between leaves the next one the same events to post, under the same ids.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.facts import seconds
from lifeguard.incidents import Change, ChangeKind
from lifeguard.pages import Fate, Outbox, Page, Round, Standing
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.failures import NoHistoryYet
from lifeguard.record.incident_rows import change_row, incident_of
from lifeguard.record.page_rows import told_by, unsettled, with_change, write_pages, write_reminders
from lifeguard.record.tables import CHANGES, INCIDENTS, PAGES, SERVERS
from lifeguard.record.turns import take_turn

TOLD_AT_ONCE = 2_500
NEWS_FOR_SECONDS = 86_400.0
"""What nobody could be told for a day, and is over, is no news any more: the history has it."""

Decide = Callable[[Outbox], Round]


async def hold_round(database: Database, server: str, patrol_id: str, now: datetime, decide: Decide) -> Outbox:
    """Read the outbox, let `decide` say what is to happen, write that; the outbox afterwards.

    Raises `HistoryUnavailable`, and then nothing was written.
    """
    async with writing(database) as connection:
        server_id = (await take_turn(connection, server)).id
        decided = decide(await _outbox(connection, server_id, now))
        await _write(connection, patrol_id, decided)
        untold, pages = await _untold(connection, server_id, now), await unsettled(connection, server_id)
        return Outbox(untold=tuple(untold), pages=tuple(pages))


async def pages_of(database: Database, server: str) -> list[Page]:
    """Every page that is not settled. Raises `HistoryUnavailable`, but not where there is no history yet."""
    try:
        async with reading(database) as connection:
            own = await connection.execute(select(SERVERS.c.id).where(SERVERS.c.name == server))
            server_id = own.scalar()
            return [] if server_id is None else await unsettled(connection, server_id)
    except NoHistoryYet:
        return []


async def write_fates(database: Database, pages: Iterable[Page]) -> None:
    """Remember what became of pages. Raises `HistoryUnavailable`."""
    written = list(pages)
    if written:
        async with writing(database) as connection:
            await write_pages(connection, written)


async def mark_told(database: Database, changes: Iterable[Change], pages: Iterable[Page], now: datetime) -> None:
    """Remember that the server took these. Raises `HistoryUnavailable`; then they are posted again under the same ids."""
    ids = [change.id for change in changes if change.id is not None]
    posted = [replace(page, posted_at=now) for page in pages]
    if not ids and not posted:
        return
    async with writing(database) as connection:
        await connection.execute(update(CHANGES).where(CHANGES.c.id.in_(ids)).values(told_at=now))
        await write_pages(connection, posted)


async def _write(connection: AsyncConnection, patrol_id: str, decided: Round) -> None:
    rows = [change_row(change, patrol_id) for change in decided.reminders]
    ids = await write_reminders(connection, rows)
    by_key = dict(zip((change.key for change in decided.reminders), ids, strict=True))
    await write_pages(connection, [with_change(page, by_key) for page in decided.pages])


async def _outbox(connection: AsyncConnection, server_id: int, now: datetime) -> Outbox:
    untold = await _untold(connection, server_id, now)
    return Outbox(
        untold=tuple(untold),
        pages=tuple(await unsettled(connection, server_id)),
        standing=tuple(await _standing(connection, server_id)),
        audience=await _audience(connection, {change.incident.id for change in untold if change.incident.id}),
    )


async def _untold(connection: AsyncConnection, server_id: int, now: datetime) -> list[Change]:
    is_news = or_(INCIDENTS.c.resolved_at.is_(None), CHANGES.c.at > now - seconds(NEWS_FOR_SECONDS))
    question = (
        select(*(column.label(f"change_{column.name}") for column in CHANGES.c), INCIDENTS)
        .join(INCIDENTS, INCIDENTS.c.id == CHANGES.c.incident_id)
        .where(and_(CHANGES.c.told_at.is_(None), INCIDENTS.c.server_id == server_id, is_news))
        .order_by(CHANGES.c.id)
        .limit(TOLD_AT_ONCE)
    )
    return [told_by("change_", row) for row in (await connection.execute(question)).mappings()]


async def _standing(connection: AsyncConnection, server_id: int) -> Sequence[Standing]:
    """Every open incident, with when each pager last heard of it."""
    is_open = and_(
        INCIDENTS.c.server_id == server_id, INCIDENTS.c.opened_at.is_not(None), INCIDENTS.c.resolved_at.is_(None)
    )
    own = select(INCIDENTS, CHANGES.c.caused_by.label("opened_under")).where(is_open)
    opening = and_(CHANGES.c.incident_id == INCIDENTS.c.id, CHANGES.c.kind == ChangeKind.OPENED.value)
    rows = (await connection.execute(own.outerjoin(CHANGES, opening).order_by(INCIDENTS.c.id))).mappings().all()
    last = func.max(func.coalesce(PAGES.c.posted_at, PAGES.c.due_at), type_=PAGES.c.due_at.type)
    question = (
        select(INCIDENTS.c.id, PAGES.c.pager, last)
        .join(CHANGES, CHANGES.c.incident_id == INCIDENTS.c.id)
        .join(PAGES, PAGES.c.change_id == CHANGES.c.id)
        .where(is_open)
        .group_by(INCIDENTS.c.id, PAGES.c.pager)
    )
    heard: dict[int, dict[str, datetime]] = {}
    for incident_id, pager, at in await connection.execute(question):
        heard.setdefault(incident_id, {})[pager] = at
    return [Standing(incident_of(row), heard.get(row["id"], {}), row["opened_under"]) for row in rows]


async def _audience(connection: AsyncConnection, incidents: set[int]) -> dict[int, frozenset[str]]:
    """Who was to hear of these incidents before."""
    question = (
        select(CHANGES.c.incident_id, PAGES.c.pager)
        .join(PAGES, PAGES.c.change_id == CHANGES.c.id)
        .where(CHANGES.c.incident_id.in_(incidents), PAGES.c.fate != Fate.DROPPED.value)
        .distinct()
    )
    found: dict[int, frozenset[str]] = {}
    for incident_id, pager in await connection.execute(question):
        found[incident_id] = found.get(incident_id, frozenset()) | {pager}
    return found
