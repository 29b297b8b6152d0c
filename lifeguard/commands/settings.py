"""`lifeguard settings`: what in Prefect's settings is risky for this estate, and the variable to set."""

import os
import sys
from pathlib import Path

from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import local_sources, merged
from lifeguard.judgement import settle
from lifeguard.observe.api import Api, utc_now
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.observe.look import Progress
from lifeguard.review.outcome import Review
from lifeguard.reviewing import review_settings


def run_settings(format: str, policy_file: Path | None) -> Status:
    """0 nothing is risky; 1 something is; 2 it could not look, or not at all of it. Raises `ConfigurationError`."""
    with progress() as tell:
        review = run_async(_review, policy_file, tell)
    if review is None:
        return Status.COULD_NOT_LOOK
    _print(review, format)
    if review.findings:
        return Status.FOUND
    return Status.FINE if review.is_complete else Status.COULD_NOT_LOOK


async def _review(policy_file: Path | None, tell: Progress) -> Review | None:
    sources = local_sources(policy_file, os.environ)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        look, snapshot = await settle(api, sources, (), tell, utc_now())
        if snapshot.can_go_on:
            return await review_settings(api, look, snapshot, os.environ)
    why = snapshot.server.not_ready_because
    complain(f"{snapshot.server.api_url} does not answer ({why}); see `lifeguard check`.")
    return None


def _print(review: Review, format: str) -> None:
    """Only what was asked for is imported; results go to standard output and nothing else does."""
    if format == "json":
        from lifeguard.report.review_json import as_json

        sys.stdout.write(as_json(review) + "\n")
    elif format == "markdown":
        from lifeguard.report.review_markdown import as_markdown

        sys.stdout.write(as_markdown(review))
    else:
        from lifeguard.report.review_terminal import show
        from lifeguard.report.terminal import standard_output

        show(review, standard_output())
