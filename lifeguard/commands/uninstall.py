"""`lifeguard uninstall`: what `lifeguard install` put on the server goes; the history, past runs and artifacts stay."""

import os
import sys
from collections.abc import Iterable

from lifeguard.commands.progress import complain
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.installing.changes import Change
from lifeguard.installing.remains import remains
from lifeguard.installing.survey import reach
from lifeguard.installing.take_back import TakeBack, do, take_back
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.page.reconcile import ours
from lifeguard.report.terminal import standard_output


def run_uninstall(*, dry_run: bool, yes: bool) -> Status:
    """Tell what goes, ask, and remove it; raises `ConfigurationError` where nobody can be asked."""
    return run_async(_uninstall, dry_run, yes)


async def _uninstall(dry_run: bool, yes: bool) -> Status:
    async with Api(connection_from_prefect(), merged(local_sources(None, os.environ))) as api:
        try:
            return await _take_back(api, dry_run, yes)
        except CallFailed as failure:
            complain(
                f"{api.connection.shown_url} did not do what was asked ({failure.reason}): mend that and run this again; it "
                "goes on where it ended."
            )
            return Status.COULD_NOT_LOOK


async def _take_back(api: Api, dry_run: bool, yes: bool) -> Status:
    there = await remains(api, await reach(api, local_sources(None, os.environ)))
    if there is None:
        _say([await _nothing_is_noted(api)])
        return Status.FINE
    what = take_back(there)
    if dry_run or not yes:
        _say(removal.change.told(ahead=True) for removal in what.removals)
    if dry_run:
        _say([f"Nothing was changed on {api.connection.shown_url}."])
        return Status.FINE
    if not yes and not _is_confirmed():
        _say(["Nothing was removed."])
        return Status.FINE
    await do(api, what, _say_done)
    for warning in what.warnings:
        complain(f"Warning: {warning}")
    _say([_summary(what, api.connection.shown_url)])
    return Status.FINE


async def _nothing_is_noted(api: Api) -> str:
    sentence = f"Nothing is to do: `lifeguard install` has made nothing on {api.connection.shown_url}."
    return f"{sentence} `lifeguard disarm` removes the automations of `lifeguard arm`." if await ours(api) else sentence


def _is_confirmed() -> bool:
    if not sys.stdin.isatty():
        raise ConfigurationError("Nothing was removed: `lifeguard uninstall --yes` does it without asking.")
    return input("Remove all of this? [y/N] ").strip().lower() in ("y", "yes")


def _summary(what: TakeBack, shown_url: str) -> str:
    if what.memory.is_empty:
        return f"Lifeguard is gone from {shown_url}; the history, past runs and artifacts stay."
    return f"Lifeguard is gone from {shown_url} but for what others use: once they do not, run this again."


def _say_done(change: Change) -> None:
    _say([change.told(ahead=False)])


def _say(lines: Iterable[str]) -> None:
    console = standard_output()
    for line in lines:
        console.print(line, soft_wrap=True, markup=False, highlight=False)
