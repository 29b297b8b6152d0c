"""A page: one change that one pager is to hear of, from when it is due until it is known to have arrived.

Only the words are here; what becomes of a page is judged in `lifeguard.page`, and kept in `lifeguard.record`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lifeguard.incidents import Change, Incident


class Fate(StrEnum):
    """What became of a page, as far as is known.

    `silent`: the rule fired, and the server never said that the message was sent. `unfired`: the event is there, and no
    rule fired. `dropped`: nobody is to hear of it any more. `abandoned`: over for so long that it is no news.
    """

    WAITING = "waiting"
    POSTED = "posted"
    FAILED = "failed"
    SILENT = "silent"
    UNFIRED = "unfired"
    DELIVERED = "delivered"
    DROPPED = "dropped"
    ABANDONED = "abandoned"


FAILURES = frozenset({Fate.FAILED, Fate.SILENT, Fate.UNFIRED})
ENDS = frozenset({Fate.DELIVERED, Fate.DROPPED, Fate.ABANDONED})


@dataclass(frozen=True, slots=True)
class Page:
    """One change for one pager. It is not to be told before `due_at`.

    `event_id` is that of the newest attempt, `earlier_ids` are those of the attempts before, which may still arrive;
    `posted_at` is when the server took the newest, None while that is not known.
    """

    change: Change
    pager: str
    due_at: datetime
    fate: Fate = Fate.WAITING
    attempts: int = 0
    event_id: str | None = None
    posted_at: datetime | None = None
    reason: str = ""
    id: int | None = None
    earlier_ids: tuple[str, ...] = ()

    @property
    def event_ids(self) -> tuple[str, ...]:
        """Those of all attempts, the newest last."""
        return (*self.earlier_ids, *([self.event_id] if self.event_id else []))

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.fate in ENDS

    @property
    def is_assigned(self) -> bool:
        """Whether it is part of an event that the server may not have yet."""
        return self.event_id is not None and self.posted_at is None

    @property
    def has_failed(self) -> bool:
        """Whether at least one attempt failed, and none is known to have arrived."""
        return self.fate in FAILURES or (self.fate is Fate.POSTED and self.attempts > 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """An open incident, and when each pager was last to hear of it. `opened_under` explained it when it opened."""

    incident: Incident
    heard: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    opened_under: str | None = None


@dataclass(frozen=True, slots=True)
class Outbox:
    """What nobody was told yet, every page that is not settled, and what is open.

    `audience` names, for each incident with something untold, the pagers that were to hear of it before.
    """

    untold: tuple[Change, ...] = ()
    pages: tuple[Page, ...] = ()
    standing: tuple[Standing, ...] = ()
    audience: Mapping[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])


@dataclass(frozen=True, slots=True)
class Round:
    """What one patrol decides about pages: incidents to tell again, and pages that are new or have changed."""

    reminders: tuple[Change, ...] = ()
    pages: tuple[Page, ...] = ()
