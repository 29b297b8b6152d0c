"""The short texts that every picture of a judgement shares. They are not escaped yet: each format does that itself."""

from collections.abc import Sequence
from datetime import datetime

from lifeguard.diagnose.pool_observation_failed import POOLS_NAMED
from lifeguard.durations import short
from lifeguard.findings import Finding, PoolReading, Severity, Verdict
from lifeguard.judgement import Judgement
from lifeguard.snapshot import Missing

VERDICTS_BY_HARM = (
    Verdict.DOWN,
    Verdict.DEGRADED,
    Verdict.UNKNOWN,
    Verdict.PAUSED,
    Verdict.HEALTHY,
    Verdict.IDLE,
)
QUIET_VERDICTS = frozenset({Verdict.HEALTHY, Verdict.IDLE})
POOLS_SHOWN = 40
COLUMNS = (
    "Verdict",
    "Work pool",
    "Type",
    "Workers",
    "Overdue",
    "Oldest",
    "Pending",
    "Running",
    "Awaiting slot",
    "Slots",
)
UNSEEN = "?"


def ordered(pools: Sequence[PoolReading]) -> list[PoolReading]:
    """The pools, most harmful verdict first, then by name."""
    return sorted(pools, key=lambda pool: (VERDICTS_BY_HARM.index(pool.verdict), pool.name, pool.id))


def shown(pools: Sequence[PoolReading]) -> list[PoolReading]:
    """All pools of a small estate; of a large one, those that need somebody's attention."""
    if len(pools) <= POOLS_SHOWN:
        return ordered(pools)
    return [pool for pool in ordered(pools) if pool.verdict not in QUIET_VERDICTS]


def summary(pools: Sequence[PoolReading]) -> str:
    """How many pools have which verdict."""
    counts = [(sum(pool.verdict is verdict for pool in pools), verdict) for verdict in VERDICTS_BY_HARM]
    return ", ".join(f"{number} {verdict}" for number, verdict in counts if number) or "no work pools"


def cells(pool: PoolReading) -> tuple[str, ...]:
    """One row of the pools' table, in the order of `COLUMNS`."""
    return (
        pool.verdict.value,
        pool.name,
        pool.type,
        workers(pool),
        number(pool.overdue),
        short(pool.oldest_overdue_seconds) if pool.oldest_overdue_seconds else "",
        number(pool.pending),
        number(pool.running),
        number(pool.waiting_for_slot),
        slots(pool),
    )


def workers(pool: PoolReading) -> str:
    """Live workers of all that are known, and how long ago where not just now; pools that need none have no number."""
    return f"{workers_alive(pool)}{workers_age(pool)}" if pool.needs_workers else "none needed"


def workers_alive(pool: PoolReading) -> str:
    """Live workers of all that are known."""
    return UNSEEN if pool.workers_online is None else f"{pool.workers_online} of {pool.workers_total}"


def workers_age(pool: PoolReading) -> str:
    """How long ago they were read; empty where that was in this look."""
    return "" if pool.workers_age_seconds is None else f", {short(pool.workers_age_seconds)} ago"


def slots(pool: PoolReading) -> str:
    """Slots in use of those that there are; empty without a limit."""
    return "" if pool.concurrency_limit is None else f"{number(pool.active_slots)} of {pool.concurrency_limit}"


def number(value: int | None) -> str:
    """A number, or that it could not be seen."""
    return UNSEEN if value is None else str(value)


def proof(finding: Finding) -> list[tuple[str, str]]:
    """The evidence as pairs of texts; what is unknown or empty is left out."""
    return [(name, value_text(value)) for name, value in finding.evidence.items() if value not in (None, "")]


def value_text(value: object) -> str:
    """One value of the evidence as people read it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def headline(judgement: Judgement) -> str:
    """Who was asked, when, and at what price."""
    server = judgement.snapshot.server
    who = "Prefect Cloud" if server.is_cloud else f"Prefect {server.version or '(version unknown)'}"
    calls = judgement.snapshot.api_calls
    latency = "" if server.latency_seconds is None else f", answers in {1000 * server.latency_seconds:.0f} ms"
    return f"{who} at {server.api_url}{latency}; {judgement.started_at:%Y-%m-%d %H:%M:%S} UTC, {calls} API calls"


def verdict_line(judgement: Judgement) -> str:
    """How many findings of which severity, not counting those that another explains."""
    own = [finding for finding in judgement.findings if finding.caused_by is None]
    counts = [(sum(finding.severity is severity for finding in own), severity) for severity in Severity]
    found = ", ".join(f"{count} {severity}" for count, severity in counts if count)
    partial = "" if judgement.is_complete else " The look was only partial, so this is not all."
    return (f"{found}." if found else "Nothing found.") + partial


def unseen(missing: Missing) -> str:
    """What could not be seen, and why."""
    where = f" of work pool '{missing.pool_name}'" if missing.pool_name else ""
    return f"{missing.what}{where}: {missing.reason}"


def all_unseen(missing: Sequence[Missing]) -> list[str]:
    """The same of all that is missing; what is alike and has one reason in many places is one sentence."""
    alike: dict[tuple[str, str, bool], list[Missing]] = {}
    for each in missing:
        alike.setdefault((each.kind, each.reason, each.pool_name is None), []).append(each)
    return [sentence for some in alike.values() for sentence in _told_together(some)]


def _told_together(alike: Sequence[Missing]) -> list[str]:
    first, pools = alike[0], {each.pool_name for each in alike}
    each_told = list(dict.fromkeys(map(unseen, alike)))
    if len(pools) > POOLS_NAMED:
        return [f"{first.kind} of {len(pools):,} work pools: {first.reason}"]
    if first.pool_name is None and len(each_told) > POOLS_NAMED:
        return [f"{first.what} and {len(each_told) - 1:,} more: {first.reason}"]
    return each_told


def by_cause(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Each finding that stands for itself, with those that it explains."""
    present = {finding.fingerprint for finding in findings}
    roots = [finding for finding in findings if finding.caused_by not in present]
    return [(root, [f for f in findings if f.caused_by == root.fingerprint]) for root in roots]
