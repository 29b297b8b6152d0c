"""Fixing on a real server, in two steps so that something can happen between the plan and its doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anyio

from lifeguard.configuration import local_sources
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding
from lifeguard.fixes import StepDone, StepFate
from lifeguard.fixing.apply import Applied, Machine, apply
from lifeguard.fixing.carry_out import carry_out
from lifeguard.fixing.fresh_look import FreshLook, look_afresh
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.remedies.plan import Plan, plan
from lifeguard.remedies.steps import Step
from lifeguard.snapshot import Snapshot
from tests.estate import PATIENT, Estate, wait_until

IMPATIENT = {"LIFEGUARD_PENDING_STUCK_AFTER_SECONDS": "0", "LIFEGUARD_REQUEST_TIMEOUT_SECONDS": "60"}


@dataclass
class Mending:
    """A fix of one code on an estate, with a history in a folder of its own."""

    estate: Estate
    home: Path
    environment: Mapping[str, str]

    def __post_init__(self) -> None:
        self.complaints: list[str] = []
        self._look: FreshLook | None = None

    @property
    def machine(self) -> Machine:
        """The server, and where its history is."""
        return Machine(
            Connection(self.estate.api_url), local_sources(None, self.environment), self.environment, self.home
        )

    def planned(self, code: str, *, again: bool = False, at_most: int = 20) -> Plan:
        """The plan for the only finding of this code, which may need a second to be old enough."""
        wait_until(lambda: len(self._found(code)) == 1, f"{code} is found once")
        assert self._look is not None
        return plan(self._found_by(self._look, code)[0], self._look.scene, again=again, at_most=at_most)

    def _found(self, code: str) -> list[Finding]:
        async def look() -> FreshLook:
            return await look_afresh(self.machine.connection, self.machine.sources, lambda _: None)

        self._look = anyio.run(look)
        return self._found_by(self._look, code)

    @staticmethod
    def _found_by(look: FreshLook, code: str) -> list[Finding]:
        return [finding for finding in look.judgement.findings if finding.code == code]

    def apply(self, made: Plan) -> Applied:
        """Do it, as `lifeguard fix --yes` does."""
        assert self._look is not None
        return anyio.run(apply, self.machine, self._look, made, _silently, self.complaints.append)


def do(estate: Estate, *steps: Step) -> tuple[StepDone, ...]:
    """The steps alone."""

    async def doing() -> tuple[StepDone, ...]:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            return await carry_out(api, steps, _silently)

    return anyio.run(doing)


def _silently(_: StepDone) -> None:
    """Nobody watches a test."""


def scene_of(estate: Estate, seen: Snapshot | None = None) -> Scene:
    """What is seen of an estate now, or a picture of it that a test has changed."""
    snapshot = seen or estate.look().snapshot
    return Scene(snapshot, PATIENT, snapshot.taken_at)


def fates(done: tuple[StepDone, ...]) -> list[StepFate]:
    """What became of each step."""
    return [step.fate for step in done]
