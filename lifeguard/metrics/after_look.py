"""How a server stands after a look, from the judgement itself: so that it is known without a history too."""

from collections import Counter
from collections.abc import Iterable, Mapping

from lifeguard.configuration import ConfigurationError
from lifeguard.incidents import Changes, Incident
from lifeguard.judgement import Judgement
from lifeguard.pickups import Pickups
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.keep import Kept
from lifeguard.record.pickup_queries import pickup_totals
from lifeguard.record.remember import server_name
from lifeguard.standing import LastPatrol, Standing, Trouble, one_per_name


async def standing_after(kept: Kept) -> Standing:
    """How the server of a patrol stands after it; the running totals of the history are left out where it has none."""
    name = server_name(kept.judgement)
    return standing_of(kept.judgement, kept.changes, name, await _pickups(kept, name))


async def _pickups(kept: Kept, server: str) -> Mapping[str, Pickups]:
    if kept.database is None:
        return {}
    try:
        return await pickup_totals(kept.database, server)
    except (HistoryUnavailable, ConfigurationError):
        return {}


def standing_of(judgement: Judgement, changes: Changes, server: str, pickups: Mapping[str, Pickups]) -> Standing:
    """How a server stands after a look; where no history tells what is open, what was found counts."""
    return Standing(
        server=server,
        pools=one_per_name(judgement.pools),
        troubles=_troubles_now(judgement, changes),
        pickups=pickups,
        patrol=_patrol(judgement),
        seen_at=judgement.started_at if judgement.snapshot.can_go_on else None,
        complete_at=judgement.finished_at if judgement.is_complete else None,
        has_history=changes.is_recorded,
        clock_ahead_seconds=judgement.snapshot.server.clock_skew_seconds,
    )


def _patrol(judgement: Judgement) -> LastPatrol:
    duration = max(0.0, (judgement.finished_at - judgement.started_at).total_seconds())
    return LastPatrol(judgement.finished_at, judgement.is_complete, duration, judgement.snapshot.api_calls)


def _troubles_now(judgement: Judgement, changes: Changes) -> Mapping[Trouble, int]:
    if changes.is_recorded:
        live: Iterable[Incident] = (*changes.opened, *changes.still_open, *changes.escalated)
        found = [(each.severity, each.finding) for each in live]
    else:
        found = [(finding.severity, finding) for finding in judgement.findings]
    own = [(severity, finding) for severity, finding in found if finding.caused_by is None]
    return Counter(Trouble(severity, finding.code, finding.pool_name) for severity, finding in own)
