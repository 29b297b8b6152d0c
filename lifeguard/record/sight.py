"""What a look could have found, had it been there. Absence in a look that could not see proves nothing."""

from dataclasses import dataclass

from lifeguard.facts import PARENTS_OF_SUBFLOWS, SLOT_HOLDERS, TAGGED_TASK_RUNS, Missing
from lifeguard.findings import Finding
from lifeguard.judgement import Judgement

CRASHED = "check-crashed"
RESTS_ON = {
    SLOT_HOLDERS: frozenset({"subflow-parent-deadlock"}),
    PARENTS_OF_SUBFLOWS: frozenset({"subflow-parent-deadlock"}),
    TAGGED_TASK_RUNS: frozenset({"tag-limit-waiting"}),
}
"""What costs no pool its verdict when it is missing, but without which these codes cannot be denied."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How far a look reached. `only` is empty where it was not limited to some pools."""

    reachable: bool = True
    can_go_on: bool = True
    only: frozenset[str] = frozenset()
    is_blind: bool = False
    blind_pools: frozenset[str] = frozenset()
    undecided_codes: frozenset[str] = frozenset()

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
        is_unseen = self.is_blind or finding.pool_name in self.blind_pools
        return not is_unseen and finding.code not in self.undecided_codes


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
        undecided_codes=_crashed(judgement).union(*map(_undecided, snapshot.missing)),
    )


def _crashed(judgement: Judgement) -> frozenset[str]:
    return frozenset(finding.resource.name for finding in judgement.findings if finding.code == CRASHED)


def _undecided(missing: Missing) -> frozenset[str]:
    named = (codes for what, codes in RESTS_ON.items() if missing.what.startswith(what))
    return frozenset[str]().union(*named)
