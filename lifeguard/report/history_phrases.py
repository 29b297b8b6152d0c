"""The short texts of looking back, and in which order things are told. They are not escaped yet: each format does that."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import floor

from lifeguard.durations import short
from lifeguard.findings import Severity
from lifeguard.history import History, PoolHistory, lasted_seconds, seconds_to_notice
from lifeguard.incidents import Incident

WHOLLY_WATCHED = 0.99
LAST_HUNDREDTH = 10_000


def by_harm(incidents: Iterable[Incident]) -> list[Incident]:
    """The most harmful first, then the newest."""
    return sorted(incidents, key=lambda each: (-each.severity.rank, -each.began_at.timestamp(), each.id or 0))


def is_own_harm(incident: Incident) -> bool:
    """Whether a person wants to read of it at once: it is more than information, and nothing else explains it."""
    return incident.severity is not Severity.INFO and incident.finding.caused_by is None


def headline(history: History) -> str:
    """Of which server and which time."""
    days = short((history.until - history.since).total_seconds())
    return f"{history.server}: {minute(history.since)} to {minute(history.until)} UTC ({days})"


def minute(time: datetime) -> str:
    """A time as it is told in a table; everything is UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def second(time: datetime) -> str:
    """A time as it is told in the life of an incident."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def where(incident: Incident) -> str:
    """The pool that it is about, and what of the pool; else what it is about."""
    finding = incident.finding
    if finding.resource.kind == "work-pool":
        return finding.resource.name
    what = f"{finding.resource.kind} {finding.resource.name}"
    return f"{finding.pool_name}: {what}" if finding.pool_name else what


def lasted(incident: Incident, until: datetime) -> str:
    """How long it lasted, or lasts by now."""
    return short(lasted_seconds(incident, until))


def noticed(incident: Incident) -> str:
    """How long work had waited when it was told; empty where none waited."""
    waited = seconds_to_notice(incident)
    return "" if waited is None else short(waited)


def uptime(pool: PoolHistory) -> str:
    """In percent, rounded down: 100 % is told of nothing less."""
    if pool.uptime is None:
        return "no demand" if pool.seconds.watched else "not watched"
    return f"{floor(pool.uptime * LAST_HUNDREDTH) / 100:g} %"


def losses(minutes_lost: Mapping[str, float]) -> str:
    """Each cause with its time, the most costly first."""
    costly = sorted(minutes_lost.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{code} {short(60 * minutes)}" for code, minutes in costly)


def by_uptime(pools: Sequence[PoolHistory]) -> list[PoolHistory]:
    """The one that was up least first, then the one that lost most; those without demand at the end."""
    return sorted(pools, key=lambda each: (_share(each), -sum(each.minutes_lost.values()), each.name))


def needs_a_look(pool: PoolHistory) -> bool:
    """Whether it was not up all the time, or work waited on it."""
    return bool(pool.minutes_lost) or _share(pool) < 1


def counts(history: History) -> str:
    """How many incidents are open, and how many are over."""
    own = [incident for incident in history.incidents if is_own_harm(incident)]
    is_open = sum(incident.is_open for incident in own)
    return f"{is_open} open, {len(own) - is_open} resolved." if own else "No incident."


def unshown(history: History) -> str | None:
    """How many incidents a table leaves out, and where they are."""
    others = [incident for incident in history.incidents if not is_own_harm(incident)]
    if not others:
        return None
    explained = sum(incident.finding.caused_by is not None for incident in others)
    kinds = [(explained, "explained by another"), (len(others) - explained, "of severity info")]
    return f"{' and '.join(f'{n} {kind}' for n, kind in kinds if n)}: --format json or csv lists them too."


def unwatched(history: History) -> str | None:
    """That nobody looked for a part of the time, which no absence of incidents can hide."""
    window = (history.until - history.since).total_seconds()
    watched = max((pool.seconds.watched for pool in history.pools), default=0.0)
    if watched >= WHOLLY_WATCHED * window:
        return None
    return f"Watched for {short(watched)} of {short(window)}: at other times no patrol ran, or it could not see."


def _share(pool: PoolHistory) -> float:
    return 2.0 if pool.uptime is None else pool.uptime
