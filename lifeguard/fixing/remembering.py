"""A fix is kept in the history and told to the server; where either fails, it is done all the same, and that is said."""

from collections.abc import Callable, Mapping
from pathlib import Path

from lifeguard.configuration import ConfigurationError
from lifeguard.findings import Finding
from lifeguard.fixes import Fix
from lifeguard.observe.api import Api, CallFailed
from lifeguard.page.remedy_event import tell_fix
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.fix_rows import remember_fix
from lifeguard.record.place import chosen_database

Complain = Callable[[str], None]


async def remembered(
    api: Api,
    server: str,
    fix: Fix,
    finding: Finding,
    environment: Mapping[str, str],
    home: Path,
    complain: Complain,
) -> Fix | None:
    """The fix as the history has it; None where it could not be written. Raises nothing."""
    try:
        database = await chosen_database(api, environment, home, writes=True)
        kept = await remember_fix(database, server, fix)
    except (HistoryUnavailable, ConfigurationError) as failure:
        complain(f"It is done, but not in the history: {failure}")
        kept = None
    try:
        await tell_fix(api, kept or fix, finding)
    except CallFailed as failure:
        complain(
            f"It is done, but no event tells of it: {api.connection.shown_url} did not take it ({failure.reason})."
        )
    return kept
