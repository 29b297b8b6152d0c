"""The tables hold what a reader can take in: few columns, short cells, the worst first, and they say what they leave out."""

from collections.abc import Mapping, Sequence
from typing import cast

from lifeguard.report.artifact import Artifact
from lifeguard.report.tables import ROWS_SHOWN, findings_table, pools_table
from tests import builders as b
from tests.report.boards import board


def rows(artifact: Artifact) -> Sequence[Mapping[str, str]]:
    return cast(Sequence[Mapping[str, str]], artifact.data)


def test_pools_come_worst_first() -> None:
    seen = b.snapshot(pools=[b.pool("a"), b.pool("z", is_paused=True)])
    assert rows(pools_table(board(seen=seen))) == [
        {"Verdict": "⏸️ paused", "Work pool": "z", "Workers": "1 of 1", "Overdue": "0", "Oldest": "", "Slots": ""},
        {"Verdict": "🟢 healthy", "Work pool": "a", "Workers": "1 of 1", "Overdue": "0", "Oldest": "", "Slots": ""},
    ]


def test_a_finding_is_one_line_and_one_that_another_explains_names_its_cause() -> None:
    own, explained = b.finding(due=90, runs=3), b.finding("queue-paused", "b", "info", caused_by="pool-paused:x:y")
    first, second = rows(findings_table(board(findings=[own, explained])))
    assert (first["Where"], first["Runs"], first["Waiting for"]) == ("etl", "3", "1 min 32 s")
    assert second["Explained by"] == "pool-paused"


def test_an_empty_table_says_that_nothing_was_found() -> None:
    assert rows(findings_table(board())) == [{"Findings": "🟢 none"}]


def test_a_partial_look_is_said_to_be_one() -> None:
    partial = board(seen=b.snapshot(missing=[b.unseen("work queues")]))
    assert "The look was only partial" in pools_table(partial).description


def test_a_table_that_is_cut_says_of_how_many_rows() -> None:
    seen = b.snapshot(pools=[b.pool(f"pool-{number}") for number in range(ROWS_SHOWN + 1)])
    table = pools_table(board(seen=seen))
    assert len(rows(table)) == ROWS_SHOWN and "The first 1000 of 1001" in table.description
