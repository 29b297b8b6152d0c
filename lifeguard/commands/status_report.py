"""`lifeguard status`: whether all of an installation is well, one line for each part."""

import os
from typing import Any

import orjson

from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import local_sources, merged
from lifeguard.escaping import visible
from lifeguard.installing.health import Part, is_well
from lifeguard.installing.look_over import Health, look_over
from lifeguard.installing.project import read_project
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.connection import connection_from_prefect
from lifeguard.report.terminal import standard_output

WORDS = {True: "well", False: "not well", None: "unknown"}
EXIT = {True: Status.FINE, False: Status.FOUND, None: Status.COULD_NOT_LOOK}
WORD_WIDTH, NAME_WIDTH = 8, 11


def run_status_report(format: str) -> Status:
    """0 all is well; 1 something is not; 2 it could not look, or not at all of it."""
    with progress() as tell:
        tell("looking over the installation")
        health = run_async(_look)
    if health is None:
        return Status.COULD_NOT_LOOK
    _print(health, format)
    return EXIT[is_well(health.parts)]


async def _look() -> Health | None:
    from prefect.settings import get_current_settings

    sources = local_sources(None, os.environ)
    async with Api(connection_from_prefect(), merged(sources)) as api:
        try:
            declared = read_project(os.environ)
            return await look_over(api, sources, declared, os.environ, get_current_settings().home)
        except CallFailed as failure:
            complain(f"{api.connection.shown_url} cannot be looked at ({failure.reason}); try `prefect server status`.")
            return None


def _print(health: Health, format: str) -> None:
    text = as_json(health) if format == "json" else "\n".join(line for each in health.parts for line in lines(each))
    standard_output().print(text, soft_wrap=True, markup=False, highlight=False)


def lines(part: Part) -> list[str]:
    """The part, and below it what to do next."""
    first = f"{WORDS[part.well]:<{WORD_WIDTH}}  {part.name:<{NAME_WIDTH}}  {visible(part.says)}"
    indent = " " * (WORD_WIDTH + 2)
    return [first, *(f"{indent}{'next':<{NAME_WIDTH}}  {visible(step)}" for step in part.next)]


def as_json(health: Health) -> str:
    """One object; `well` is null for what could not be seen."""
    patrols, now = health.patrols, health.snapshot.taken_at
    told: dict[str, Any] = {
        "schema": 1,
        "server": {"api_url": health.server.api_url, "version": health.server.version, "kind": health.server.kind},
        "well": is_well(health.parts),
        "parts": [
            {"name": each.name, "well": each.well, "says": each.says, "next": list(each.next)} for each in health.parts
        ],
        "last_patrol": {
            "completed_at": patrols.completed_at if patrols else None,
            "late_by_seconds": round(patrols.late_seconds(now)) if patrols else None,
        },
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()
