"""`lifeguard check`: look once, print, and end with the status that the contract promises."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from lifeguard.commands.log_files import signs_of
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import Source, local_sources, merged
from lifeguard.findings import Finding, Severity
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.signatures.sign import Sign


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked at, and what is to be told of it."""

    only: tuple[str, ...]
    format: str
    fail_on: Severity
    explain_cost: bool = False


def run_check(wanted: Wanted, policy_file: Path | None, logs: Sequence[str] = ()) -> Status:
    """Look, print, and return the exit status; raises `ConfigurationError` where no look is possible."""
    signs = signs_of(logs)
    sources = local_sources(policy_file, os.environ)
    with progress() as tell:
        judgement = run_async(_look, sources, wanted.only, tell, signs)
    unreachable = next((f for f in judgement.findings if f.code == "api-unreachable"), None)
    if unreachable:
        complain(_way_out(unreachable))
    if not unreachable or signs or wanted.format == "json":
        _print(judgement, wanted.format)
    if wanted.explain_cost:
        _explain_cost(judgement, wanted.format)
    return exit_status(judgement, wanted.fail_on)


def exit_status(judgement: Judgement, fail_on: Severity) -> Status:
    """0 nothing at or above `fail_on`; 1 something; 2 it could not look, or saw a part and found nothing there."""
    if judgement.worst(fail_on):
        return Status.FOUND
    return Status.FINE if judgement.is_complete else Status.COULD_NOT_LOOK


async def _look(
    sources: Sequence[Source], only: tuple[str, ...], tell: Callable[[str], None], signs: tuple[Sign, ...]
) -> Judgement:
    async with Api(connection_from_prefect(), merged(sources)) as api:
        return await judge(api, sources, only, tell, signs=signs)


def _way_out(finding: Finding) -> str:
    """The finding's own sentence, and the commands that come next."""
    steps = ", then ".join(f"`{step}`" for step in finding.remedy)
    return f"{finding.title}; try {steps}."


def _print(judgement: Judgement, format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.contract import as_json

        sys.stdout.write(as_json(judgement) + "\n")
    elif format == "markdown":
        from lifeguard.report.markdown import as_markdown

        sys.stdout.write(as_markdown(judgement))
    else:
        from lifeguard.report.terminal import show, standard_output

        show(judgement, standard_output())


def _explain_cost(judgement: Judgement, format: str) -> None:
    """On standard error, since the contract says what is on standard output."""
    from lifeguard.report.price import price_as_json, show_price

    if format == "json":
        sys.stderr.write(price_as_json(judgement) + "\n")
    else:
        show_price(judgement, Console(stderr=True))
