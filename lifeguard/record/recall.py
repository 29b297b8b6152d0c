"""What the patrols before left for this one, and what it leaves for the next.

Without it a patrol asks everything, so that nothing that fails here fails a patrol; what is wrong with the history is said
by `keep`.
"""

from collections.abc import Mapping
from pathlib import Path

from lifeguard.judgement import Judgement
from lifeguard.memory import NOTHING_KNOWN, Memory
from lifeguard.observe.api import Api
from lifeguard.policy import Policy
from lifeguard.record.database import Database
from lifeguard.record.memory_rows import memorize, recall
from lifeguard.record.place import chosen_database
from lifeguard.record.remember import name_of_server, server_name
from lifeguard.snapshot import Snapshot
from lifeguard.spans import Span


async def choose(api: Api, environment: Mapping[str, str], prefect_home: Path) -> Database | None:
    """The database of this patrol; None where it cannot be told, which `keep` finds out again."""
    try:
        return await chosen_database(api, environment, prefect_home, writes=True)
    except Exception:
        return None


async def recalled(database: Database | None, snapshot: Snapshot, policy: Policy, within: Span) -> Memory:
    """What patrols of this server and address read within a time; nothing where the history cannot be read."""
    if database is None or within.start == within.end:
        return NOTHING_KNOWN
    name, api_url = name_of_server(policy, snapshot.server), snapshot.server.api_url
    try:
        return await recall(database, name, api_url, within)
    except Exception:
        return NOTHING_KNOWN


async def leave_for_the_next(database: Database | None, judgement: Judgement) -> None:
    """Write what this patrol read and the next one need not ask; raises `HistoryUnavailable`, and nothing is written.

    A look at some pools, or in parts, leaves nothing, and what was left before stays.
    """
    if database and judgement.policy.reread_after_seconds > 0:
        address = judgement.snapshot.server.api_url
        await memorize(database, server_name(judgement), address, judgement.snapshot.memory)
