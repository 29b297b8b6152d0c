"""The parts of a look as rows: handed out by a patrol, written anew after each stage, gone once they are read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from lifeguard.letters import Unreadable
from lifeguard.parts.letter import form, read, written
from lifeguard.parts.share import Share
from lifeguard.record.database import Database, reading, writing
from lifeguard.record.tables import PARTS


async def write_parts(database: Database, patrol_id: str, shares: Sequence[Share], now: datetime) -> None:
    """Hand out all parts of a patrol at once; raises `HistoryUnavailable`."""
    rows = [
        {
            "patrol_id": patrol_id,
            "number": share.number,
            "form": form(),
            "handed_out_at": now,
            "stages_done": share.stages_done,
            "share": written(share),
        }
        for share in shares
    ]
    async with writing(database) as connection:
        await connection.execute(insert(PARTS), rows)


async def read_part(database: Database, patrol_id: str, number: int) -> Share | None:
    """One part as it was written last, None where it is not there; raises `Unreadable` and `HistoryUnavailable`."""
    async with reading(database) as connection:
        own = select(PARTS.c.share, PARTS.c.form).where(PARTS.c.patrol_id == patrol_id, PARTS.c.number == number)
        row = (await connection.execute(own)).first()
    return read(row.share, row.form) if row else None


async def save_part(database: Database, patrol_id: str, share: Share) -> bool:
    """Write how far a part has come; whether it is still wanted. Raises `HistoryUnavailable`."""
    own = (PARTS.c.patrol_id == patrol_id) & (PARTS.c.number == share.number)
    values = {"stages_done": share.stages_done, "share": written(share)}
    async with writing(database) as connection:
        return (await connection.execute(update(PARTS).where(own).values(values))).rowcount == 1


async def take_parts_back(database: Database, patrol_id: str) -> Mapping[int, Share | Unreadable]:
    """Every part of a patrol as it was written last, by number, and delete them; raises `HistoryUnavailable`."""
    own = PARTS.c.patrol_id == patrol_id
    async with writing(database) as connection:
        rows = (await connection.execute(select(PARTS.c.number, PARTS.c.share, PARTS.c.form).where(own))).all()
        await connection.execute(delete(PARTS).where(own))
    return {row.number: _read(row.share, row.form) for row in rows}


def _read(letter: str, its_form: str) -> Share | Unreadable:
    try:
        return read(letter, its_form)
    except Unreadable as unreadable:
        return unreadable
