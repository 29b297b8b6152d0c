"""`lifeguard-pools` and `lifeguard-findings`: tables of few columns and short cells, since cells of a table do not wrap."""

from lifeguard.durations import short
from lifeguard.escaping import shortened, ui_text
from lifeguard.findings import Finding
from lifeguard.report import phrases
from lifeguard.report.artifact import FINDINGS, POOLS, Artifact
from lifeguard.report.board import Board
from lifeguard.report.incident_markdown import SIGN
from lifeguard.report.pool_cells import COLUMNS, LONGEST_NAME, cells

ROWS_SHOWN = 1000
NOTHING = [{"Findings": "🟢 none"}]
NO_POOLS = [{"Work pool": "none"}]


def pools_table(board: Board) -> Artifact:
    """Every work pool, worst first."""
    pools = phrases.ordered(board.judgement.pools)
    rows = [dict[str, str](zip(COLUMNS, cells(pool), strict=True)) for pool in pools[:ROWS_SHOWN]]
    return Artifact(POOLS, "table", _described(board, "Work pools", len(pools)), rows or NO_POOLS)


def findings_table(board: Board) -> Artifact:
    """Every finding of the look, worst first; what another explains says by which code."""
    findings = board.judgement.findings
    rows = [_row(finding, board) for finding in findings[:ROWS_SHOWN]]
    return Artifact(FINDINGS, "table", _described(board, "Findings", len(findings)), rows or NOTHING)


def _row(finding: Finding, board: Board) -> dict[str, str]:
    waited = (board.now - finding.due_since).total_seconds() if finding.due_since else 0
    return {
        "Severity": f"{SIGN[finding.severity]} {finding.severity}",
        "Cause": finding.code,
        "Where": ui_text(shortened(finding.resource.name, LONGEST_NAME)),
        "Runs": str(len(finding.run_ids) or ""),
        "Waiting for": short(waited) if waited > 0 else "",
        "Explained by": finding.caused_by.partition(":")[0] if finding.caused_by else "",
    }


def _described(board: Board, what: str, number: int) -> str:
    partial = "" if board.judgement.is_complete else " The look was only partial, so this is not all."
    cut = (
        f" The first {ROWS_SHOWN} of {number}: `lifeguard check --format json` has all." if number > ROWS_SHOWN else ""
    )
    return f"{what} at {board.judgement.started_at:%Y-%m-%d %H:%M:%S} UTC, worst first.{partial}{cut}"
