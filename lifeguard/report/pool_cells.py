"""One row per work pool, as the artifacts show it: what matters first, and short."""

from collections.abc import Mapping

from lifeguard.durations import short
from lifeguard.escaping import shortened, ui_link, ui_text
from lifeguard.findings import PoolReading, Verdict
from lifeguard.report import phrases
from lifeguard.report.artifact import pool_key, to_artifact, to_pool

SIGN = {
    Verdict.DOWN: "🔴",
    Verdict.DEGRADED: "🟠",
    Verdict.UNKNOWN: "⚪",
    Verdict.PAUSED: "⏸️",
    Verdict.HEALTHY: "🟢",
    Verdict.IDLE: "💤",
}
COLUMNS = ("Verdict", "Work pool", "Workers", "Overdue", "Oldest", "Slots")
LONGEST_NAME = 40
"""Cells of a table do not wrap in the older UI, so that a long one pushes the others out of sight."""


def cells(pool: PoolReading) -> tuple[str, ...]:
    """The cells in the order of `COLUMNS`, without a link, which the tables of the newer UI would show as source."""
    return (
        f"{SIGN[pool.verdict]} {pool.verdict}",
        ui_text(shortened(pool.name, LONGEST_NAME)),
        phrases.workers(pool),
        phrases.number(pool.overdue),
        short(pool.oldest_overdue_seconds) if pool.oldest_overdue_seconds else "",
        phrases.slots(pool),
    )


def linked_cells(pool: PoolReading, ids: Mapping[str, str]) -> tuple[str, ...]:
    """The same for markdown, with a link to the pool, and in one more cell to its own page, if it has one."""
    verdict, _, *numbers = cells(pool)
    id = ids.get(pool_key(pool.name))
    page = ui_link("24 h", to_artifact(pool_key(pool.name), id)) if id else ""
    return verdict, ui_link(shortened(pool.name, LONGEST_NAME), to_pool(pool.name)), *numbers, page
