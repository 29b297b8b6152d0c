"""What a look could have found, had it been there. Absence in a look that could not see proves nothing."""

from dataclasses import dataclass

from lifeguard.findings import Finding
from lifeguard.judgement import Judgement
from lifeguard.services import RUNS_MADE_AHEAD, STORED_EVENTS
from lifeguard.snapshot import (
    HEARTBEATS,
    LOST_LEASES,
    PARENTS_OF_SUBFLOWS,
    SCHEDULES,
    SLOT_HOLDERS,
    SLOT_LEAKS,
    TAG_LEASES,
    TAGGED_TASK_RUNS,
    WORKER_EVENTS,
    WORKERS_AND_RUNS,
    Missing,
)

CRASHED = "check-crashed"
RESTS_ON = {
    RUNS_MADE_AHEAD: frozenset({"background-services-dead", "scheduler-stalled"}),
    STORED_EVENTS: frozenset({"background-services-dead", "events-stalled", "events-websocket-blocked"}),
    SLOT_HOLDERS: frozenset({"subflow-parent-deadlock"}),
    PARENTS_OF_SUBFLOWS: frozenset({"subflow-parent-deadlock"}),
    TAGGED_TASK_RUNS: frozenset({"tag-limit-waiting", "tag-limit-leaked-slots"}),
    TAG_LEASES: frozenset({"tag-limit-leaked-slots"}),
    SLOT_LEAKS: frozenset({"deployment-limit-leaked"}),
    HEARTBEATS: frozenset({"zombie-running", "awaiting-retry-orphaned", "events-websocket-blocked"}),
    LOST_LEASES: frozenset({"concurrency-lease-lost"}),
    SCHEDULES: frozenset({"deployment-paused", "schedule-inactive"}),
    WORKER_EVENTS: frozenset(
        {"worker-crash-loop", "worker-type-mismatch", "version-mismatch", "events-websocket-blocked"}
    ),
}
"""What costs no pool its verdict when it is missing, but without which these codes cannot be denied."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a look reached. `only` is empty where it was not limited to some pools.

    `undecided` holds the codes that it cannot deny, each for one pool by name, or for all with None. Where a part of the look
    was lost (`lost_parts`), it denies nothing that may rest on several pools.
    """

    reachable: bool = True
    can_go_on: bool = True
    only: frozenset[str] = frozenset()
    is_blind: bool = False
    blind_pools: frozenset[str] = frozenset()
    undecided: frozenset[tuple[str, str | None]] = frozenset()
    lost_parts: bool = False

    def covers(self, finding: Finding) -> bool:
        """Whether this look would have found it again if it were still there."""
        match finding.code:
            case "api-unreachable":
                return True
            case "server-not-ready":
                return self.reachable
            case _:
                return self.can_go_on and self._covers_estate(finding)

    def _covers_estate(self, finding: Finding) -> bool:
        if self.only and finding.pool_name not in self.only:
            return False
        if finding.resource.kind == "lifeguard":
            return True
        may_lie_elsewhere = self.lost_parts and finding.pool_name is None
        is_unseen = self.is_blind or may_lie_elsewhere or finding.pool_name in self.blind_pools
        return not is_unseen and not self.undecided & {(finding.code, None), (finding.code, finding.pool_name)}


def sight_of(judgement: Judgement) -> Sight:
    """How far the look of this judgement reached."""
    snapshot = judgement.snapshot
    essential = [missing for missing in snapshot.missing if missing.essential]
    return Sight(
        reachable=snapshot.server.reachable,
        can_go_on=snapshot.can_go_on,
        only=frozenset(judgement.only),
        is_blind=any(missing.pool_id is None for missing in essential),
        blind_pools=frozenset(missing.pool_name for missing in essential if missing.pool_name),
        undecided=_crashed(judgement).union(*map(_undecided, snapshot.missing)),
        lost_parts=any(missing.what == WORKERS_AND_RUNS for missing in essential),
    )


def _crashed(judgement: Judgement) -> frozenset[tuple[str, str | None]]:
    crashed = (finding for finding in judgement.findings if finding.code == CRASHED)
    return frozenset((finding.resource.name, None) for finding in crashed)


def _undecided(missing: Missing) -> frozenset[tuple[str, str | None]]:
    named = frozenset[str]().union(*(codes for what, codes in RESTS_ON.items() if missing.what.startswith(what)))
    return frozenset((code, missing.pool_name) for code in named)
