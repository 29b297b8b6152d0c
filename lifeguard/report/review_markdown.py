"""The same review as markdown, for an issue, a chat or a page. Names reach it only escaped."""

from collections.abc import Iterable

from lifeguard.escaping import markdown
from lifeguard.report import phrases
from lifeguard.report import review_phrases as words
from lifeguard.report.markdown import finding_section
from lifeguard.review.outcome import Review


def as_markdown(review: Review) -> str:
    """The whole review."""
    unseen = [f"- {markdown(phrases.unseen(missing))}" for missing in review.snapshot.missing]
    blocks = [
        f"# {markdown(words.verdict(review))}",
        markdown(words.headline(review)),
        *(finding_section(finding, ()) for finding in review.findings),
        _changed(review),
        "\n".join(["## Not seen", "", *unseen]) if unseen else "",
        *map(markdown, review.notes),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _changed(review: Review) -> str:
    if not review.changed:
        return ""
    rows = [words.COLUMNS, ["---"] * len(words.COLUMNS), *(map(markdown, words.cells(each)) for each in review.changed)]
    return "\n".join(["## Not Prefect's default", "", *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
