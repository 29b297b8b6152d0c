"""Why one run has not begun, as markdown: for an issue, a chat, and the artifact of the run in the Prefect UI."""

from collections.abc import Iterable

from lifeguard.escaping import markdown, markdown_code
from lifeguard.report import why_phrases as phrases
from lifeguard.report.phrases import unseen
from lifeguard.why.explanation import Explanation
from lifeguard.why.points import Answer, Point

SIGNS = {Answer.HOLDS: "🔴", Answer.CLEAR: "🟢", Answer.UNSEEN: "❔"}


def as_markdown(explanation: Explanation) -> str:
    """The whole picture."""
    case = explanation.case
    held = [phrases.holder(each, explanation) for each in explanation.holders[: phrases.HOLDERS_SHOWN]]
    states = [f"{phrases.stamp(each.at)} {each.name} {each.message or ''}" for each in case.states]
    logs = [f"{phrases.stamp(each.at)} {each.message}" for each in case.logs[-phrases.LOG_LINES_SHOWN :]]
    blocks = [
        f"# {markdown(explanation.headline)}",
        f"{_subject(explanation)}  \n{markdown(phrases.state(explanation))}",
        markdown(explanation.outlook or ""),
        "\n".join(f"{number}. {markdown_code(step)}" for number, step in enumerate(explanation.next, start=1)),
        _points(explanation.points),
        _list("Who holds the slots", held),
        _list("While it waited", map(phrases.incident, explanation.earlier)),
        markdown(explanation.history or ""),
        _list("States", states),
        _list("Logs of who starts it, and warnings", logs),
        _list("Not seen", map(unseen, case.snapshot.missing)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _subject(explanation: Explanation) -> str:
    address = phrases.address(explanation.case.snapshot.server.ui_url, explanation.run)
    said = markdown(phrases.subject(explanation))
    return f"[{said}]({address})" if address else said


def _points(points: Iterable[Point]) -> str:
    rows = [f"| {SIGNS[point.answer]} | {phrases.WORDS[point.answer]} | {markdown(point.says)} |" for point in points]
    return "\n".join(["| | | what can hold it back |", "|---|---|---|", *rows]) if rows else ""


def _list(title: str, lines: Iterable[str]) -> str:
    chosen = [f"- {markdown(line)}" for line in lines]
    return "\n".join([f"## {title}", "", *chosen]) if chosen else ""
