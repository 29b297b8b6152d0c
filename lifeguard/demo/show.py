"""The demo from its beginning to its end: a server, troubles, one look, and nothing left behind."""

import os
from collections.abc import Callable

import anyio

from lifeguard.configuration import Source, merged
from lifeguard.demo.estate import Estate, Tell, start_workers
from lifeguard.demo.expected import differences
from lifeguard.demo.places import EXPECTED
from lifeguard.demo.processes import DemoFailed, Processes
from lifeguard.demo.rest import Rest
from lifeguard.demo.server import EmbeddedServer, bypass_proxies, start_server, wait_for_server
from lifeguard.demo.signals import ended_by_signals
from lifeguard.judgement import Judgement, judge
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection

WAIT_WARNING_AFTER_SECONDS = 2
POLICY = (
    Source("the demo", {"wait_warning_after_seconds": WAIT_WARNING_AFTER_SECONDS, "request_timeout_seconds": 30}),
)

Present = Callable[[Judgement], None]


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
    return await _patrol(server, tell, present)


async def _patrol(server: EmbeddedServer, tell: Tell, present: Present) -> bool:
    """Look at the server as at any other, and compare what is said with what was built."""
    tell(f"looking at it; a wait for a slot counts as a warning after {WAIT_WARNING_AFTER_SECONDS} s instead of 5 min")
    async with Api(Connection(server.api_url, server.ui_url), merged(POLICY)) as api:
        judgement = await judge(api, POLICY)
    present(judgement)
    different = differences(judgement.findings, EXPECTED)
    for sentence in different:
        tell(sentence)
    return not different
