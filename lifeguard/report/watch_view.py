"""The living picture of `lifeguard watch`: as much as the terminal holds, the worst first, the rest counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from lifeguard.durations import short
from lifeguard.escaping import visible
from lifeguard.findings import Finding, PoolReading
from lifeguard.judgement import Judgement
from lifeguard.report import phrases
from lifeguard.report.terminal import NUMERIC, SEVERITY_STYLE, VERDICT_STYLE
from lifeguard.report.watch_changes import Differences, Mark

FEW_COLUMNS = frozenset({"Verdict", "Work pool", "Workers", "Overdue", "Oldest"})
LEFT_OUT_WHEN_NARROW = frozenset({"Type", "Pending", "Running"})
NARROW, NARROWEST = 110, 85
LEAST_POOLS = 1
LINES_BESIDES = 4
"""The names of the columns, how many pools there are, a blank line, and how many findings."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown: the newest look that saw something, the one before it, and why there is no newer one.

    `age_seconds` is since that look; `next_in_seconds` until the next one, None while it is under way.
    """

    judgement: Judgement | None
    before: Judgement | None
    failure: str | None
    age_seconds: float
    next_in_seconds: float | None
    every_seconds: float

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """All lines, each cut at the width, no more of them than the terminal has."""
        height = options.height or console.size.height
        head, foot = list(self._head()), self._foot()
        yield from head
        if self.judgement is not None:
            yield from _body(self.judgement, self.before, options.max_width, height - len(head) - 1, self.is_old)
        yield foot

    @property
    def is_old(self) -> bool:
        """Whether the look after it failed."""
        return self.failure is not None

    def _head(self) -> Iterator[Text]:
        if self.judgement is not None:
            yield _line(phrases.headline(self.judgement), "dim")
        if self.failure is None:
            return
        yield _line(f"The last look failed: {self.failure}", "bold red")
        if self.judgement is None:
            yield _line("Nothing was seen yet.", "bold red")
        else:
            yield _line(f"OLD: this is what was seen {short(self.age_seconds)} ago.", "bold red")

    def _foot(self) -> Text:
        then = "looking …" if self.next_in_seconds is None else f"next look in {short(self.next_in_seconds)}"
        seen = "" if self.judgement is None else f"seen {short(self.age_seconds)} ago, "
        return _line(
            f"{seen}{then} (every {short(self.every_seconds)}); ▲▼◆ changed since the look before; Ctrl-C ends", "dim"
        )


def _body(
    judgement: Judgement, before: Judgement | None, width: int, height: int, is_old: bool
) -> Iterator[RenderableType]:
    """The pools get what the findings leave, and at least half."""
    differences = Differences(before, judgement)
    notes = _notes(judgement, differences)
    room = height - LINES_BESIDES
    for_pools = max(1, min(len(judgement.pools), max(LEAST_POOLS, room // 2, room - sum(map(len, notes)))))
    yield _pools(judgement.pools, differences, for_pools, width, is_old)
    yield _unshown(judgement.pools, for_pools)
    yield Text("")
    yield from _fitting(notes, room - for_pools)
    yield _line(phrases.verdict_line(judgement), "bold")


def _fitting(notes: Sequence[Sequence[Text]], room: int) -> Iterator[Text]:
    """As many whole notes as there are lines for, and how many are left out."""
    for number, note in enumerate(notes):
        is_last = number == len(notes) - 1
        if len(note) + (0 if is_last else 1) > room:
            yield _line(f"and {len(notes) - number} more: `lifeguard check` prints them all", "dim")
            return
        room -= len(note)
        yield from note


def _pools(pools: Sequence[PoolReading], differences: Differences, room: int, width: int, is_old: bool) -> Table:
    shown = _columns(width)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), style="dim" if is_old else "")
    for column in shown:
        may_be_cut = column in ("Work pool", "Type")
        table.add_column(
            _line(column, "bold"), justify="right" if column in NUMERIC else "left", no_wrap=not may_be_cut
        )
    for pool in phrases.ordered(pools)[:room]:
        table.add_row(*_row(pool, differences.marks(pool), shown))
    return table


def _row(pool: PoolReading, marks: dict[str, Mark], shown: Sequence[str]) -> list[Text]:
    cells: dict[str, str] = dict(zip(phrases.COLUMNS, phrases.cells(pool), strict=True))
    return [_cell(cells[column], marks.get(column, Mark.SAME), _style(column, pool)) for column in shown]


def _cell(text: str, mark: Mark, style: str) -> Text:
    return _line(f"{text} {mark}" if mark else text, f"{style} reverse" if mark else style)


def _style(column: str, pool: PoolReading) -> str:
    return VERDICT_STYLE[pool.verdict] if column == "Verdict" else ""


def _columns(width: int) -> list[str]:
    if width >= NARROW:
        return list(phrases.COLUMNS)
    if width >= NARROWEST:
        return [column for column in phrases.COLUMNS if column not in LEFT_OUT_WHEN_NARROW]
    return [column for column in phrases.COLUMNS if column in FEW_COLUMNS]


def _unshown(pools: Sequence[PoolReading], room: int) -> Text:
    rest = phrases.ordered(pools)[room:]
    return _line(f"and {len(rest)} more: {phrases.summary(rest)}" if rest else phrases.summary(pools), "dim")


def _notes(judgement: Judgement, differences: Differences) -> list[list[Text]]:
    """What is gone, what is new, what was found before too (the worst first, without what others explain), what is unseen."""
    gone = [[_line(f"gone      {finding.code}: {finding.title}", "green")] for finding in differences.gone]
    left = [
        [_line(f"gone      work pool '{pool.name}' is not on the server any more", "green")]
        for pool in differences.gone_pools
    ]
    own = [finding for finding, _ in phrases.by_cause(judgement.findings)]
    found = [_finding(finding, differences) for finding in sorted(own, key=differences.is_new, reverse=True)]
    unseen = [[_line(f"NOT SEEN  {each}", "magenta")] for each in phrases.all_unseen(judgement.snapshot.missing)]
    return [*gone, *left, *found, *unseen]


def _finding(finding: Finding, differences: Differences) -> list[Text]:
    severity = Text(f"{finding.severity.upper():<9} ", SEVERITY_STYLE[finding.severity])
    new = Text("NEW ", "reverse") if differences.is_new(finding) else Text()
    words = Text.assemble(severity, new, (f"{finding.code}  ", "bold"), visible(finding.title))
    step = finding.remedy[0] if finding.remedy else f"lifeguard check says more of {finding.code}"
    return [_cut(words), _line(f"          next  {step}", "green")]


def _line(text: str, style: str) -> Text:
    return _cut(Text(visible(text), style=style))


def _cut(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
