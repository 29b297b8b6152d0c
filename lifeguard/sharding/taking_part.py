"""What the run of one part does: take up its share, look stage by stage, and write down how far it has come.

A run that is begun again goes on where it was. It judges nothing, remembers nothing and tells nobody: that is the patrol's.
"""

from collections.abc import Callable
from dataclasses import replace

from lifeguard.observe.api import Api
from lifeguard.observe.in_parts import STAGES_OF_A_PART
from lifeguard.observe.look import Look
from lifeguard.parts.share import Share, one_stage_further
from lifeguard.record.database import Database
from lifeguard.record.failures import NoHistoryYet
from lifeguard.record.part_rows import read_part, save_part
from lifeguard.snapshot import Answers, Snapshot

Tell = Callable[[str], None]


class NotWanted(Exception):
    """There is no such part, or its patrol no longer waits for it; the message is one sentence."""


async def look_at_share(api: Api, database: Database, patrol_id: str, number: int, tell: Tell) -> Share:
    """Look at one part to its end; raises `NotWanted`, `Unreadable` and `HistoryUnavailable`."""
    share = await _handed_out(database, patrol_id, number)
    api.follow(share.policy)
    with api.looking(on_patrol=True):
        return await _looked(Look(api, share.policy), database, patrol_id, share, tell)


async def _looked(look: Look, database: Database, patrol_id: str, share: Share, tell: Tell) -> Share:
    before = share.picture
    for title, stage in STAGES_OF_A_PART[share.stages_done :]:
        tell(f"{share.name}, {len(share.picture.pools)} work pools: {title}")
        seen = await stage(look, share.picture) if share.picture.pools else share.picture
        share = one_stage_further(share, _priced(seen, before, look.api.calls, look.api.answers))
        if not await save_part(database, patrol_id, share):
            raise NotWanted(f"The patrol no longer waits for {share.name}: it has ended, or went on without it.")
    return share


async def _handed_out(database: Database, patrol_id: str, number: int) -> Share:
    try:
        share = await read_part(database, patrol_id, number)
    except NoHistoryYet:
        share = None
    if share is None:
        raise NotWanted(
            f"No patrol {patrol_id!r} waits for a part {number} in {database.shown}: patrols start these runs themselves, "
            "and both need the same history."
        )
    return share


def _priced(seen: Snapshot, before: Snapshot, calls: int, answers: Answers) -> Snapshot:
    """With what this run asked, and those that were at it before."""
    return replace(seen, api_calls=before.api_calls + calls, answers=before.answers + answers)
