"""The digest's section on Prefect's settings: the first risky ones, a line each; nothing where there are none."""

from lifeguard.escaping import ui_code, ui_text
from lifeguard.findings import Finding
from lifeguard.report import phrases
from lifeguard.report import review_phrases as words
from lifeguard.review.outcome import Review
from lifeguard.settings import variable
from lifeguard.snapshot import SERVER_SETTINGS, Missing

TITLE = "## Settings"
SHOWN = 5
COMMAND = "lifeguard settings"


def settings_section(review: Review | str | None) -> list[str]:
    """What was reviewed, or the reason for which it could not be; None says nothing."""
    match review:
        case None:
            return []
        case str():
            return [TITLE, f"Not known: Prefect's settings could not be reviewed ({ui_text(review)})."]
        case Review(findings=()):
            return [] if review.is_complete else [TITLE, _unseen(review)]
        case Review():
            lines = [_line(finding) for finding in review.findings[:SHOWN]]
            more = len(review.findings) - SHOWN
            listed = "\n".join([*lines, *([f"- and {more} more"] if more > 0 else [])])
            return [TITLE, f"{ui_text(words.verdict(review))} What to do: {ui_code(COMMAND)}", listed]


def _line(finding: Finding) -> str:
    """A setting is told by its path, an old name of a variable by itself."""
    setting = str(finding.evidence["setting"])
    name = setting if setting.startswith("PREFECT_") else variable(setting)
    return f"- {ui_code(name)}: {ui_text(finding.title)}"


def _unseen(review: Review) -> str:
    first = next(filter(_matters, review.snapshot.missing), None)
    why = f" ({ui_text(phrases.unseen(first))})" if first else ""
    return f"Not known: nothing risky was found, but not everything was seen{why}. Look again: {ui_code(COMMAND)}"


def _matters(missing: Missing) -> bool:
    return missing.essential or missing.what == SERVER_SETTINGS
