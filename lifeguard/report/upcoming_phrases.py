"""The sentences of what is to start. Not escaped yet: each format does that."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from lifeguard.durations import short
from lifeguard.filling import Filling
from lifeguard.report.staffing_phrases import fewer_workers
from lifeguard.report.unstaffed_phrases import next_command, nobody_works
from lifeguard.upcoming import PoolPlan, Upcoming

BEYOND = timedelta(hours=20)


def headline(upcoming: Upcoming) -> str:
    """Of which server and which time."""
    return f"{upcoming.server}: {minute(upcoming.now)} to {minute(upcoming.until)} UTC"


def minute(time: datetime) -> str:
    """A time of a headline; everything is UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def verdict(plan: PoolPlan, now: datetime) -> str:
    """Whether the pool can carry it, as far as that is known; empty where it can, and where nothing comes."""
    ability, jam = plan.ability, plan.jam
    if not (plan.runs or plan.overdue):
        return ""
    if ability.is_paused or ability.limit == 0:
        return f"The pool {'is paused' if ability.is_paused else 'has a limit of 0'}: none of its runs will start."
    if jam is None:
        return "" if ability.a_minute else unknown([plan])
    if ability.by_limit and ability.holds_minutes:
        rate = f"the pool's limit is {ability.limit}, and a run holds a slot for about {_length(ability.holds_minutes)}"
        return f"{_what_comes(plan, jam.begins)}; {rate}: it will be behind {_until(jam.ends, now)}."
    rate = f"at most {ability.fastest or 0:.3g} a minute have begun there in the last day"
    return f"{_what_comes(plan, jam.begins)}; {rate}: if it cannot do more, it will be behind {_until(jam.ends, now)}."


def fillings(plan: PoolPlan, now: datetime) -> list[str]:
    """When limits will be full, how many runs will wait then, and for how long: one sentence for each."""
    return [_filling(each, now) for each in plan.fillings]


def workers(plan: PoolPlan, now: datetime) -> list[str]:
    """That its workers become fewer, or that there is none and whether one will come; nothing where that is fine."""
    fewer = [fewer_workers(plan.falling, now)] if plan.falling else []
    if plan.unstaffed is None or plan.unstaffed.is_fine:
        return fewer
    command = next_command(plan.unstaffed)
    return [*fewer, nobody_works(plan.unstaffed, now) + (f" Next: {command}" if command else "")]


def _filling(filling: Filling, now: datetime) -> str:
    gate, began = filling.gate, _clock(filling.full_at, now)
    length = f"about {_length(gate.holds_minutes)} a run"
    of = {
        "work pool": "the pool",
        "work queue": f"work queue '{gate.name}' ({length}, as in the whole pool)",
        "deployment": f"deployment '{gate.name}' ({length})",
    }[gate.kind]
    slots = f"The only slot of {of} is taken" if gate.limit == 1 else f"All {gate.limit:,} slots of {of} are taken"
    if filling.cancelled:
        return f"{slots} {began}: {_runs(filling.cancelled)} will find none, and be cancelled (CANCEL_NEW)."
    wait = short(60 * round(filling.longest / timedelta(minutes=1)))
    waiting = "1 run waits" if filling.waiting == 1 else f"at most {filling.waiting:,} runs wait"
    return f"{slots} {began}: {waiting}, the longest for about {wait}, {_until(filling.until, now)}."


def _clock(time: datetime, now: datetime) -> str:
    """From when on something holds."""
    if time - now < timedelta(minutes=1):
        return "now"
    shown = f"{time.astimezone(UTC):%H:%M}" if time - now < BEYOND else minute(time)
    return f"from about {shown} UTC"


def _what_comes(plan: PoolPlan, begins: datetime) -> str:
    """The runs of the hour in which it begins, and those that wait already."""
    hour = next((hour for hour in plan.hours if hour.at <= begins < hour.at + timedelta(hours=1)), plan.busiest)
    least = "at least " if hour.is_at_least else ""
    overdue = f", and {plan.overdue:,} overdue now" if plan.overdue else ""
    return f"{hour.at.astimezone(UTC):%H}:00: {least}{_runs(hour.runs)}{overdue}"


def _runs(number: int) -> str:
    return f"{number:,} run" if number == 1 else f"{number:,} runs"


def unknown(plans: Sequence[PoolPlan]) -> str:
    """One sentence for all of those of which nobody can tell whether they can carry what comes."""
    more = f" and {len(plans) - 1} more work pools" if len(plans) > 2 else f" and '{plans[-1].pool}'"
    which = f"'{plans[0].pool}'" + (more if len(plans) > 1 else "")
    return f"Whether {which} can carry this is not known: no run is known to have begun there in the last day."


def _length(minutes: float) -> str:
    return f"{60 * minutes:.0f} s" if minutes < 2 else f"{minutes:.0f} min"


def _until(ends: datetime | None, now: datetime) -> str:
    if ends is None:
        return "for days"
    shown = f"{ends.astimezone(UTC):%H:%M}" if ends - now < BEYOND else minute(ends)
    return f"until about {shown} UTC"


def caveats(upcoming: Upcoming) -> list[str]:
    """What the numbers are made of, and what is not in them."""
    made = sum(hour.made for plan in upcoming.pools for hour in plan.hours)
    planned = sum(hour.planned for plan in upcoming.pools for hour in plan.hours)
    overdue = sum(plan.overdue for plan in upcoming.pools)
    return list(_sentences(upcoming, made, planned, overdue))


def _sentences(upcoming: Upcoming, made: int, planned: int, overdue: int) -> Iterator[str]:
    if planned and not upcoming.read_until:
        yield (
            f"Prefect has made {made:,} of these {_runs(made + planned)}; it makes the others later, from the schedules "
            "that are active now."
        )
    if any(hour.is_at_least for plan in upcoming.pools for hour in plan.hours):
        yield "A number with + may be higher: not every run of that hour can be told yet."
    if upcoming.read_until:
        yield (
            f"There are too many runs to read them all: after {minute(upcoming.read_until)} UTC only what follows from "
            "schedules is counted. Ask for fewer hours (--hours) or one pool (--pool)."
        )
    if overdue:
        yield f"{_runs(overdue)} {'was' if overdue == 1 else 'were'} to start before now: `lifeguard check` says why."
    if upcoming.elsewhere:
        yield f"Left out, as no work pool has them: {_runs(upcoming.elsewhere)} of served deployments."
    if upcoming.in_doubt:
        number = len(upcoming.in_doubt)
        pools = f"'{upcoming.in_doubt[0]}'" if number == 1 else f"{number} work pools"
        yield f"Whether anybody works on {pools} is not known now: `lifeguard check` looks."
    if upcoming.unread:
        yield f"How fast pools start runs is not known: {upcoming.unread}"
