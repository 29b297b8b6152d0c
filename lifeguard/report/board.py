"""What a reader of the artifacts is told, in its order, before it is put into words: the same for all of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lifeguard.findings import Finding, PoolReading, Severity, Verdict
from lifeguard.incidents import Changes, Incident
from lifeguard.judgement import Judgement
from lifeguard.report.artifact import FINDINGS, OVERVIEW, POOLS, pool_key
from lifeguard.report.due import Draft, mark
from lifeguard.report.history_phrases import is_own_harm
from lifeguard.report.phrases import QUIET_VERDICTS
from lifeguard.staffing import Falling
from lifeguard.unstaffed import Unstaffed

PAGES_KEPT = 50
"""Pools that have a page of their own at a time: those with the worst incidents."""


@dataclass(frozen=True, slots=True)
class Board:
    """A judgement with the incidents that are open, worst first, of which somebody has to know.

    `going` are those that this look did not see any more; they are resolved if they stay away.
    `others` counts those that another explains or that are information. `fresh` are findings that are no incident yet.
    Without a history (`is_recorded` is False) every finding counts as an incident that began when work first waited. `ids`
    are those of the newest versions of artifacts, by key, as far as they are known. `falling` are the pools whose workers
    become fewer, as far as the history was asked, and `unstaffed` those without any to which a run comes.
    """

    judgement: Judgement
    incidents: tuple[Incident, ...] = ()
    going: tuple[Incident, ...] = ()
    others: int = 0
    fresh: tuple[Finding, ...] = ()
    is_recorded: bool = True
    ids: Mapping[str, str] = field(default_factory=dict[str, str])
    falling: tuple[Falling, ...] = ()
    unstaffed: tuple[Unstaffed, ...] = ()

    @property
    def now(self) -> datetime:
        """When the look ended, by the server's clock."""
        return self.judgement.finished_at

    def of_pool(self, name: str) -> list[Incident]:
        """The incidents that concern a pool, those that go last."""
        return [incident for incident in (*self.incidents, *self.going) if incident.finding.pool_name == name]


def board_of(judgement: Judgement, changes: Changes) -> Board:
    """Put what is open in its order."""
    told = _open(changes) if changes.is_recorded else [_as_incident(each, judgement) for each in judgement.findings]
    own = sorted(filter(is_own_harm, told), key=_harm)
    known = {incident.fingerprint for incident in told}
    fresh = [f for f in judgement.worst(Severity.WARNING) if f.caused_by is None and f.fingerprint not in known]
    seen, going = (tuple(each for each in own if bool(each.gone_since) is gone) for gone in (False, True))
    return Board(judgement, seen, going, len(told) - len(own), tuple(fresh), changes.is_recorded)


def drafts_of(board: Board, written: Sequence[str]) -> list[Draft]:
    """Everything that could be written; pools that have a page keep it until it has told of the end."""
    told = _told(board)
    going = sorted(each.fingerprint for each in board.going)
    bad = [(pool.id, pool.verdict.value) for pool in board.judgement.pools if pool.verdict not in QUIET_VERDICTS]
    found = sorted(
        (f.fingerprint, f.severity.value) for f in board.judgement.findings if f.severity is not Severity.INFO
    )
    return [
        *(_page(board, pool) for pool in _paged(board, set(written))),
        Draft(POOLS, "", mark(sorted((pool.id, _noticed(pool.verdict)) for pool in board.judgement.pools))),
        Draft(FINDINGS, mark(told), mark(found)),
        Draft(OVERVIEW, mark(told), mark(sorted(bad), going, board.judgement.is_complete, board.is_recorded)),
    ]


def _open(changes: Changes) -> list[Incident]:
    return [*changes.opened, *changes.escalated, *changes.still_open]


def _as_incident(finding: Finding, judgement: Judgement) -> Incident:
    at = judgement.started_at
    return Incident(finding, at, at, finding.severity, len(finding.run_ids), finding.due_since, opened_at=at)


def _harm(incident: Incident) -> tuple[int, int, datetime, str]:
    """The most severe first; then what holds up most runs, then what began first."""
    return -incident.severity.rank, -incident.affected_runs, incident.began_at, incident.fingerprint


def _told(board: Board) -> list[tuple[str, str]]:
    """Of incidents, what is told once; without a history, of what does not come and go with each look."""
    every = (*board.incidents, *board.going)
    chosen = every if board.is_recorded else [each for each in every if each.severity is Severity.CRITICAL]
    return sorted((each.fingerprint, each.severity.value) for each in chosen)


def _paged(board: Board, written: set[str]) -> list[PoolReading]:
    """Pools in the order of harm; those without an incident any more come last."""
    by_name = {pool.name: pool for pool in board.judgement.pools}
    troubled = dict.fromkeys(each.finding.pool_name for each in (*board.incidents, *board.going))
    pools = [by_name[name] for name in troubled if name in by_name]
    kept = [pool for pool in pools if pool_key(pool.name) in written]
    new = [pool for pool in pools if pool_key(pool.name) not in written][: max(PAGES_KEPT - len(kept), 0)]
    over = [pool for pool in by_name.values() if pool.name not in troubled and pool_key(pool.name) in written]
    return [*(pool for pool in pools if pool in kept or pool in new), *over]


def _page(board: Board, pool: PoolReading) -> Draft:
    own = board.of_pool(pool.name)
    told = sorted((each.fingerprint, each.severity.value) for each in own)
    return Draft(pool_key(pool.name), mark(told), mark(_noticed(pool.verdict)), pool.name, lasting=bool(own))


def _noticed(verdict: Verdict) -> str:
    """A pool is healthy in one minute and idle in the next, which is no news."""
    return Verdict.HEALTHY.value if verdict in QUIET_VERDICTS else verdict.value
