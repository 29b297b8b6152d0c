"""What a person reads who was paged: what is open, what it was about, how long it lasted, what it cost."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifeguard.durations import short
from lifeguard.escaping import visible
from lifeguard.history import History, PoolHistory, totals
from lifeguard.incidents import Incident
from lifeguard.report import history_phrases as phrases
from lifeguard.report.terminal import SEVERITY_STYLE

INCIDENTS_SHOWN = 40
POOLS_SHOWN = 40
WIDE_COLUMNS = 100
"""From this width on there is room for the year, and for how long work had waited when somebody was told."""


def show(history: History, console: Console) -> None:
    """Print the whole picture."""
    _say(console, phrases.headline(history), "dim")
    _say(console, phrases.unwatched(history), "magenta")
    own = phrases.by_harm(filter(phrases.is_own_harm, history.incidents))
    _show_incidents("Open", [incident for incident in own if incident.is_open], history, console)
    _show_incidents("Resolved", [incident for incident in own if not incident.is_open], history, console)
    _show_causes(history, console)
    _show_pools(history.pools, console)
    console.print()
    _say(console, phrases.counts(history), "bold")
    _say(console, phrases.unshown(history), "dim")
    if own:
        _say(console, f"The whole life of one: lifeguard incident {own[0].id}", "dim")


def _show_incidents(title: str, incidents: Sequence[Incident], history: History, console: Console) -> None:
    if not incidents:
        return
    is_wide = console.width >= WIDE_COLUMNS
    table = _table([("Id", True), ("Severity", False), ("Cause", False), ("Where", False), ("Began", False)])
    for name in (*(["Told after"] if is_wide else []), "Lasted", "Runs"):
        table.add_column(name, justify="right", no_wrap=True)
    for incident in incidents[:INCIDENTS_SHOWN]:
        _add_incident(table, incident, history, is_wide)
    _show_table(title, table, len(incidents) - INCIDENTS_SHOWN, console)


def _add_incident(table: Table, incident: Incident, history: History, is_wide: bool) -> None:
    began = phrases.minute(incident.began_at)
    cells = [
        incident.finding.code,
        phrases.where(incident),
        began if is_wide else began.partition("-")[2],
        *([phrases.noticed(incident)] if is_wide else []),
        phrases.lasted(incident, history.until),
        str(incident.affected_runs),
    ]
    severity = Text(incident.severity.value, style=SEVERITY_STYLE[incident.severity])
    table.add_row(str(incident.id), severity, *map(_cell, cells))


def _show_causes(history: History, console: Console) -> None:
    """What lost time, over all pools; one cause on one pool stands in the other tables already."""
    costly = totals(history)
    if len(costly) < 2 and len(history.pools) < 2:
        return
    table = _table([("Cause", False), ("Incidents", True), ("Time lost", True)])
    for total in costly:
        table.add_row(total.code, str(total.incidents), short(60 * total.minutes_lost))
    if costly:
        _show_table("Time lost per cause, over all work pools", table, 0, console)


def _show_pools(pools: Sequence[PoolHistory], console: Console) -> None:
    if not pools:
        return
    chosen = phrases.by_uptime(pools)
    if len(pools) > POOLS_SHOWN:
        chosen = [pool for pool in chosen if phrases.needs_a_look(pool)][:POOLS_SHOWN]
    table = _table([("Work pool", False), ("Uptime", True), ("With demand", True), ("Time lost", False)])
    for pool in chosen:
        demand, lost = short(pool.seconds.demand), phrases.losses(pool.minutes_lost)
        table.add_row(*map(_cell, (pool.name, phrases.uptime(pool), demand, lost)))
    _show_table("Staffed while there was demand", table, len(pools) - len(chosen), console)


def _table(columns: Iterable[tuple[str, bool]]) -> Table:
    """A table whose texts fold where they must; names of columns, and whether they hold numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name, is_number in columns:
        is_short = is_number or name in ("Severity", "Began")
        table.add_column(name, justify="right" if is_number else "left", overflow="fold", no_wrap=is_short)
    return table


def _show_table(title: str, table: Table, more: int, console: Console) -> None:
    console.print()
    console.print(Text(title, style="bold"))
    console.print(table)
    if more > 0:
        _say(console, f"and {more} more: --format json lists them all.", "dim")


def _say(console: Console, sentence: str | None, style: str) -> None:
    if sentence:
        console.print(Text(visible(sentence), style=style), soft_wrap=True)


def _cell(text: str) -> Text:
    return Text(visible(text))
