"""triggers-stalled: the server keeps events, our rules are armed, and none of anybody's rules fires. Pure.

No canary is needed: a page that must have fired is one. Nobody can be paged about it; it is in the history, in the
artifacts and in the exit status, and an outside dead man's switch is what it is for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from lifeguard.escaping import visible
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.judgement import Judgement
from lifeguard.page.delivery import DID_NOT_FIRE
from lifeguard.pages import Page

CODE = "triggers-stalled"
DEAD = "background-services-dead"


def unfired_since(pages: Iterable[Page]) -> datetime | None:
    """Since when a rule that is armed has not fired for a page; None where that is said of none."""
    return min((page.change.at for page in _unfired(pages)), default=None)


def triggers_stalled(judgement: Judgement, pages: Iterable[Page], fired: int | None) -> list[Finding]:
    """Find triggers that have stopped: `fired` rules of anybody since our first page went unfired, None: not told."""
    unfired = _unfired(pages)
    if not unfired or fired is None or fired > 0:
        return []
    found = _finding(judgement, unfired)
    dead = next((each.fingerprint for each in judgement.findings if each.code == DEAD), None)
    return [replace(found, severity=Severity.INFO, caused_by=dead) if dead else found]


def explained(undelivered: Sequence[Finding], stalled: Sequence[Finding]) -> list[Finding]:
    """What is said of pagers, explained where their rules do not fire because none does."""
    if not stalled:
        return list(undelivered)
    cause = stalled[0].caused_by or stalled[0].fingerprint
    return [
        replace(each, severity=Severity.INFO, caused_by=cause) if each.evidence["reason"] == DID_NOT_FIRE else each
        for each in undelivered
    ]


def _unfired(pages: Iterable[Page]) -> list[Page]:
    """The pages that were posted and did not fire, those that are tried again meanwhile included, oldest first."""
    unfired = (page for page in pages if page.has_failed and page.reason == DID_NOT_FIRE)
    return sorted(unfired, key=lambda page: (page.change.at, page.pager))


def _finding(judgement: Judgement, unfired: Sequence[Page]) -> Finding:
    first, url = unfired[0], judgement.snapshot.server.api_url
    worst = max((page.change.incident.severity for page in unfired), key=lambda severity: severity.rank)
    count = "1 message of ours" if len(unfired) == 1 else f"{len(unfired)} messages of ours"
    return Finding(
        CODE,
        worst,
        Resource("server", url, url),
        f"The server's automations do not fire: it keeps the event, the rule is armed, and for {count} since "
        f"{first.change.at:%Y-%m-%d %H:%M:%S} UTC no rule of anybody fired",
        {
            "messages": len(unfired),
            "pager": visible(first.pager),
            "oldest_at": first.change.at,
            "oldest": first.change.incident.finding.title,
            "rules_fired_since": 0,
        },
        (
            "Restart the Prefect server: nothing restarts its background services by themselves",
            "See that they are switched on (PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED); where they run apart from the API: "
            "prefect server services start",
            "Then send one message: lifeguard page --test",
        ),
        is_confirmed=False,
    )
