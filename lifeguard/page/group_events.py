"""One event for many incidents that change in one way at one time, so that a site that goes down is one message."""

from collections.abc import Iterable, Sequence

from lifeguard.findings import AFFECTED_IDS_SHOWN, CATALOGUE
from lifeguard.incidents import Change
from lifeguard.page.events import GROUP_PREFIX, TEXT_CHARACTERS, Event, id_of, iso, labels, shown
from lifeguard.pages import Page

GROUP_FROM = 4
"""So many at once are one message; fewer are one each, with what to do about it."""
NAMES_IN_TITLE = 5
NEXT = ("lifeguard check", "lifeguard history --since 1h")


def group_id(pages: Sequence[Page], server: str) -> str:
    """The same for the same attempt to tell the same changes to the same pagers."""
    parts = sorted(f"{page.pager}/{page.attempts}/{page.change.key}" for page in pages)
    return id_of(server, "together/" + "/".join(parts))


def group_event(changes: Sequence[Change], id: str, pagers: Iterable[str], attempt: int = 1) -> Event:
    """The event that tells of changes of one kind, code and severity, oldest first."""
    first, incidents = changes[0], [change.incident for change in changes]
    code, severity, kind = first.incident.finding.code, first.incident.severity.value, first.kind.value
    return {
        "id": id,
        "occurred": iso(max(change.at for change in changes)),
        "event": f"{GROUP_PREFIX}{kind}",
        "resource": {
            "prefect.resource.id": f"{GROUP_PREFIX}{code}",
            "prefect.resource.name": f"{len(changes)} incidents",
            "lifeguard.code": code,
            "lifeguard.severity": severity,
            "lifeguard.attempt": str(attempt),
            **labels(pagers),
        },
        "related": [],
        "payload": {
            "kind": kind,
            "incident": None,
            "code": code,
            "severity": severity,
            "title": group_title(changes),
            "incidents": len(changes),
            "where": where(changes),
            "meaning": CATALOGUE.get(code, ""),
            "next": list(NEXT),
            "affected_runs": sum(incident.affected_runs for incident in incidents),
            "run_ids": [run for each in incidents for run in each.finding.run_ids][:AFFECTED_IDS_SHOWN],
            "began_at": iso(min(incident.began_at for incident in incidents)),
            "opened_at": iso(min((each.opened_at for each in incidents if each.opened_at), default=None)),
            "resolved_at": iso(max((each.resolved_at for each in incidents if each.resolved_at), default=None)),
        },
    }


def where(changes: Sequence[Change]) -> str:
    """The names of all, as many as fit into a message, and how many more there are."""
    fit: list[str] = []
    for change in changes:
        name = shown(change.incident.finding.resource.name)
        if sum(len(each) + 2 for each in fit) + len(name) > TEXT_CHARACTERS:
            break
        fit.append(name)
    left = len(changes) - len(fit)
    return ", ".join(fit) + (f" and {left} more" if left else "")


def group_title(changes: Sequence[Change]) -> str:
    """How many, of what, and the names of the first."""
    names = [f"'{change.incident.finding.resource.name}'" for change in changes]
    more = f" and {len(names) - NAMES_IN_TITLE} more" if len(names) > NAMES_IN_TITLE else ""
    kinds = {change.incident.finding.resource.kind for change in changes}
    what = f"{kinds.pop().replace('-', ' ')}s" if len(kinds) == 1 else "places"
    code = changes[0].incident.finding.code
    return shown(f"{code} in {len(names)} {what}: {', '.join(names[:NAMES_IN_TITLE])}{more}")
