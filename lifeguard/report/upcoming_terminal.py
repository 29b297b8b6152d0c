"""What is to start, as a table: a row for each pool, a column for each hour or for some hours."""

from collections.abc import Sequence
from datetime import UTC

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lifeguard.escaping import visible
from lifeguard.report import upcoming_phrases as phrases
from lifeguard.upcoming import Hour, PoolPlan, Upcoming

POOLS_SHOWN = 40
COLUMNS = 13
"""The hour that has begun, and twelve more."""
SENTENCES_SHOWN = 10
NAME_WIDTH = 28


def show(upcoming: Upcoming, console: Console) -> None:
    """Print the whole picture."""
    _say(console, phrases.headline(upcoming), "dim")
    chosen = sorted((plan for plan in upcoming.pools if plan.runs or plan.overdue), key=_urgency)
    if chosen:
        console.print()
        console.print(_table(chosen[:POOLS_SHOWN], upcoming))
    _say_more(console, len(chosen) - POOLS_SHOWN)
    _show_verdicts(chosen, upcoming, console)
    console.print()
    idle = len(upcoming.pools) - len(chosen)
    if idle:
        _say(console, f"Nothing comes to {idle} {'work pool' if idle == 1 else 'work pools'}.", "dim")
    for sentence in phrases.caveats(upcoming):
        _say(console, sentence, "dim")


def _urgency(plan: PoolPlan) -> tuple[bool, float, int, str]:
    """Those that will be behind or whose limits will be full, the earliest first; then those to which most comes."""
    begins = [each.full_at for each in plan.fillings]
    begins += [plan.jam.begins] if plan.jam else []
    begins += [plan.falling.steps[-1].at] if plan.falling else []
    begins += [plan.unstaffed.next_at] if plan.unstaffed and plan.unstaffed.needs_somebody else []
    return not begins, min(begins).timestamp() if begins else 0.0, -plan.runs, plan.pool


def _table(plans: Sequence[PoolPlan], upcoming: Upcoming) -> Table:
    step = -(-len(upcoming.pools[0].hours) // COLUMNS)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Work pool", overflow="fold", max_width=NAME_WIDTH)
    for name in ("Limit", "Overdue", *(f"{hour.at.astimezone(UTC):%H}h" for hour in plans[0].hours[::step])):
        table.add_column(name, justify="right", no_wrap=True)
    for plan in plans:
        limit = "" if plan.ability.limit is None else str(plan.ability.limit)
        groups = [plan.hours[start : start + step] for start in range(0, len(plan.hours), step)]
        cells = (limit, str(plan.overdue or ""), *map(_number, groups))
        table.add_row(Text(visible(plan.pool), style="red" if plan.is_in_trouble else ""), *map(Text, cells))
    return table


def _number(hours: Sequence[Hour]) -> str:
    """How many runs; a `+` says that there may be more."""
    runs = sum(hour.runs for hour in hours)
    may_be_more = any(hour.is_at_least for hour in hours)
    return f"{runs or ''}{'+' if may_be_more else ''}" if runs or may_be_more else "·"


def _told(plan: PoolPlan, upcoming: Upcoming) -> list[str]:
    """What is the matter with its workers, what it will not carry, and which limits will be full."""
    verdict = [phrases.verdict(plan, upcoming.now)] if plan.jam else []
    return [*phrases.workers(plan, upcoming.now), *verdict, *phrases.fillings(plan, upcoming.now)]


def _say_more(console: Console, more: int) -> None:
    if more > 0:
        _say(console, f"and {more} more work pools: --format json lists them all.", "dim")


def _show_verdicts(plans: Sequence[PoolPlan], upcoming: Upcoming, console: Console) -> None:
    told = [(plan, sentence) for plan in plans for sentence in _told(plan, upcoming)]
    if told:
        console.print()
    for plan, sentence in told[:SENTENCES_SHOWN]:
        line = Text(visible(plan.pool), style="bold red")
        console.print(line.append(f"  {visible(sentence)}", style="not bold default"), soft_wrap=True)
    if len(told) > SENTENCES_SHOWN:
        _say(console, f"and {len(told) - SENTENCES_SHOWN} more: --format json lists them all.", "dim")
    unknown = [plan for plan in plans if plan.ability.a_minute is None]
    if unknown and not upcoming.unread:
        console.print()
        _say(console, phrases.unknown(unknown), "dim")


def _say(console: Console, sentence: str, style: str) -> None:
    console.print(Text(visible(sentence), style=style), soft_wrap=True)
