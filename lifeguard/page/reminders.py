"""What is told again: what is still open after a pager's repeat interval, and what a pager has never heard of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lifeguard.incidents import Change, ChangeKind
from lifeguard.page.pagers import Pager
from lifeguard.pages import Outbox, Standing


def reminders(outbox: Outbox, pagers: Sequence[Pager], now: datetime) -> list[tuple[Change, Pager]]:
    """Who is to be reminded of what. One change reminds every pager for which it is time."""
    busy = {(page.change.incident.id, page.pager) for page in outbox.pages}
    news = {change.incident.id for change in outbox.untold}
    live = {standing.incident.fingerprint for standing in outbox.standing}
    return [
        (reminder(standing, now), pager)
        for standing in outbox.standing
        if standing.incident.id not in news
        for pager in pagers
        if (standing.incident.id, pager.name) not in busy and _is_time(standing, pager, live, now)
    ]


def reminder(standing: Standing, now: datetime) -> Change:
    """The change that tells it again, at the severity that was told."""
    incident = standing.incident
    finding = replace(incident.finding, severity=incident.severity)
    return Change(ChangeKind.REMINDED, now, replace(incident, finding=finding))


def _is_time(standing: Standing, pager: Pager, live: set[str], now: datetime) -> bool:
    incident = standing.incident
    if not pager.wants(incident) or pager.quiet_until(incident.severity, now):
        return False
    heard_at = standing.heard.get(pager.name)
    if heard_at is None:
        return standing.opened_under not in live
    every = pager.repeat_after(incident.severity)
    return every is not None and now - heard_at >= every
