"""What changed before an incident opened, or before a run was due, line by line. Not escaped yet: each format does that."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lifeguard.incidents import Incident
from lifeguard.what_changed import WhatChanged, before, remark

TITLE = "What changed in the hour before it opened"


def lines(incident: Incident) -> list[str]:
    """Every change that is kept, newest last, and what is left out; nothing of one about which nobody asked."""
    changed = incident.what_changed
    return told(changed, incident.opened_at or incident.first_seen_at) if changed else []


def told(changed: WhatChanged, moment: datetime, what: str = "") -> list[str]:
    """The same of any moment; `what` says what happened then, where that is not clear from the title."""
    rest = remark(changed)
    return [*(before(each, moment, what) for each in changed.changes), *([rest] if rest else [])]


def document(changed: WhatChanged | None) -> Mapping[str, Any] | None:
    """For JSON; None where nobody asked."""
    if changed is None:
        return None
    return {
        "changes": [{"at": each.at, "says": each.says} for each in changed.changes],
        "older": changed.older,
        "is_cut_off": changed.is_cut_off,
        "unseen": changed.unseen,
    }
