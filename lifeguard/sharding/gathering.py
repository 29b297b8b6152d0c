"""Waiting for the parts of a look, and taking them back: what each saw, or why it was lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import anyio

from lifeguard.letters import Unreadable
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.in_parts import STAGES_OF_A_PART
from lifeguard.parts.share import Share
from lifeguard.parts.together import lost
from lifeguard.record.database import Database
from lifeguard.record.failures import HistoryUnavailable
from lifeguard.record.part_rows import take_parts_back
from lifeguard.sharding.runs import PartRun, call_off, read_runs
from lifeguard.snapshot import Snapshot

ASKED_EVERY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The parts of one patrol: their shares, the run of each, and why those without one have none."""

    patrol_id: str
    database: Database
    shares: Sequence[Share]
    runs: Mapping[int, PartRun]
    not_started: Mapping[int, str]


async def gathered(api: Api, handed_out: HandedOut, within_seconds: float) -> list[Snapshot]:
    """What each part saw, with a loss in place of what it did not; waits for the last of them, and no longer than that."""
    runs = await _ended_runs(api, handed_out, within_seconds)
    try:
        left = await take_parts_back(handed_out.database, handed_out.patrol_id)
    except HistoryUnavailable as unavailable:
        return [lost(share, unavailable.trouble.reason) for share in handed_out.shares]
    await _call_off(api, runs)
    return [_piece(api, share, left.get(share.number), _fate(handed_out, share, runs)) for share in handed_out.shares]


async def _ended_runs(api: Api, handed_out: HandedOut, within_seconds: float) -> Mapping[int, PartRun]:
    """The runs once all are over, or the time is; a server that does not answer meanwhile is asked again."""
    runs = handed_out.runs
    with anyio.move_on_after(within_seconds):
        while not all(run.is_over for run in runs.values()):
            await anyio.sleep(ASKED_EVERY_SECONDS)
            runs = await _asked_again(api, runs)
    return runs


async def _asked_again(api: Api, runs: Mapping[int, PartRun]) -> Mapping[int, PartRun]:
    """A run that was deleted is as good as ended."""
    try:
        there = await read_runs(api, [run.id for run in runs.values()])
    except (CallFailed, *ANOTHER_SHAPE):
        return runs
    gone = {number: PartRun(run.id, run.name, "CANCELLED", "deleted") for number, run in runs.items()}
    return {number: there.get(run.id, gone[number]) for number, run in runs.items()}


async def _call_off(api: Api, runs: Mapping[int, PartRun]) -> None:
    """What is not called off finds its part gone, and ends by itself."""
    for run in runs.values():
        if not run.is_over and not run.has_begun:
            try:
                await call_off(api, run)
            except CallFailed:
                continue


def _fate(handed_out: HandedOut, share: Share, runs: Mapping[int, PartRun]) -> str:
    """Why a part is not there, for when it is not."""
    run = runs.get(share.number)
    if run is None:
        return f"its run could not be made ({handed_out.not_started.get(share.number, 'unknown')})"
    if run.is_over:
        return f"its run '{run.name}' ended as {run.state_name}{f' ({run.message})' if run.message else ''}"
    if run.has_begun:
        return f"its run '{run.name}' was not done in time"
    return f"nobody took up its run '{run.name}' in time"


def _piece(api: Api, share: Share, left: Share | Unreadable | None, fate: str) -> Snapshot:
    """What a part saw; only one that is whole counts."""
    lent = share.policy.call_ceiling
    match left:
        case Share() if left.stages_done == len(STAGES_OF_A_PART):
            api.settle(lent, left.picture.api_calls, left.picture.answers)
            return left.picture
        case Unreadable():
            return lost(share, str(left))
        case _:
            return lost(share, fate)
