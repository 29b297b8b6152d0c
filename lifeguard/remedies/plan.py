"""What would be done about one finding: its steps, what is left for another time, what is left alone and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding
from lifeguard.fixable import AGAIN, fix_command
from lifeguard.remedies import runs, slots, switches
from lifeguard.remedies.proposal import Proposal
from lifeguard.remedies.steps import Step

AT_MOST = 20
"""So many steps at a time, unless somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`left` is how many steps there would be beyond `steps`; `command` is what shows this plan."""

    finding: Finding
    command: str
    steps: tuple[Step, ...] = ()
    left: int = 0
    untouched: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


PLANNERS: Mapping[str, Callable[[Finding, Scene, bool], Proposal]] = {
    "cancelling-stuck": runs.end_cancelling,
    "awaiting-retry-orphaned": runs.hand_over_retries,
    "pool-paused": switches.resume_pool,
    "queue-paused": switches.resume_queue,
    "stuck-pending-orphan": runs.end_orphans,
    "zombie-running": runs.end_zombies,
    "deployment-limit-leaked": slots.of_deployment,
    "tag-limit-leaked-slots": slots.of_tag,
    "deployment-paused": switches.resume_deployment,
    "schedule-inactive": switches.switch_schedule_on,
}


def plan(finding: Finding, scene: Scene, *, again: bool = False, at_most: int = AT_MOST) -> Plan:
    """The plan for a finding of this scene; without steps where nothing can be applied."""
    planner = PLANNERS.get(finding.code)
    proposed = planner(finding, scene, again) if planner else Proposal()
    is_again = again and finding.code in AGAIN
    command = fix_command(finding.fingerprint, again=is_again, at_most=shown_at_most(at_most))
    return of_proposal(finding, proposed, command, at_most)


def shown_at_most(at_most: int) -> int | None:
    """What a command has to say about it, so that it does what was shown."""
    return None if at_most == AT_MOST else at_most


def of_proposal(finding: Finding, proposed: Proposal, command: str, at_most: int) -> Plan:
    """The first of its steps, as many as may be done at a time."""
    steps = proposed.steps[:at_most]
    cautions = proposed.cautions if steps else ()
    return Plan(finding, command, steps, len(proposed.steps) - len(steps), proposed.untouched, cautions)
