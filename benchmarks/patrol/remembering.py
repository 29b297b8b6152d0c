"""How the memory of a patrol reaches the next one: through a history in SQLite, as in the flow of a patrol."""

from benchmarks.patrol import given
from lifeguard.facts import seconds
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe.api import utc_now
from lifeguard.policy import Policy
from lifeguard.record import memory_rows
from lifeguard.record.database import Database, database_at
from lifeguard.record.failures import NoHistoryYet
from lifeguard.spans import Span


async def recall(api_url: str) -> Memory:
    """What the patrols before read and what may still be used; nothing at first."""
    now = utc_now()
    within = Span(now - seconds(Policy().reread_after_seconds), now)
    try:
        return await memory_rows.recall(_history(), api_url, api_url, within)
    except NoHistoryYet:
        return NOTHING_KNOWN


async def memorize(api_url: str, memory: Memory) -> None:
    """Leave it for the next one; only what is new is written."""
    await memory_rows.memorize(_history(), api_url, api_url, memory)


def _history() -> Database:
    return database_at(f"sqlite:///{given.memory_folder()}/history.db", "the benchmark")
