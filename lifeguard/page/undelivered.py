"""Pagers that could not be reached, as findings: told by the other pagers, shown wherever findings are. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lifeguard.escaping import command, visible
from lifeguard.findings import Finding, Resource, Severity
from lifeguard.page.pagers import UNDELIVERED
from lifeguard.pages import Page


def undelivered(pages: Iterable[Page]) -> list[Finding]:
    """One for each pager with messages that were tried and are not known to have arrived."""
    failed: dict[str, list[Page]] = {}
    for page in pages:
        if page.has_failed:
            failed.setdefault(page.pager, []).append(page)
    return [_finding(pager, failed[pager]) for pager in sorted(failed)]


def unusable(complaints: Sequence[str]) -> list[Finding]:
    """What is to be said where the blocks of pagers hold nonsense, so that they page about nothing."""
    if not complaints:
        return []
    return [
        Finding(
            UNDELIVERED,
            Severity.WARNING,
            Resource("lifeguard", "pagers", "pagers"),
            complaints[0].rstrip("."),
            {"unusable": len(complaints)},
            ("Mend it in the Prefect UI under Blocks", "lifeguard arm --dry-run"),
        )
    ]


def _finding(pager: str, pages: Sequence[Page]) -> Finding:
    oldest = min(pages, key=lambda page: page.change.at)
    newest = max(pages, key=lambda page: page.change.at)
    count = "1 message is" if len(pages) == 1 else f"{len(pages)} messages are"
    return Finding(
        UNDELIVERED,
        max((page.change.incident.severity for page in pages), key=lambda severity: severity.rank),
        Resource("lifeguard", pager, pager),
        f"The pager {visible(pager)} was not reached ({newest.reason}); {count} not known to have arrived, "
        f"the oldest of {_second(oldest.change.at)}",
        {
            "pager": pager,
            "messages": len(pages),
            "oldest_at": oldest.change.at,
            "oldest": oldest.change.incident.finding.title,
            "attempts": max(page.attempts for page in pages),
            "reason": newest.reason,
            "next_attempt_at": min(page.due_at for page in pages),
        },
        (
            command("lifeguard page --test", pager=pager),
            "lifeguard arm",
            "Or mend its notification block in the Prefect UI under Blocks",
        ),
        is_confirmed=False,
    )


def _second(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
