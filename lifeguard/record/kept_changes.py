"""What changed before an incident opened, kept beside its proof: the server forgets its events after 7 days.

It lies in the column of the evidence, under a name that no proof has, so that it needs no column of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from lifeguard.incidents import Incident
from lifeguard.record.database import Database, writing
from lifeguard.record.tables import INCIDENTS
from lifeguard.what_changed import SeenChange, WhatChanged

KEPT_AS = "what changed"
"""Names of proofs hold no blank."""

ROW_ID = "row_id"


async def keep_what_changed(database: Database, incidents: Iterable[Incident]) -> None:
    """Write it beside the proof that each incident has by now. Raises `HistoryUnavailable`."""
    known = {each.id: stowed(each.what_changed) for each in incidents if each.id is not None and each.what_changed}
    if not known:
        return
    async with writing(database) as connection:
        rows = await connection.execute(select(INCIDENTS.c.id, INCIDENTS.c.evidence).where(INCIDENTS.c.id.in_(known)))
        kept = [{ROW_ID: id, "evidence": {**evidence, **known[id]}} for id, evidence in rows]
        if kept:
            await connection.execute(
                update(INCIDENTS)
                .where(INCIDENTS.c.id == bindparam(ROW_ID))
                .values(evidence=bindparam("evidence", type_=INCIDENTS.c.evidence.type)),
                kept,
            )


def stowed(changed: WhatChanged | None) -> dict[str, Any]:
    """What is added to the evidence of an incident, as JSON keeps it."""
    if changed is None:
        return {}
    rest = {"older": changed.older, "is_cut_off": changed.is_cut_off, "unseen": changed.unseen}
    return {
        KEPT_AS: [rest, *({"at": each.at.astimezone(UTC).isoformat(), "says": each.says} for each in changed.changes)]
    }


def found_in(stored: Mapping[str, Any]) -> WhatChanged | None:
    """What was added to the evidence of a row; None where nothing was."""
    if KEPT_AS not in stored:
        return None
    rest, *changes = stored[KEPT_AS]
    return WhatChanged(tuple(SeenChange(datetime.fromisoformat(each["at"]), each["says"]) for each in changes), **rest)
