"""`lifeguard why`: everything that stands between one run and its start."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lifeguard.commands.log_files import signs_of
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError, local_sources, merged
from lifeguard.escaping import visible
from lifeguard.explaining import explained, settled
from lifeguard.facts import Run
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.pools import refuse_unknown_pool
from lifeguard.observe.wanted_run import longest_waiting, refuse_unknown_deployment, wanted_run
from lifeguard.why.explanation import Explanation

EXIT = {True: Status.FOUND, False: Status.FINE, None: Status.COULD_NOT_LOOK}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which run is meant: by itself, or the one that waits longest for one of the others."""

    run: str | None = None
    deployment: str | None = None
    pool: str | None = None
    queue: str | None = None

    @property
    def words(self) -> str:
        """Where no run waits, for a sentence."""
        named = {"deployment": self.deployment, "work pool": self.pool, "work queue": self.queue}
        return " and ".join(f"{kind} {visible(name)!r}" for kind, name in named.items() if name)


def run_why(wanted: Wanted, format: str, logs: Sequence[str] = ()) -> Status:
    """0 nothing holds it, or it began; 1 something does; 2 it could not look. Raises `ConfigurationError`."""
    _refuse_unclear(wanted)
    signs = signs_of(logs)
    try:
        with progress() as tell:
            tell("looking at the run and at all that it needs")
            explanation = run_async(_explain, wanted)
    except CallFailed as failure:
        complain(f"The run cannot be looked at ({failure.reason}); `lifeguard check` says whether the server is well.")
        return Status.COULD_NOT_LOOK
    if explanation is None:
        complain(f"No run waits for {wanted.words}: none is Scheduled or Pending there.")
        return Status.FINE
    _print(replace(explanation, signs=signs), format)
    return EXIT[explanation.is_held]


def _refuse_unclear(wanted: Wanted) -> None:
    others = [wanted.deployment, wanted.pool, wanted.queue]
    if bool(wanted.run) == any(others):
        raise ConfigurationError(
            "Name one run, by its id, its name or its address in the UI; or what it waits for, by --deployment, --pool and "
            "--queue."
        )
    if wanted.queue and not wanted.pool:
        raise ConfigurationError(
            f"--queue {visible(wanted.queue)!r} needs --pool: many pools have a queue of one name."
        )


async def _explain(wanted: Wanted) -> Explanation | None:
    from prefect.settings import get_current_settings

    sources = local_sources(None, os.environ)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        look, snapshot = await settled(api, sources)
        run = await _find(api, wanted)
        return await explained(api, look, snapshot, run, os.environ, get_current_settings().home) if run else None


async def _find(api: Api, wanted: Wanted) -> Run | None:
    if wanted.run:
        return await wanted_run(api, wanted.run)
    run = await longest_waiting(api, wanted.deployment, wanted.pool, wanted.queue)
    if run is None and wanted.pool:
        await refuse_unknown_pool(api, wanted.pool)
    if run is None and wanted.deployment:
        await refuse_unknown_deployment(api, wanted.deployment)
    return run


def _print(explanation: Explanation, format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.why_json import as_json

        sys.stdout.write(as_json(explanation) + "\n")
    elif format == "markdown":
        from lifeguard.report.why_markdown import as_markdown

        sys.stdout.write(as_markdown(explanation))
    else:
        from lifeguard.report.terminal import standard_output
        from lifeguard.report.why_terminal import show

        show(explanation, standard_output())
