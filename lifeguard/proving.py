"""Before a patrol is remembered: what became of the pages of those before it, and who could not be reached."""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.findings import Finding
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.events import stored_ids, stored_since
from lifeguard.page.delivery import Evidence, is_due_for_a_word, judged, word_about
from lifeguard.page.proof import words_about
from lifeguard.page.reconcile import ours
from lifeguard.page.rule_names import TRIGGERED
from lifeguard.page.triggers_stalled import explained, triggers_stalled, unfired_since
from lifeguard.page.undelivered import undelivered, unusable
from lifeguard.page.whom import Whom
from lifeguard.pages import Page
from lifeguard.record.database import Database
from lifeguard.record.outbox import pages_of, write_fates
from lifeguard.record.remember import server_name

NO_HURRY_SECONDS = 1e9
"""Where the server does not tell, its silence proves nothing."""


async def proven(api: Api, whom: Whom, database: Database, judgement: Judgement) -> list[Finding]:
    """Settle what has arrived, and find the pagers that were not reached. Raises `HistoryUnavailable`.

    Where the server does not tell, what was known before stands.
    """
    pages, now = await pages_of(database, server_name(judgement)), judgement.finished_at
    evidence = await _evidence(api, pages, judgement.policy.retell_after_seconds, now)
    after = [judged(page, evidence, now) for page in pages]
    await write_fates(database, [page for page, before in zip(after, pages, strict=True) if page != before])
    stalled = triggers_stalled(judgement, after, await _fired(api, unfired_since(after)))
    return [*stalled, *explained(undelivered(after), stalled), *unusable(whom.complaints)]


async def _fired(api: Api, since: datetime | None) -> int | None:
    """How many rules of anybody fired since then; None where nothing is to be asked, or the server does not tell."""
    try:
        return await stored_since(api, since, (TRIGGERED,)) if since else None
    except (CallFailed, *ANOTHER_SHAPE):
        return None


async def _evidence(api: Api, pages: Sequence[Page], patience: float, now: datetime) -> Evidence:
    """Asked only about what is under way; the rules only where one should have fired and did not."""
    posted = {id for page in pages if page.posted_at for id in page.event_ids}
    try:
        words = await words_about(api, posted)
        overdue = [page for page in pages if is_due_for_a_word(page, patience, now)]
        mute = {page.event_id or "" for page in overdue if not word_about(page, words)}
        if not mute:
            return Evidence(patience, words)
        rules = {rule["name"]: bool(rule["enabled"]) for rule in await ours(api)}
        return Evidence(patience, words, await stored_ids(api, mute), rules)
    except (CallFailed, *ANOTHER_SHAPE):
        return Evidence(NO_HURRY_SECONDS)
