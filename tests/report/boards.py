"""Boards for the tests of artifacts: a judgement and what is open, without a server and without a database."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lifeguard.findings import Finding
from lifeguard.incidents import Changes, Incident
from lifeguard.report.board import Board, board_of
from lifeguard.snapshot import Snapshot
from tests import builders as b

EVIL = "http://evil.invalid"
HOSTILE = {
    "quotes": "'single' \"double\"",
    "a pipe": "a | b",
    "backticks": "`rm -rf` ``",
    "braces": "{{ 7*7 }} {x}",
    "a link": f"[click]({EVIL})",
    "an image": f"![x]({EVIL}/x.png)",
    "a bare link": f"{EVIL} www.evil.invalid me@evil.invalid",
    "HTML": "<b onload=x>bold</b><script>alert(1)</script>",
    "entities": "&amp; &#40; &lt;b&gt;",
    "emphasis": "*e* **f** _g_ ~~h~~",
    "a heading": "# big",
    "a list": "- item",
    "a number": "1. item",
    "backslashes": "a\\*b\\\\ \\",
    "an emoji": "😀 👩\u200d🚒",
    "right to left": "\u202egpj.exe \u200f",
    "lines": "one\ntwo\r\n\n# three\ttab",
}


def opened(found: Finding, *, id: int = 7, gone: float | None = None) -> Incident:
    """An incident that opened 600 s ago, and that has been gone for so long."""
    seen = Incident(found, b.ago(660), b.NOW, found.severity, len(found.run_ids), found.due_since, b.ago(600), id=id)
    return seen if gone is None else replace(seen, last_seen_at=b.ago(gone), gone_since=b.ago(gone))


def board(
    *incidents: Incident, seen: Snapshot | None = None, findings: Iterable[Finding] | None = None, recorded: bool = True
) -> Board:
    """What is told of an estate in which these incidents are open; by default their findings were found."""
    found: Sequence[Finding] = [each.finding for each in incidents] if findings is None else list(findings)
    changes = Changes(still_open=incidents) if recorded else Changes(is_recorded=False)
    return board_of(b.judgement(seen, findings=found), changes)
