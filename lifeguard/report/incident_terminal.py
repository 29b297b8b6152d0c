"""The whole life of one incident, by time: when work first waited, when it was seen, told, worse, gone, resolved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.text import Text

from lifeguard.durations import short
from lifeguard.escaping import visible
from lifeguard.findings import Finding
from lifeguard.fixable import fix_command, is_fixable
from lifeguard.history import Life, seconds_to_notice, seconds_to_resolve
from lifeguard.incidents import Change, ChangeKind, Incident
from lifeguard.pages import Fate, Page
from lifeguard.report import changed_phrases, history_phrases, phrases
from lifeguard.report.terminal import SEVERITY_STYLE

INDENT = " " * len("2026-11-22 12:00:00  ")
NEXT, FIX = "  next  ", "  fix   "
WORDS = {ChangeKind.OPENED: "opened as", ChangeKind.ESCALATED: "escalated to", ChangeKind.REMINDED: "told again as"}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, and the finding as it was then where that is told."""

    at: datetime
    words: str
    finding: Finding | None = None


def show(life: Life, until: datetime, console: Console) -> None:
    """Print it; `until` is now, up to which an open one lasts."""
    incident = life.incident
    style = SEVERITY_STYLE[incident.severity]
    title = Text.assemble((incident.severity.upper(), style), "  ", (incident.finding.code, "bold"))
    console.print(Text.assemble(title, f"  incident {incident.id}, ", "open" if incident.is_open else "resolved"))
    _say(console, "  ", incident.finding.title)
    _say(console, "  ", summary(incident, until), "dim")
    _say(console, "  ", f"on {life.server}; all times are UTC", "dim")
    console.print()
    _show_changes(incident, console)
    _show_moments(moments(life), console)
    if incident.is_open:
        console.print()
        for number, step in enumerate(incident.finding.remedy):
            _say(console, NEXT if number == 0 else " " * len(NEXT), step, "green")
        if is_fixable(incident.finding):
            _say(console, FIX, fix_command(incident.fingerprint), "green")


def _show_changes(incident: Incident, console: Console) -> None:
    lines = changed_phrases.lines(incident)
    if not lines:
        return
    console.print(Text(changed_phrases.TITLE, style="bold"))
    for line in lines:
        _say(console, "  ", line)
    console.print()


def summary(incident: Incident, until: datetime) -> str:
    """Its numbers in one line."""
    noticed, resolved = seconds_to_notice(incident), seconds_to_resolve(incident)
    parts = [
        f"{'lasts' if incident.is_open else 'lasted'} {history_phrases.lasted(incident, until)}",
        "" if noticed is None else f"told {short(noticed)} after work first waited",
        "" if resolved is None else f"gone {short(resolved)} after it was told",
        f"runs at once: up to {incident.affected_runs}" if incident.affected_runs else "",
        f"explained by {incident.finding.caused_by}" if incident.finding.caused_by else "",
    ]
    return "; ".join(part for part in parts if part)


def moments(life: Life) -> list[Moment]:
    """Everything that is known of it, by time; what happened at one time in the order of a life."""
    incident = life.incident
    told = [_told(change) for change in life.changes if change.kind is not ChangeKind.RESOLVED]
    known = [
        (incident.due_since, "work first waited", None),
        (incident.first_seen_at, "first seen", None),
        *told,
        (incident.last_seen_at, "last seen", incident.finding if incident.is_open else None),
        (incident.gone_since, "no longer seen; it resolves if this lasts" if incident.is_open else "gone", None),
        (incident.resolved_at, "resolved", None),
        *((page.posted_at, paged(page), None) for page in life.pages),
        *((fix.at, visible(fix.words), None) for fix in life.fixes),
    ]
    return sorted((Moment(at, words, then) for at, words, then in known if at), key=lambda moment: moment.at)


def _told(change: Change) -> tuple[datetime, str, Finding]:
    return change.at, f"{WORDS[change.kind]} {change.incident.severity}", change.incident.finding


def paged(page: Page) -> str:
    """What became of one page, for a line of its own."""
    what = f"page to {visible(page.pager)} ({page.change.kind.value})"
    match page.fate:
        case Fate.DELIVERED:
            return f"{what} sent{f' at attempt {page.attempts}' if page.attempts > 1 else ''}"
        case Fate.DROPPED | Fate.ABANDONED:
            return f"{what} given up: {page.reason or 'it was over for a day'}"
        case Fate.WAITING | Fate.POSTED:
            return f"{what} on its way"
        case _:
            return f"{what} not known to have arrived after attempt {page.attempts}: {page.reason}"


def _show_moments(known: Sequence[Moment], console: Console) -> None:
    """Each with the sentence and the proof of its moment, unless they are still those that were told last."""
    shown: tuple[str, Sequence[tuple[str, str]]] | None = None
    for moment in known:
        console.print(Text.assemble((history_phrases.second(moment.at), "bold"), "  ", moment.words), soft_wrap=True)
        if moment.finding is None:
            continue
        proof = phrases.proof(moment.finding)
        if (moment.finding.title, proof) != shown:
            _say(console, INDENT, moment.finding.title)
            _say(console, INDENT, " | ".join(f"{name}: {value}" for name, value in proof), "dim")
        shown = moment.finding.title, proof


def _say(console: Console, before: str, sentence: str, style: str = "") -> None:
    """Lines are not wrapped by us, so that a command can be copied whole."""
    console.print(Text.assemble((before, "dim"), (visible(sentence), style)), soft_wrap=True)
