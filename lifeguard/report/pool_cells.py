"""One row per work pool, as the artifacts show it: what matters first, and short."""

from lifeguard.durations import short
from lifeguard.escaping import markdown_link, shortened
from lifeguard.findings import PoolReading, Verdict
from lifeguard.report import phrases
from lifeguard.report.artifact import pool_key, to_artifact, to_pool
from lifeguard.report.incident_markdown import LONGEST_NAME

SIGN = {
    Verdict.DOWN: "🔴",
    Verdict.DEGRADED: "🟠",
    Verdict.UNKNOWN: "⚪",
    Verdict.PAUSED: "⏸️",
    Verdict.HEALTHY: "🟢",
    Verdict.IDLE: "⚫",
}
COLUMNS = ("Verdict", "Work pool", "Workers", "Overdue", "Oldest", "Slots", "")


def cells(pool: PoolReading, pages: frozenset[str]) -> tuple[str, ...]:
    """The cells in the order of `COLUMNS`, escaped for markdown; the last leads to the pool's own page, if it has one."""
    key = pool_key(pool.name)
    return (
        f"{SIGN[pool.verdict]} {pool.verdict}",
        markdown_link(shortened(pool.name, LONGEST_NAME), to_pool(pool.name)),
        phrases.workers(pool),
        phrases.number(pool.overdue),
        short(pool.oldest_overdue_seconds) if pool.oldest_overdue_seconds else "",
        phrases.slots(pool),
        markdown_link("24 hours", to_artifact(key)) if key in pages else "",
    )
