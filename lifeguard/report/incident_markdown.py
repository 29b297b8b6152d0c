"""Incidents as markdown for artifacts: where, since when, what it is about, what to do next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from lifeguard.durations import short
from lifeguard.escaping import shortened, ui_block, ui_code, ui_link, ui_text
from lifeguard.findings import Finding, Severity
from lifeguard.history import lasted_seconds
from lifeguard.incidents import Incident
from lifeguard.report import changed_phrases
from lifeguard.report.artifact import pool_key, to_artifact, to_deployment, to_pool, to_queue
from lifeguard.report.history_phrases import minute

SIGN = {Severity.CRITICAL: "🔴", Severity.WARNING: "🟠", Severity.INFO: "🔵"}
LONGEST_NAME = 60
COLUMNS = ("Severity", "Cause", "Where", "Since (UTC)", "For", "Runs")


def in_full(incident: Incident, now: datetime, ids: Mapping[str, str], *, tells_changes: bool = False) -> str:
    """A heading, the sentence, when it began, where to read on, what changed before if asked to, and the next commands."""
    finding = incident.finding
    heading = f"### {SIGN[incident.severity]} {finding.code}: {place(finding)}"
    line = " · ".join(part for part in (since(incident, now), runs(incident), *_further(incident, ids)) if part)
    steps = ["Next:", ui_block(finding.remedy)] if finding.remedy else []
    return "\n\n".join([heading, ui_text(finding.title), line, *(changed(incident) if tells_changes else []), *steps])


def changed(incident: Incident) -> list[str]:
    """What changed before it opened, the newest changes last; nothing where no change is known."""
    if not incident.what_changed or not incident.what_changed.changes:
        return []
    listed = [f"- {ui_text(line)}" for line in changed_phrases.lines(incident)]
    return [f"{changed_phrases.TITLE}:", "\n".join(listed)]


def as_table(incidents: Iterable[Incident], until: datetime) -> str:
    """One line for each."""
    return table(COLUMNS, [_cells(incident, until) for incident in incidents])


def _cells(incident: Incident, until: datetime) -> Sequence[str]:
    return (
        f"{SIGN[incident.severity]} {incident.severity}",
        incident.finding.code,
        place(incident.finding),
        minute(incident.began_at),
        short(lasted_seconds(incident, until)),
        str(incident.affected_runs),
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are escaped already."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (columns, ["---"] * len(columns), *rows))


def place(finding: Finding) -> str:
    """What a finding is about, as a link where the Prefect UI has a page for it."""
    resource, pool = finding.resource, finding.pool_name
    name = shortened(resource.name, LONGEST_NAME)
    match resource.kind:
        case "work-pool":
            return ui_link(name, to_pool(resource.name))
        case "work-queue" if pool is not None:
            return f"{ui_link(name, to_queue(pool, resource.name))} of {_pool_link(pool)}"
        case "deployment":
            return ui_link(name, to_deployment(resource.id))
        case "server" | "lifeguard":
            return ui_text(name)
        case _:
            return f"{ui_text(name)} of {_pool_link(pool)}" if pool is not None else ui_text(name)


def since(incident: Incident, now: datetime) -> str:
    """When it began and how long that is ago; that it is no longer seen, where that is so."""
    began = f"Since {minute(incident.began_at)} UTC ({short(lasted_seconds(incident, now))})"
    if incident.gone_since is None or incident.resolved_at:
        return began
    return f"{began}, not seen any more since {minute(incident.gone_since)} UTC"


def runs(incident: Incident) -> str:
    """How many runs it held up at once, at most; empty where none."""
    number = incident.affected_runs
    return "" if not number else "1 run" if number == 1 else f"up to {number} runs at once"


def _further(incident: Incident, ids: Mapping[str, str]) -> list[str]:
    name = incident.finding.pool_name
    id = ids.get(pool_key(name)) if name is not None else None
    page = [ui_link("its last 24 hours", to_artifact(pool_key(name or ""), id))] if id else []
    return [*page, *([ui_code(f"lifeguard incident {incident.id}")] if incident.id else [])]


def _pool_link(name: str) -> str:
    return ui_link(shortened(name, LONGEST_NAME), to_pool(name))
