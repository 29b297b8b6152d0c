"""What was done about a finding: the words that the history keeps, the terminal prints and the event tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lifeguard.findings import Resource


class StepFate(StrEnum):
    """What became of one step. `skipped`: it was no longer so; `not tried`: a step before it failed."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step in words, what became of it, and why where it was not done."""

    what: str
    fate: StepFate
    why: str = ""

    @property
    def words(self) -> str:
        """For a line of its own."""
        return f"{self.what}{f' ({self.why})' if self.why else ''}"


@dataclass(frozen=True, slots=True)
class Fix:
    """One call of `lifeguard fix --yes`, by the server's clock. `held` is None where nobody could look afterwards.

    `incident_id` is that of the incident that was open then, if one was.
    """

    fingerprint: str
    code: str
    resource: Resource
    at: datetime
    steps: tuple[StepDone, ...]
    held: bool | None
    incident_id: int | None = None
    id: int | None = None

    def having(self, fate: StepFate) -> Sequence[StepDone]:
        """The steps that came to this."""
        return [step for step in self.steps if step.fate is fate]

    @property
    def is_whole(self) -> bool:
        """Whether every step was done, or was no longer to be done."""
        return all(step.fate in (StepFate.DONE, StepFate.SKIPPED) for step in self.steps)

    @property
    def verdict(self) -> str:
        """Whether it held, in words."""
        return {True: "held", False: "did not hold", None: "not known whether it held"}[self.held]

    @property
    def words(self) -> str:
        """What was done and whether it held, for one line."""
        done = self.having(StepFate.DONE)
        more = f" and {len(done) - 1} more" if len(done) > 1 else ""
        return f"fixed: {done[0].what}{more}; {self.verdict}" if done else "nothing was done"
