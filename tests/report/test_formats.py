"""Every finding in every format, with names that try to be something else."""

from io import StringIO

import orjson
import pytest
from rich.console import Console

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.verdicts import read_pools
from lifeguard.findings import CATALOGUE
from lifeguard.judgement import Judgement
from lifeguard.report.contract import as_json
from lifeguard.report.markdown import as_markdown
from lifeguard.report.terminal import show
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests.every_code import findings_of_every_code

HOSTILE_NAMES = {
    "quotes": "'single' \"double\"",
    "a pipe": "a | b",
    "backticks": "`rm -rf` ``",
    "braces": "{{ 7*7 }} {x}",
    "a link": "[click](http://evil.invalid)",
    "HTML": "<b onload=x>bold</b>",
    "rich's markup": "[bold red]x[/]",
    "an emoji": "😀 👩\u200d🚒",
    "right to left": "\u202egpj.exe \u200f",
    "lines": "one\ntwo\r\nthree\ttab",
    "a terminal's escape": "\x1b[31mred\x1b]0;title\x07",
    "200 characters": "x" * 200,
}
FORBIDDEN = ("\u202e", "\u200f", "\x1b", "\x07", "\r")

every_name = pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())


def judgement(name: str = b.ETL, seen: Snapshot | None = None) -> Judgement:
    """A judgement with a finding of every code on resources of this name."""
    pool = b.pool(name)
    snapshot = seen or b.snapshot(pools=[pool], missing=[b.unseen("slot holders", name, essential=False)])
    findings = list(findings_of_every_code(name).values())
    pools = read_pools(Scene(snapshot, b.policy(), b.NOW), findings)
    return Judgement(snapshot, tuple(findings), tuple(pools), b.NOW, b.NOW)


def table(shown: Judgement, width: int = 140) -> str:
    """What a terminal without colours gets."""
    screen = StringIO()
    show(shown, Console(file=screen, width=width, highlight=False))
    return screen.getvalue()


@every_name
def test_a_table_shows_every_name_and_obeys_none(name: str) -> None:
    printed = table(judgement(name))
    assert not [character for character in FORBIDDEN if character in printed]
    assert [code for code in CATALOGUE if code not in printed] == []


@every_name
def test_markdown_keeps_its_shape_whatever_the_names_are(name: str) -> None:
    printed = as_markdown(judgement(name))
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} == {11} and len(rows) == 3
    assert not [bad for bad in (*FORBIDDEN, "<b ", "](http", "://evil", "{{", "[/]") if bad in printed]


@every_name
def test_json_gives_every_name_back_as_it_is(name: str) -> None:
    printed = as_json(judgement(name))
    document = orjson.loads(printed)
    named = {f["resource"]["name"] for f in document["findings"] if f["resource"]["kind"] == "work-pool"}
    assert (document["pools"][0]["name"], named) == (name, {name})


def test_a_command_is_never_wrapped() -> None:
    printed = table(judgement("a pool with a name"), width=60)
    assert "prefect worker start --pool 'a pool with a name' --with-healthcheck\n" in printed


def test_the_most_harmful_pool_comes_first() -> None:
    pools = [b.pool("alive"), b.pool("dead")]
    seen = b.snapshot(pools=pools, workers=[b.worker(pool="alive")], waiting=[b.run(pool="dead", overdue=600)])
    findings = b.judged(seen)
    readings = tuple(read_pools(b.scene(seen), findings))
    printed = table(Judgement(seen, tuple(findings), readings, b.NOW, b.NOW))
    assert printed.index("down ") < printed.index("healthy ")


def test_a_large_estate_shows_only_the_pools_that_need_somebody() -> None:
    seen = b.snapshot(
        pools=[b.pool(f"pool-{n}") for n in range(100)], waiting=[], missing=[b.unseen("workers", "pool-7")]
    )
    readings = tuple(read_pools(b.scene(seen), b.judged(seen)))
    printed = table(Judgement(seen, (), readings, b.NOW, b.NOW))
    assert "pool-7 " in printed and "pool-8 " not in printed and "99 healthy" in printed


def test_what_could_not_be_seen_is_a_question_mark_and_never_a_zero() -> None:
    seen = b.snapshot(missing=[b.unseen("workers", b.ETL)])
    (reading,) = read_pools(b.scene(seen), b.judged(seen))
    assert reading.workers_online is None and reading.workers_total is None
    assert "unknown  etl        process        ?" in table(Judgement(seen, (), (reading,), b.NOW, b.NOW))


def test_a_finding_that_another_explains_stands_beside_it() -> None:
    seen = b.snapshot(
        pools=[b.pool(limit=1, active_slots=1)],
        workers=[b.worker(silent=600)],
        active=[b.running()],
        waiting=[b.run(overdue=400)],
    )
    printed = table(Judgement(seen, tuple(b.judged(seen)), (), b.NOW, b.NOW))
    assert "CRITICAL  pool-no-workers" in printed
    assert "  also  pool-limit-saturated: Work pool 'etl' is full" in printed
    assert printed.splitlines()[-1] == "1 critical."
