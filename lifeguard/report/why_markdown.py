"""Why one run has not begun, as markdown: for an issue or a chat, and for the artifact of the run in the Prefect UI."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lifeguard.escaping import markdown, markdown_code, ui_code, ui_text
from lifeguard.report import why_phrases as phrases
from lifeguard.report.artifact import Artifact, to_run
from lifeguard.report.phrases import unseen
from lifeguard.why.explanation import Explanation
from lifeguard.why.points import Answer, Point

SIGNS = {Answer.HOLDS: "🔴", Answer.CLEAR: "🟢", Answer.UNSEEN: "❔"}
WHY_PREFIX = "lifeguard-why-"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text and a command are written so that they show as they are."""

    text: Callable[[str], str]
    code: Callable[[str], str]


ANYWHERE = Dialect(markdown, markdown_code)
IN_PREFECT = Dialect(ui_text, ui_code)


def as_markdown(explanation: Explanation) -> str:
    """The whole picture, for an issue or a chat."""
    address = phrases.address(explanation.case.snapshot.server.ui_url, explanation.run)
    link = f"[in the Prefect UI]({address})" if address else ""
    return _page(explanation, link, ANYWHERE)


def why_artifact(explanation: Explanation) -> Artifact:
    """The same for the Prefect UI, under a key of its run."""
    run = explanation.run
    page = _page(explanation, f"[the run]({to_run(run.id)})", IN_PREFECT)
    return Artifact(f"{WHY_PREFIX}{run.id}", "markdown", ui_text(phrases.subject(explanation)), page)


def _page(explanation: Explanation, link: str, to: Dialect) -> str:
    case = explanation.case
    held = [phrases.holder(each, explanation) for each in explanation.holders[: phrases.HOLDERS_SHOWN]]
    states = [f"{phrases.stamp(each.at)} {each.name} {each.message or ''}" for each in case.states]
    blocks = [
        f"# {to.text(explanation.headline)}",
        f"{to.text(phrases.subject(explanation))} {link}".rstrip(),
        to.text(phrases.state(explanation)),
        to.text(explanation.outlook or ""),
        "\n".join(f"{number}. {to.code(step)}" for number, step in enumerate(explanation.next, start=1)),
        _points(explanation.points, to),
        _list("Who holds the slots", held, to),
        _list(phrases.CHANGED, phrases.changes(explanation), to),
        _list("While it waited", map(phrases.incident, explanation.earlier), to),
        to.text(explanation.history or ""),
        _list("States", states, to),
        _list("Logs of who starts it, and warnings", phrases.log_lines(explanation), to),
        _list("What the log files say", map(phrases.sign, explanation.signs), to),
        _list("What to do about it", phrases.sign_steps(explanation), to),
        _list("Not seen", map(unseen, case.snapshot.missing), to),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _points(points: Iterable[Point], to: Dialect) -> str:
    """A list, since the older UI of Prefect cuts off what is long in a table (3.9.1)."""
    lines = [f"- {SIGNS[point.answer]} {phrases.WORDS[point.answer]}: {to.text(point.says)}" for point in points]
    return "\n".join(["## What can hold it back", "", *lines]) if lines else ""


def _list(title: str, lines: Iterable[str], to: Dialect) -> str:
    chosen = [f"- {to.text(line)}" for line in lines]
    return "\n".join([f"## {title}", "", *chosen]) if chosen else ""
