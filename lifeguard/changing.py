"""From incidents that have just opened to what changed before them: one question to the server's events for all of them.

Where nothing opened nothing is asked, so that a day without incidents costs no call. Paging never depends on this, and
waits for it for some seconds at most.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from lifeguard.facts import seconds
from lifeguard.happenings import Happenings
from lifeguard.incidents import Changes, Incident
from lifeguard.judgement import Judgement
from lifeguard.observe.api import Api
from lifeguard.observe.happenings import IDS_ASKED, happenings_or_why_not
from lifeguard.page.unrecorded import changes_without_history
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.keep import Kept
from lifeguard.record.kept_changes import keep_what_changed
from lifeguard.what_changed import LOOKS_BACK_SECONDS, WhatChanged, resources_of, what_changed

TOO_MANY = "too many incidents opened at once"


def opened(kept: Kept) -> tuple[Incident, ...]:
    """The incidents that opened in this patrol; without a history, those that are told as if they had."""
    if kept.changes.is_recorded:
        return kept.changes.opened
    return tuple(change.incident for change in changes_without_history(kept.judgement))


async def with_what_changed(api: Api, kept: Kept) -> Kept:
    """The same patrol with what changed before each incident that opened, kept in the history too. Never raises."""
    try:
        return await _looked_up(api, kept)
    except Exception as error:
        failed = WhatChanged(unseen=f"Lifeguard failed to look ({type(error).__name__})")
        known = {each.fingerprint: failed for each in opened(kept)}
        return replace(kept, changes=_with(kept.changes, known), what_changed=known)


async def _looked_up(api: Api, kept: Kept) -> Kept:
    news = _worst_first(opened(kept))
    touched = {each.fingerprint: _resources(each, kept.judgement) for each in news}
    touched = {fingerprint: ids for fingerprint, ids in touched.items() if ids}
    if not touched:
        return kept
    asked, left = _affordable(touched)
    seen = await _ask(api, kept.judgement, asked)
    known = {id: WhatChanged(unseen=TOO_MANY) for id in left} | {
        each.fingerprint: _judged(each, seen, asked[each.fingerprint]) for each in news if each.fingerprint in asked
    }
    told = tuple(replace(each, what_changed=known[each.fingerprint]) for each in news if each.fingerprint in known)
    await _keep(kept, told)
    return replace(kept, changes=_with(kept.changes, known), what_changed=known)


def _worst_first(incidents: Iterable[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda each: (-each.severity.rank, bool(each.finding.caused_by), each.fingerprint))


def _resources(incident: Incident, judgement: Judgement) -> frozenset[str]:
    pools = {pool.name: pool.id for pool in judgement.pools}
    limits = {limit.name: limit.id for limit in judgement.snapshot.limits}
    return resources_of(incident.finding, pools, limits)


def _affordable(touched: Mapping[str, frozenset[str]]) -> tuple[dict[str, frozenset[str]], list[str]]:
    """Those whose resources fit into one question, and those that do not."""
    asked, left, ids = dict[str, frozenset[str]](), list[str](), set[str]()
    for fingerprint, own in touched.items():
        if len(ids | own) > IDS_ASKED:
            left.append(fingerprint)
            continue
        ids |= own
        asked[fingerprint] = own
    return asked, left


async def _ask(api: Api, judgement: Judgement, asked: Mapping[str, frozenset[str]]) -> Happenings | str:
    since = judgement.started_at - seconds(LOOKS_BACK_SECONDS)
    return await happenings_or_why_not(api, frozenset[str]().union(*asked.values()), since, judgement.finished_at)


def _judged(incident: Incident, seen: Happenings | str, resources: frozenset[str]) -> WhatChanged:
    if isinstance(seen, str):
        return WhatChanged(unseen=seen)
    return what_changed(seen, resources, incident.opened_at or incident.first_seen_at)


async def _keep(kept: Kept, told: Sequence[Incident]) -> None:
    """A history that cannot be written now is none the worse for it."""
    if kept.database is None or not kept.changes.is_recorded:
        return
    try:
        await keep_what_changed(kept.database, told)
    except HistoryUnavailable:
        return


def _with(changes: Changes, known: Mapping[str, WhatChanged]) -> Changes:
    return replace(changes, opened=tuple(replace(e, what_changed=known.get(e.fingerprint)) for e in changes.opened))
