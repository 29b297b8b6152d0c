"""A review of settings for a person: what is risky with the variable to set, then what differs from the defaults."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.report import phrases
from lifeguard.report import review_phrases as words
from lifeguard.report.terminal import show_finding
from lifeguard.review.outcome import Review


def show(review: Review, console: Console) -> None:
    """Print the whole review."""
    _say(console, words.headline(review), "dim")
    for finding in review.findings:
        show_finding(finding, (), console)
    if review.changed:
        console.print()
        console.print(_changed(review))
    if review.snapshot.missing:
        console.print()
        _say(console, "Not seen", "magenta")
    for missing in review.snapshot.missing:
        _say(console, "  " + phrases.unseen(missing), "")
    console.print()
    for note in review.notes:
        _say(console, note, "dim")
    _say(console, words.verdict(review), "bold")


def _changed(review: Review) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in words.COLUMNS:
        table.add_column(column, overflow="fold")
    for changed in review.changed:
        table.add_row(*(Text(visible(cell)) for cell in words.cells(changed)))
    return table


def _say(console: Console, sentence: str, style: str) -> None:
    console.print(Text(visible(sentence), style=style), soft_wrap=True)
