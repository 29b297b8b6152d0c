"""Serving until it is ended: ask what is due, take it, run it, say how it ended; and wait when the server is away.

Why this is not Prefect's `serve()` (3.9.1): while the server is away it writes tracebacks; after five minutes it ends with
status 1 (`critical_service_loop`, three polls in a row that failed); and how a run ended that could not tell so itself is
never told later, so that this run keeps the only slot of its deployment.
"""

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import anyio

from lifeguard.installing.health import counted
from lifeguard.installing.project import Declared
from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.serving.claims import Run, due_runs, finish, read_run, take, unfinished_runs
from lifeguard.serving.deployments import Served, put_up
from lifeguard.serving.processes import Child, Children
from lifeguard.serving.slots import give_back_lost_slots

ROUND_SECONDS = 5.0
LET_END_SECONDS = 5.0
"""How long a stop waits for runs; with the calls that follow it stays below the 10 s that `docker stop` gives."""
TELL_THE_END_SECONDS = 3.0

Tell = Callable[[str], None]
Connect = Callable[[], Api]


@dataclass
class Serving:
    """What is served, by which processes, and what is still to be told to the server."""

    declared: Sequence[Declared]
    root: Path
    connect: Connect
    tell: Tell
    environment: Mapping[str, str]
    children: Children
    mark: str = field(
        default_factory=lambda: f"served by {socket.gethostname()}, process {os.getpid()} ({uuid4().hex[:8]})"
    )
    served: list[Served] = field(default_factory=list[Served])
    untold: list[Child] = field(default_factory=list[Child])
    is_away: bool = False
    skew_seconds: float = 0.0

    @property
    def now(self) -> datetime:
        """The server's time, as far as it is known."""
        return utc_now() + timedelta(seconds=self.skew_seconds)


async def serve(serving: Serving) -> None:
    """Serve until it is cancelled; then runs get a few seconds to end, and what is left is ended and told."""
    try:
        while True:
            await _round_or_wait(serving)
            await anyio.sleep(ROUND_SECONDS)
    finally:
        with anyio.CancelScope(shield=True):
            await _stop(serving)


async def _round_or_wait(serving: Serving) -> None:
    """One round; where the server does not answer, one line says so, and the next round tries again."""
    try:
        async with serving.connect() as api:
            await _settle(serving, api)
            serving.skew_seconds = api.clock_skew_seconds or serving.skew_seconds
            await _round(serving, api)
    except CallFailed as failure:
        if not serving.is_away:
            serving.tell(f"{_what_failed(failure)}; trying again every {ROUND_SECONDS:g} s")
        serving.is_away = True


def _what_failed(failure: CallFailed) -> str:
    does_not = "does not answer" if failure.status is None else "does not do what it is asked"
    return f"the server {does_not} ({failure.reason})"


async def _settle(serving: Serving, api: Api) -> None:
    """At the beginning, and once the server is back: put the deployments up, and put in order what was left undone."""
    is_first = not serving.served
    if not is_first and not serving.is_away:
        return
    serving.served = await put_up(api, serving.declared, serving.root)
    await _tell_ends(serving, api)
    await _give_back_lost_slots(serving, api)
    await _start_what_was_taken(serving, api)
    serving.tell(_begun(serving.served) if is_first else "the server answers again")
    serving.is_away = False


def _begun(served: Sequence[Served]) -> str:
    taken = [f"{each.full_name} from the work pool {each.taken_from}" for each in served if each.taken_from]
    over = f"; taken over: {', '.join(taken)}" if taken else ""
    return f"serving {', '.join(each.full_name for each in served)}{over}"


async def _start_what_was_taken(serving: Serving, api: Api) -> None:
    """The answer to a taking may have been lost on the way: what bears our mark and has no process gets one."""
    for run in await unfinished_runs(api, serving.served):
        if run.message == serving.mark and run.id not in serving.children.run_ids:
            serving.children.start(run, serving.environment)


async def _round(serving: Serving, api: Api) -> None:
    await _tell_ends(serving, api)
    await _stop_what_is_cancelled(serving, api)
    refused: set[str] = set()
    for run in await due_runs(api, serving.served, serving.now):
        if await take(api, run, serving.mark):
            serving.children.start(run, serving.environment)
        else:
            refused.add(run.deployment_id)
    if refused - {child.run.deployment_id for child in serving.children.alive}:
        await _give_back_lost_slots(serving, api)


async def _give_back_lost_slots(serving: Serving, api: Api) -> None:
    for sentence in await give_back_lost_slots(api, serving.served, serving.children.run_ids, serving.now):
        serving.tell(sentence)


async def _tell_ends(serving: Serving, api: Api) -> None:
    """Say how runs ended, and end those on the server whose process did not live to tell it."""
    serving.untold += serving.children.buried()
    while serving.untold:
        run = await _ended_run(api, serving.untold[0])
        if run is not None:
            serving.tell(_ended(run))
        serving.untold.pop(0)


async def _ended_run(api: Api, child: Child) -> Run | None:
    """The run of a process that has ended, as the server has it in the end; None where it was deleted."""
    return await _end(api, child.run, "Crashed", child.last_words)


async def _end(api: Api, begun: Run, state: str, why: str) -> Run | None:
    """End a run that has no process any more, unless it could still tell how it ended; as the server has it in the end."""
    run = await read_run(api, begun.id)
    if run is None or run.is_over:
        return run
    await finish(api, run, state, why)
    return await read_run(api, run.id)


def _ended(run: Run) -> str:
    return f"{run.name}: {run.state_name}{f', {run.message}' if run.message else ''}"


async def _stop_what_is_cancelled(serving: Serving, api: Api) -> None:
    """Somebody cancelled a run in the UI: kill its process, and say that it is done."""
    if not serving.children.alive:
        return
    cancelling = {run.id for run in await unfinished_runs(api, serving.served) if run.state_type == "CANCELLING"}
    for child in serving.children.alive:
        if child.run.id in cancelling:
            child.kill()
            await finish(api, child.run, "Cancelled", "It was cancelled, and its process was ended.")


async def _stop(serving: Serving) -> None:
    """Let runs end by themselves for some seconds, kill the rest, and tell the server, if it answers."""
    if serving.children.alive:
        serving.tell("stopping; runs get a few seconds to end")
    await serving.children.wait(LET_END_SECONDS)
    killed = [child for child in serving.children.alive if not child.has_ended]
    for child in killed:
        child.kill()
    serving.untold += serving.children.buried()
    await _tell_last_ends(serving, killed)


async def _tell_last_ends(serving: Serving, killed: Sequence[Child]) -> None:
    """Tell the server what it does not know yet, but not for long; what could not be told is said."""
    reason = f"no answer within {TELL_THE_END_SECONDS:g} s"
    with anyio.move_on_after(TELL_THE_END_SECONDS):
        try:
            async with serving.connect() as api:
                for child in killed:
                    await _end(api, child.run, "Cancelled", "`lifeguard up` was stopped while it ran.")
                await _tell_ends(serving, api)
        except CallFailed as failure:
            reason = failure.reason
    if serving.untold:
        serving.tell(f"the server could not be told how {counted(len(serving.untold), 'run')} ended ({reason})")
