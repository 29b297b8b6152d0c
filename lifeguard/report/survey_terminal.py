"""`lifeguard cluster` at a terminal: each access with what it sees, which workers run there, and what it may do."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifeguard.cluster_survey import Survey
from lifeguard.escaping import visible
from lifeguard.report import survey_phrases as words

STYLES = {words.SEEN: "green", words.MISSING: "red", words.OPTIONAL: "yellow"}


def show(surveys: Sequence[Survey], console: Console) -> None:
    """Print every access, with an empty line between two."""
    for number, survey in enumerate(surveys):
        if number:
            console.print()
        _show(survey, console)


def _show(survey: Survey, console: Console) -> None:
    _say(console, words.headline(survey), "bold")
    if survey.note:
        _say(console, survey.note, "yellow")
    if not survey.unreachable:
        console.print(_kinds(survey))
        for deployment in survey.deployments:
            _say(console, f"workers  {words.worker(deployment)}", "")
        for line in words.rights(survey):
            _say(console, f"rights   {line}", "")
    _say(console, words.verdict(survey), "bold")


def _kinds(survey: Survey) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for _ in range(4):
        table.add_column(overflow="fold")
    for seen in survey.kinds:
        state, *rest = words.cells(seen)
        table.add_row(Text(f"{state:<7}", style=STYLES[state]), *(Text(visible(cell)) for cell in rest))
    return table


def _say(console: Console, sentence: str, style: str) -> None:
    console.print(Text(visible(sentence), style=style), soft_wrap=True)
