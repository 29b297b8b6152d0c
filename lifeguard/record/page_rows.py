"""Pages as rows, and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from lifeguard.incidents import Change
from lifeguard.pages import ENDS, Fate, Page
from lifeguard.record.incident_rows import change_of, incident_of
from lifeguard.record.tables import CHANGES, INCIDENTS, PAGES

ROW_ID = "row_id"
SETTLED = tuple(fate.value for fate in Fate if fate in ENDS)
PROGRESS = ("due_at", "fate", "attempts", "event_id", "posted_at", "reason", "earlier_ids")
"""The columns that change over the life of a page."""


async def unsettled(connection: AsyncConnection, server_id: int) -> list[Page]:
    """Every page of a server that something is still to be done about, in the order of what it tells."""
    return await _pages(connection, PAGES.c.fate.not_in(SETTLED), INCIDENTS.c.server_id == server_id)


async def pages_about(connection: AsyncConnection, incident_id: int) -> list[Page]:
    """Every page about one incident, in the order of what it tells."""
    return await _pages(connection, INCIDENTS.c.id == incident_id)


async def _pages(connection: AsyncConnection, *conditions: ColumnElement[bool]) -> list[Page]:
    question = (
        select(
            *(column.label(f"page_{column.name}") for column in PAGES.c),
            *(column.label(f"change_{column.name}") for column in CHANGES.c),
            INCIDENTS,
        )
        .join(CHANGES, CHANGES.c.id == PAGES.c.change_id)
        .join(INCIDENTS, INCIDENTS.c.id == CHANGES.c.incident_id)
        .where(*conditions)
        .order_by(CHANGES.c.id, PAGES.c.id)
    )
    return [_page(row) for row in (await connection.execute(question)).mappings()]


async def write_pages(connection: AsyncConnection, pages: Iterable[Page]) -> None:
    """Insert the new ones, unless somebody else has, and bring the others up to date."""
    written = list(pages)
    new = [_row(page) for page in written if page.id is None]
    old = [{**_progress(page), ROW_ID: page.id} for page in written if page.id is not None]
    if new:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        await connection.execute(dialect.insert(PAGES).on_conflict_do_nothing(), new)
    if old:
        changed = update(PAGES).where(PAGES.c.id == bindparam(ROW_ID))
        await connection.execute(changed.values({name: bindparam(name) for name in PROGRESS}), old)


async def write_reminders(connection: AsyncConnection, reminders: Sequence[dict[str, Any]]) -> list[int]:
    """Insert changes that remind of an incident; their ids, in the same order."""
    statement = insert(CHANGES).returning(CHANGES.c.id, sort_by_parameter_order=True)
    return list((await connection.execute(statement, list(reminders))).scalars()) if reminders else []


def told_by(columns: str, row: Mapping[Any, Any]) -> Change:
    """The change of a row whose columns of `lifeguard_changes` begin with `columns`."""
    change = {column.name: row[f"{columns}{column.name}"] for column in CHANGES.c}
    return change_of(change, incident_of(row))


def _page(row: Mapping[Any, Any]) -> Page:
    own = {name: row[f"page_{name}"] for name in PROGRESS}
    own |= {"fate": Fate(own["fate"]), "earlier_ids": tuple(own["earlier_ids"])}
    return Page(told_by("change_", row), row["page_pager"], id=row["page_id"], **own)


def _row(page: Page) -> dict[str, Any]:
    return {"change_id": page.change.id, "pager": page.pager, **_progress(page)}


def _progress(page: Page) -> dict[str, Any]:
    values = {name: getattr(page, name) for name in PROGRESS}
    return {**values, "fate": page.fate.value, "earlier_ids": list(page.earlier_ids)}


def with_change(page: Page, ids: Mapping[str, int]) -> Page:
    """The page of a change that was written just now, by the key of that change."""
    if page.change.id is not None:
        return page
    return replace(page, change=replace(page.change, id=ids[page.change.key]))
