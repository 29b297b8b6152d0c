"""The same picture as markdown, for an issue, a chat or a page. Names reach it only escaped."""

from collections.abc import Iterable, Sequence

from lifeguard.escaping import markdown, markdown_code
from lifeguard.findings import Finding
from lifeguard.judgement import Judgement
from lifeguard.report import phrases


def as_markdown(judgement: Judgement) -> str:
    """The whole picture."""
    blocks = [
        f"# {markdown(phrases.verdict_line(judgement))}",
        markdown(phrases.headline(judgement)),
        pools_table(judgement),
        *(finding_section(finding, explained) for finding, explained in phrases.by_cause(judgement.findings)),
        _missing(judgement),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def pools_table(judgement: Judgement) -> str:
    """The pools, most harmful verdict first, and what was left out of a long list."""
    chosen = phrases.shown(judgement.pools)
    rows = [phrases.COLUMNS, ["---"] * len(phrases.COLUMNS), *(map(markdown, phrases.cells(pool)) for pool in chosen)]
    table = "\n".join(_row(row) for row in rows)
    return f"{table}\n\n{phrases.summary(judgement.pools)}" if len(chosen) < len(judgement.pools) else table


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def finding_section(finding: Finding, explained: Sequence[Finding]) -> str:
    """One finding with those that it explains."""
    lines = [f"## {finding.severity}: {finding.code}", "", markdown(finding.title), ""]
    lines += [f"- {markdown(name)}: {markdown(value)}" for name, value in phrases.proof(finding)]
    lines += ["", *(f"{number}. {markdown_code(step)}" for number, step in enumerate(finding.remedy, start=1))]
    lines += ["", *(f"Also {other.code}: {markdown(other.title)}" for other in explained)] if explained else []
    return "\n".join(lines)


def _missing(judgement: Judgement) -> str:
    unseen = [f"- {markdown(each)}" for each in phrases.all_unseen(judgement.snapshot.missing)]
    return "\n".join(["## Not seen", "", *unseen]) if unseen else ""
