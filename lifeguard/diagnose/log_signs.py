"""What the checks share that speak of signs in logs: which signs count, how they are told, and whom they may accuse.

A log may be of last week. Only what the API shows now makes a line of it a cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.services import of_server
from lifeguard.diagnose.words import at, ids, of_pool
from lifeguard.durations import short
from lifeguard.facts import Pool, Worker, seconds
from lifeguard.findings import Evidence, Finding, Severity
from lifeguard.signatures.known import BY_KEY
from lifeguard.signatures.remedies import remedy_of
from lifeguard.signatures.sign import Sign, Stamp

RECENT_SECONDS = 3600.0
"""What was written within this time may still be going on."""

SEVERAL = 3
"""A single answer that was repeated and then right is nothing: the maintainers call it harmless (PrefectHQ/prefect#19771)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The signs of one cause, the one that proves most and was seen last first."""

    signs: tuple[Sign, ...]

    @property
    def first(self) -> Sign:
        """The sign that is shown."""
        return self.signs[0]

    @property
    def proofs(self) -> tuple[Sign, ...]:
        """Those that fit no other cause."""
        return tuple(sign for sign in self.signs if sign.is_proof)


def heard(scene: Scene, code: str) -> Heard | None:
    """What logs say of a cause; None where they say nothing, which is no proof that it is not there."""
    signs = [sign for sign in scene.snapshot.signs if sign.code == code]
    return Heard(tuple(sorted(signs, key=_weight))) if signs else None


def is_recent(scene: Scene, sign: Sign) -> bool | None:
    """Whether it may still be going on; None where nothing tells when it was."""
    older = sign.is_older(scene.now, RECENT_SECONDS)
    return None if older is None else not older


def severity_of(scene: Scene, said: Heard) -> Severity:
    """What only a log says is a warning at most, and information where it is old or fits other causes too."""
    lasting = any(is_recent(scene, sign) is not False for sign in said.proofs)
    return Severity.WARNING if lasting else Severity.INFO


def sentence(scene: Scene, sign: Sign) -> str:
    """What the log says, how often and when, for a title."""
    means = BY_KEY[sign.signature].means.removesuffix(".")
    often = "once" if sign.count == 1 else f"{sign.count:,} times"
    return f"{means} ({often} in {_log(sign)}, {_last(scene, sign)})"


def sign_evidence(said: Heard) -> Evidence:
    """The proof: which log, how often, from when to when, and a line of it."""
    sign = said.first
    return {
        "log": sign.log,
        "times_seen": sign.count,
        "first_seen": _shown(sign.first),
        "last_seen": _shown(sign.last),
        "example": sign.example,
        "other_signs": ", ".join(f"{other.signature} {other.count}" for other in said.signs[1:]) or None,
    }


def only_logged(scene: Scene, said: Heard) -> Finding:
    """The finding of what a log says and the API does not show."""
    return Finding(
        code=said.first.code,
        severity=severity_of(scene, said),
        resource=of_server(scene),
        title=sentence(scene, said.first),
        evidence=sign_evidence(said),
        remedy=remedy_of(said.first.code),
        is_confirmed=False,
    )


def of_silenced_pools(scene: Scene, said: Heard) -> list[Finding]:
    """One finding for each pool that nobody has worked on since, or else one of what the log says."""
    silenced = [(pool, sign) for pool in scene.snapshot.pools if (sign := _silencing(scene, pool, said))]
    return [_of_pool(scene, pool, said, sign) for pool, sign in silenced] or [only_logged(scene, said)]


def _of_pool(scene: Scene, pool: Pool, said: Heard, sign: Sign) -> Finding:
    due = scene.startable(pool)
    ordered = Heard((sign, *(other for other in said.signs if other is not sign)))
    return Finding(
        code=sign.code,
        severity=Severity.CRITICAL if due else Severity.WARNING if scene.soon(pool) else Severity.INFO,
        resource=of_pool(pool),
        title=f"Nobody works on pool '{pool.name}' since a worker's log says: {sentence(scene, sign)}",
        evidence={**sign_evidence(ordered), "overdue_runs": len(due)},
        remedy=remedy_of(sign.code, pool.name),
        run_ids=ids(due),
    )


def _silencing(scene: Scene, pool: Pool, said: Heard) -> Sign | None:
    """The sign of the death of a worker of a pool that nobody works on, if no other worker was heard there later."""
    workers = scene.workers(pool)
    if workers is None or not pool.needs_workers or pool.is_paused or scene.live_workers(pool):
        return None
    return next((sign for sign in said.proofs if _ends(scene, pool, workers, sign)), None)


def _ends(scene: Scene, pool: Pool, workers: Sequence[Worker], sign: Sign) -> bool:
    """By the worker's name and its last heartbeat; by the pool's name where that worker never came so far."""
    end = sign.last_at
    if end is None:
        return False
    named = [worker for worker in workers if worker.name in sign.workers]
    if named:
        return any(_died_at(scene, worker, end) for worker in named)
    return pool.name in sign.pools and all(_was_silent_after(scene, worker, end) for worker in workers)


def _died_at(scene: Scene, worker: Worker, end: datetime) -> bool:
    patience = seconds(scene.heartbeat_patience_seconds(worker))
    return worker.last_heartbeat is not None and abs(end - worker.last_heartbeat) <= patience


def _was_silent_after(scene: Scene, worker: Worker, end: datetime) -> bool:
    patience = seconds(scene.heartbeat_patience_seconds(worker))
    return worker.last_heartbeat is None or worker.last_heartbeat <= end + patience


def _weight(sign: Sign) -> tuple[bool, float, str]:
    return (not sign.is_proof, -(sign.last_at.timestamp() if sign.last_at else 0.0), sign.signature)


def _log(sign: Sign) -> str:
    return f"the log '{sign.log}'" if sign.ended else sign.log


def _last(scene: Scene, sign: Sign) -> str:
    if sign.last and sign.last.at:
        ago = short((scene.now - sign.last.at).total_seconds())
        return f"last at {at(sign.last.at)}, {ago} ago"
    written = f"last at {sign.last.written} by its own clock" if sign.last else "which tells no time"
    if sign.ended is None:
        return written
    return f"{written}; it was last written to at {at(sign.ended)}"


def _shown(stamp: Stamp | None) -> datetime | str | None:
    return (stamp.at or stamp.written) if stamp else None
