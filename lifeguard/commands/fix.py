"""`lifeguard fix`: shows what would be done about a finding, and with `--yes` does that, and looks whether it held."""

import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lifeguard.commands.fix_subject import fingerprint_of
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources
from lifeguard.escaping import visible
from lifeguard.fixable import AGAIN, is_fixable
from lifeguard.fixing.apply import Applied, Machine, apply
from lifeguard.fixing.fresh_look import FreshLook, look_afresh
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.remedies.plan import Plan, plan
from lifeguard.report import fix_json, fix_terminal
from lifeguard.report.terminal import standard_output


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done how; `subject` is a fingerprint or the number of an incident."""

    subject: str | None
    yes: bool
    again: bool
    at_most: int
    format: str
    policy_file: Path | None = None


def run_fix(wish: Wish) -> Status:
    """0 it was told, or done and held; 1 something is left; 2 it could not look. Raises `ConfigurationError`."""
    machine = this_machine(wish.policy_file)
    fingerprint = fingerprint_of(wish.subject, machine.environment) if wish.subject else None
    if wish.subject and fingerprint is None:
        return Status.COULD_NOT_LOOK
    _refuse_needless(wish, fingerprint)
    with progress() as tell:
        look = run_async(partial(look_afresh, machine.connection, machine.sources, tell))
    if not look.judgement.snapshot.can_go_on:
        complain(
            f"{machine.connection.shown_url} cannot be looked at, so nothing was done; `lifeguard check` says why."
        )
        return Status.COULD_NOT_LOOK
    return _about(look, fingerprint, machine, wish) if fingerprint else _list(look, wish.format)


def this_machine(policy_file: Path | None) -> Machine:
    """The server that this machine asks, and where it would keep its history; raises `ConfigurationError`."""
    from prefect.settings import get_current_settings

    sources = local_sources(policy_file, os.environ)
    return Machine(connection_from_prefect(), sources, os.environ, get_current_settings().home)


def show_or_do(look: FreshLook, planned: Plan, machine: Machine, wish: Wish) -> Status:
    """Show a plan that has steps; do it with `--yes`."""
    if not wish.yes:
        return _shown(planned, machine, wish)
    is_json, console = wish.format == "json", standard_output()
    if not is_json:
        fix_terminal.show_finding(planned.finding, console)
    tell = _nothing if is_json else partial(fix_terminal.show_step, console=console)
    applied = run_async(apply, machine, look, planned, tell, complain)
    if is_json:
        sys.stdout.write(fix_json.plan_json(planned, applied.fix, is_recorded=applied.is_recorded) + "\n")
    else:
        fix_terminal.show_end(planned, applied.fix.steps, applied.fix.held, applied.again, console)
    return _status(planned, applied)


def _nothing(_: object) -> None:
    """JSON is told in one piece, at the end."""


def _shown(planned: Plan, machine: Machine, wish: Wish) -> Status:
    if wish.format == "json":
        sys.stdout.write(fix_json.plan_json(planned) + "\n")
    else:
        fix_terminal.show_plan(planned, machine.connection.shown_url, standard_output())
    return Status.FINE


def _status(planned: Plan, applied: Applied) -> Status:
    if applied.fix.held is None:
        return Status.COULD_NOT_LOOK
    return Status.FINE if applied.fix.held and not planned.left and applied.fix.is_whole else Status.FOUND


def _refuse_needless(wish: Wish, fingerprint: str | None) -> None:
    code = (fingerprint or "").partition(":")[0]
    if wish.again and code not in AGAIN:
        raise ConfigurationError(f"--again is for {' and '.join(sorted(AGAIN))}, whose runs it puts back to Scheduled.")
    if wish.yes and fingerprint is None:
        raise ConfigurationError("--yes needs a finding: `lifeguard fix` lists those that can be fixed.")


def _about(look: FreshLook, fingerprint: str, machine: Machine, wish: Wish) -> Status:
    finding = look.the(fingerprint)
    if finding is None:
        return _gone(look, fingerprint, wish.format)
    planned = plan(finding, look.scene, again=wish.again, at_most=wish.at_most)
    if planned.steps:
        return show_or_do(look, planned, machine, wish)
    if wish.format == "json":
        sys.stdout.write(fix_json.plan_json(planned) + "\n")
    else:
        fix_terminal.show_by_hand(planned, standard_output())
    return Status.FOUND


def _gone(look: FreshLook, fingerprint: str, format: str) -> Status:
    """It is over only if this look would have seen it."""
    if not look.could_deny(fingerprint):
        complain(f"Nothing was done: {visible(fingerprint)} is not found, but not everything could be seen.")
        return Status.COULD_NOT_LOOK
    if format == "json":
        sys.stdout.write(fix_json.nothing_json(fingerprint) + "\n")
    else:
        sentence = f"{visible(fingerprint)} is no longer found: nothing is to do."
        standard_output().print(sentence, soft_wrap=True, markup=False, highlight=False)
    return Status.FINE


def _list(look: FreshLook, format: str) -> Status:
    findings = [each for each in look.judgement.findings if is_fixable(each)]
    if format == "json":
        sys.stdout.write(fix_json.list_json(findings) + "\n")
    else:
        others = sum(each.caused_by is None for each in look.judgement.findings if each not in findings)
        fix_terminal.show_fixable(findings, others, standard_output())
    return Status.FINE if look.judgement.is_complete else Status.COULD_NOT_LOOK
