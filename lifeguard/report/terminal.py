"""What a person reads at three at night: a verdict per pool, then the findings with proof and the next command."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.findings import Finding, PoolReading, Severity, Verdict
from lifeguard.fixable import fix_command, is_fixable
from lifeguard.judgement import Judgement
from lifeguard.report import phrases

WIDTH_WITHOUT_TERMINAL = 140
NUMERIC = frozenset({"Workers", "Overdue", "Oldest", "Pending", "Running", "Awaiting slot", "Slots"})
VERDICT_STYLE = {
    Verdict.DOWN: "bold red",
    Verdict.DEGRADED: "yellow",
    Verdict.UNKNOWN: "magenta",
    Verdict.PAUSED: "cyan",
    Verdict.HEALTHY: "green",
    Verdict.IDLE: "dim",
}
SEVERITY_STYLE = {Severity.CRITICAL: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def standard_output() -> Console:
    """The console for results: as wide as the terminal, and wide enough for a table where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_WITHOUT_TERMINAL)


def show(judgement: Judgement, console: Console) -> None:
    """Print the whole picture."""
    console.print(Text(visible(phrases.headline(judgement)), style="dim"), soft_wrap=True)
    console.print(pools_table(judgement.pools))
    hidden = len(judgement.pools) - len(phrases.shown(judgement.pools))
    if hidden:
        console.print(Text(f"{hidden} more that are healthy or idle: {phrases.summary(judgement.pools)}", style="dim"))
    for finding, explained in phrases.by_cause(judgement.findings):
        show_finding(finding, explained, console)
    _show_missing(judgement, console)
    console.print()
    console.print(Text(phrases.verdict_line(judgement), style="bold"))


def pools_table(pools: Sequence[PoolReading]) -> Table:
    """The pools, most harmful verdict first."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in phrases.COLUMNS:
        table.add_column(column, justify="right" if column in NUMERIC else "left", overflow="fold")
    for pool in phrases.shown(pools):
        verdict, *rest = phrases.cells(pool)
        table.add_row(Text(verdict, style=VERDICT_STYLE[pool.verdict]), *(Text(visible(cell)) for cell in rest))
    return table


def show_finding(finding: Finding, explained: Sequence[Finding], console: Console) -> None:
    """Print one with those that it explains; lines are not wrapped by us, so that a command can be copied whole."""
    style = SEVERITY_STYLE[finding.severity]
    console.print()
    console.print(Text.assemble((finding.severity.upper(), style), "  ", (finding.code, "bold")), soft_wrap=True)
    console.print(Text("  " + visible(finding.title)), soft_wrap=True)
    proof = " | ".join(f"{name}: {visible(value)}" for name, value in phrases.proof(finding))
    _show_line("proof", proof, console, "dim")
    for number, step in enumerate(finding.remedy):
        _show_line("next" if number == 0 else "", visible(step), console, "green")
    if is_fixable(finding):
        _show_line("fix", visible(fix_command(finding.fingerprint)), console, "green")
    for other in explained:
        _show_line("also", f"{other.code}: {visible(other.title)}", console, "dim")


def _show_line(label: str, text: str, console: Console, style: str) -> None:
    console.print(Text.assemble((f"  {label:<6}", "dim"), (text, style)), soft_wrap=True)


def _show_missing(judgement: Judgement, console: Console) -> None:
    if judgement.snapshot.missing:
        console.print()
        console.print(Text("Not seen", style="magenta"))
    for unseen in phrases.all_unseen(judgement.snapshot.missing):
        console.print(Text("  " + visible(unseen)), soft_wrap=True)
