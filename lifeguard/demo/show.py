"""The demo from its beginning to its end: a server, troubles, two patrols, what is remembered, and nothing left behind."""

import os
from typing import Protocol
from uuid import uuid4

import anyio

from lifeguard.configuration import Source, merged
from lifeguard.demo.estate import Estate, Tell, start_workers
from lifeguard.demo.expected import differences, unremembered
from lifeguard.demo.places import EXPECTED
from lifeguard.demo.processes import DemoFailed, Processes
from lifeguard.demo.rest import Rest
from lifeguard.demo.server import EmbeddedServer, bypass_proxies, start_server, wait_for_server
from lifeguard.demo.signals import ended_by_signals
from lifeguard.facts import seconds
from lifeguard.history import History
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.record.database import Database
from lifeguard.record.queries import read_history
from lifeguard.record.remember import remember, server_name
from lifeguard.report.artifact import OVERVIEW, address
from lifeguard.report.shelf import read_shelf
from lifeguard.showing import show

WAIT_WARNING_AFTER_SECONDS = 2
POLICY = (
    Source(
        "the demo",
        {
            "wait_warning_after_seconds": WAIT_WARNING_AFTER_SECONDS,
            "request_timeout_seconds": 30,
            "warning_for_seconds": 0,
            "info_for_seconds": 0,
            "second_look_after_seconds": 0,
        },
    ),
)


class Present(Protocol):
    """Shows a person what a look found, and what the history holds."""

    def look(self, judgement: Judgement) -> None:
        """Show one look."""

    def history(self, history: History) -> None:
        """Show what is remembered."""

    def overview(self, url: str) -> None:
        """Show where the overview is."""


async def show_demo(once: bool, tell: Tell, present: Present) -> bool:
    """Build an estate with troubles on a server of its own and present what Lifeguard says; True when it said it all.

    With `once` it ends there, otherwise it stays until Ctrl-C or SIGTERM. No process and no file is left either way.
    """
    if os.name == "nt":
        tell("The demo needs Linux or macOS.")
        return False
    bypass_proxies()
    shown = False
    with ended_by_signals(), Processes() as processes:
        try:
            shown = await _show(processes, tell, present)
            if not once:
                tell("everything stays until you press Ctrl-C")
                await anyio.sleep_forever()
        except DemoFailed as failure:
            tell(str(failure))
        finally:
            tell("stopping all its processes and removing its files")
    return shown


async def _show(processes: Processes, tell: Tell, present: Present) -> bool:
    tell("starting a Prefect server of its own, which takes some 15 seconds")
    gate = processes.folder / "the-pools-exist"
    server = start_server(processes)
    workers = start_workers(processes, server.api_url, gate)
    await wait_for_server(server)
    tell(f"its UI is at {server.ui_url}")
    async with Rest(server.api_url) as rest:
        estate = Estate(rest, processes.folder / "code", workers, tell)
        await estate.build(gate)
        await estate.wait_until_noticed()
    database = Database("the demo's own file", file=processes.folder / "history.db")
    return await _patrol_twice(server, database, tell, present)


async def _patrol_twice(server: EmbeddedServer, database: Database, tell: Tell, present: Present) -> bool:
    """Look at the server as at any other, and compare what is said and what is remembered with what was built."""
    tell(f"looking at it; a wait for a slot counts as a warning after {WAIT_WARNING_AFTER_SECONDS} s instead of 5 min")
    first, _ = await _patrol(server, database)
    present.look(first)
    tell("looking once more: what was found lasts, and stays one incident")
    second, url = await _patrol(server, database)
    tell("lifeguard history --since 1h")
    since, until = first.started_at - seconds(3600), second.finished_at
    history = await read_history(database, server_name(first), since, until)
    present.history(history)
    present.overview(url)
    different = [*differences(first.findings, EXPECTED), *unremembered(first.findings, history.incidents)]
    for sentence in different:
        tell(sentence)
    return not different


async def _patrol(server: EmbeddedServer, database: Database) -> tuple[Judgement, str]:
    """One look, what it found into the history and into the UI; and the address of the overview there."""
    async with Api(Connection(server.api_url, server.ui_url), merged(POLICY)) as api:
        judgement = await judge(api, POLICY)
        changes = await remember(database, judgement, str(uuid4()))
        shown = await show(api, judgement, changes, database)
        if shown.trouble:
            raise DemoFailed(f"The demo's own server: {shown.trouble}.")
        return judgement, address(server.ui_url, (await read_shelf(api)).ids[OVERVIEW])
