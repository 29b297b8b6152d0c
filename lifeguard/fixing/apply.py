"""Doing a plan, looking whether it held, and keeping that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import anyio

from lifeguard.configuration import ConfigurationError, Source, merged
from lifeguard.facts import seconds
from lifeguard.findings import Finding
from lifeguard.fixes import Fix, StepDone, StepFate
from lifeguard.fixing.carry_out import Tell, carry_out
from lifeguard.fixing.fresh_look import FreshLook, look_afresh
from lifeguard.fixing.remembering import Complain, remembered
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.record.remember import server_name
from lifeguard.remedies.old_workers import CODE as OLD_WORKERS
from lifeguard.remedies.plan import Plan


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, what is found now in its place, and whether the history has it; None where nothing was to keep."""

    fix: Fix
    again: Finding | None = None
    is_recorded: bool | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the server and the history are, as this machine says."""

    connection: Connection
    sources: Sequence[Source]
    environment: Mapping[str, str]
    home: Path


async def apply(machine: Machine, look: FreshLook, plan: Plan, tell: Tell, complain: Complain) -> Applied:
    """Do the steps of a plan that this look gave. What was done is kept, also where somebody ends the look afterwards."""
    async with Api(machine.connection, merged(machine.sources)) as api:
        steps = await carry_out(api, plan.steps, tell)
        held, again, kept = None, None, None
        try:
            held, again = await _held(machine, plan, steps)
        finally:
            fix = _fix(plan, steps, held, utc_now() + seconds(api.clock_skew_seconds or 0.0))
            if _is_worth_keeping(fix):
                server = server_name(look.judgement)
                with anyio.CancelScope(shield=True):
                    kept = await remembered(api, server, fix, plan.finding, machine.environment, machine.home, complain)
        return Applied(kept or fix, again, kept is not None if _is_worth_keeping(fix) else None)


def _fix(plan: Plan, steps: tuple[StepDone, ...], held: bool | None, at: datetime) -> Fix:
    finding = plan.finding
    return Fix(finding.fingerprint, finding.code, finding.resource, at, steps, held)


def _is_worth_keeping(fix: Fix) -> bool:
    return bool(fix.having(StepFate.DONE) or fix.having(StepFate.FAILED))


async def _held(machine: Machine, plan: Plan, steps: Sequence[StepDone]) -> tuple[bool | None, Finding | None]:
    """Whether it is no longer found, and what is found; records of workers are no finding and were read back already."""
    if plan.finding.code == OLD_WORKERS:
        return all(step.fate in (StepFate.DONE, StepFate.SKIPPED) for step in steps), None
    try:
        look = await look_afresh(machine.connection, machine.sources, lambda _: None)
    except ConfigurationError:
        return None, None
    again = look.the(plan.finding.fingerprint)
    if again:
        return False, again
    return (True if look.could_see(plan.finding) else None), None
