"""Why one run has not begun, for a person at a terminal: the answer first, then everything that it rests on."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.report import why_phrases as phrases
from lifeguard.report.phrases import unseen
from lifeguard.why.explanation import Explanation
from lifeguard.why.points import Answer

STYLE = {Answer.HOLDS: "bold red", Answer.CLEAR: "green", Answer.UNSEEN: "magenta"}
ANSWER_WIDTH = 8


def show(explanation: Explanation, console: Console) -> None:
    """Print the whole picture; lines are not wrapped, so that a command can be copied whole."""
    _say(console, phrases.subject(explanation), "dim")
    _say(console, phrases.state(explanation), "dim")
    console.print()
    _say(console, explanation.headline, "bold")
    _say(console, explanation.outlook, "")
    for number, step in enumerate(explanation.next):
        console.print(
            Text.assemble((f"{'next' if number == 0 else '':<6}", "dim"), (visible(step), "green")), soft_wrap=True
        )
    _show_points(explanation, console)
    held = [phrases.holder(each, explanation) for each in explanation.holders]
    _show_list(console, "Who holds the slots", held[: phrases.HOLDERS_SHOWN], len(held) - phrases.HOLDERS_SHOWN)
    _show_list(console, phrases.CHANGED, phrases.changes(explanation))
    _show_list(console, "While it waited", [phrases.incident(each) for each in explanation.earlier])
    _say(console, explanation.history, "magenta")
    _show_life(explanation, console)
    _show_list(console, "Not seen", [unseen(each) for each in explanation.case.snapshot.missing])


def _show_points(explanation: Explanation, console: Console) -> None:
    if explanation.points:
        console.print()
        _say(console, "What can hold it back", "bold")
    for point in explanation.points:
        word = Text(f"  {phrases.WORDS[point.answer]:<{ANSWER_WIDTH}}  ", style=STYLE[point.answer])
        console.print(word + Text(visible(point.says)), soft_wrap=True)


def _show_life(explanation: Explanation, console: Console) -> None:
    case = explanation.case
    states = [
        f"{phrases.stamp(each.at)}  {each.name}{f': {each.message}' if each.message else ''}" for each in case.states
    ]
    _show_list(console, "States", states)
    _show_list(console, "Logs of who starts it, and warnings", phrases.log_lines(explanation))
    _show_list(console, "What the log files say", map(phrases.sign, explanation.signs))
    _show_list(console, "What to do about it", phrases.sign_steps(explanation))


def _show_list(console: Console, title: str, lines: Iterable[str], hidden: int = 0) -> None:
    chosen = list(lines)
    if not chosen:
        return
    console.print()
    _say(console, title, "bold")
    for line in chosen:
        _say(console, f"  {line}", "")
    if hidden > 0:
        _say(console, f"  and {hidden} more", "dim")


def _say(console: Console, line: str | None, style: str) -> None:
    if line:
        console.print(Text(visible(line), style=style), soft_wrap=True)
