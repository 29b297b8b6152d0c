"""From the history to the digest: read what the days came to, ask the server of whom the runs were, and write one page."""

from dataclasses import dataclass
from datetime import datetime

from lifeguard.configuration import ConfigurationError
from lifeguard.digest import Digest, Waits, held_up, windows, worst
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.held_runs import RUNS_ASKED, waits_of_runs
from lifeguard.record.database import Database
from lifeguard.record.failures import NoHistoryYet
from lifeguard.record.pickup_queries import pickups_of_pools
from lifeguard.record.pool_comings import pools_that_came_and_went
from lifeguard.record.queries import read_history
from lifeguard.report.digest_markdown import digest_page, empty_page, sentence
from lifeguard.report.shelf import Author, write_artifact
from lifeguard.review.outcome import Review


@dataclass(frozen=True, slots=True)
class Published:
    """What the page says in a sentence, and the id of its version."""

    sentence: str
    id: str


async def publish(
    api: Api,
    database: Database,
    server_name: str,
    until: datetime,
    days: int,
    author: Author | None = None,
    settings: Review | str | None = None,
) -> Published:
    """Write the digest of the days before `until`; a history that has not begun is said to be one.

    `settings` is what came of reviewing Prefect's, or why nothing did. Raises `HistoryUnavailable` where nothing can be
    told, and `CallFailed` where it could not be written.
    """
    try:
        digest = await _read(api, database, server_name, until, days)
    except (NoHistoryYet, ConfigurationError) as empty:
        id = await write_artifact(api, empty_page(str(empty)), author or Author(), {})
        return Published(str(empty), id)
    id = await write_artifact(api, digest_page(digest, settings), author or Author(), {})
    return Published(sentence(digest), id)


async def _read(api: Api, database: Database, server: str, until: datetime, days: int) -> Digest:
    """Raises `ConfigurationError` where the history knows nothing of this server."""
    now, before, week_before = windows(until, days)
    history = await read_history(database, server, *now)
    waits = Waits(*[await pickups_of_pools(database, server, window) for window in (now, before, week_before)])
    came, went = await pools_that_came_and_went(database, server, now)
    runs = held_up(history.incidents)
    asked = min(len(runs), RUNS_ASKED)
    try:
        held = worst(await waits_of_runs(api, runs, until))
    except (CallFailed, *ANOTHER_SHAPE) as failure:
        reason = failure.reason if isinstance(failure, CallFailed) else "the answer is not what Prefect answers"
        return Digest(history, waits, came, went, None, asked, len(runs), reason)
    return Digest(history, waits, came, went, held, asked, len(runs))
