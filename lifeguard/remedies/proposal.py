"""What a planner proposes: every step that there is, what it leaves alone and why, and what to think of before."""

from dataclasses import dataclass

from lifeguard.remedies.steps import Step


@dataclass(frozen=True, slots=True)
class Proposal:
    """All of it; how many steps are done at a time is decided later."""

    steps: tuple[Step, ...] = ()
    untouched: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
