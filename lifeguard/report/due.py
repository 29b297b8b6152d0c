"""Which artifacts are worth a new version now. Pure.

Nothing is kept between patrols but what the overview carries of itself: for every artifact, two marks of what its newest
version says, and when that was. A change of what was told (an incident) is shown at once; one of what could flicker (a
verdict) when the last version is some minutes old; and what has not changed is written again after an hour, a few at a
time, so that a quiet day stays below a hundred versions however many artifacts there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from lifeguard.report.artifact import OVERVIEW

SETTLE_SECONDS = 600.0
REFRESH_SECONDS = 3570.0
"""Half a minute less than an hour: patrols come each minute, and not always at the same second."""

REFRESHED_IN_AN_HOUR = 3
PAGES_AT_ONCE = 10
"""Pages of pools that one patrol writes at most; the others follow with the next ones."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An artifact that could be written: `told` marks what incidents say, `seen` what else a reader would notice.

    `pool` is the name of the pool that it is about; one that is not `lasting` is written for the last time.
    """

    key: str
    told: str = ""
    seen: str = ""
    pool: str | None = None
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """What the newest version of an artifact says, when it was written, and its id where that is known."""

    told: str
    seen: str
    at: datetime
    id: str = ""

    def as_text(self) -> str:
        """As one value of an artifact's metadata, which holds up to 500 characters (Prefect 3.9.1)."""
        return f"{self.told}/{self.seen}/{int(self.at.timestamp())}/{self.id}"

    @classmethod
    def from_text(cls, text: str) -> "Written":
        """The other way round; raises `ValueError`."""
        told, seen, at, id = text.split("/")
        return cls(told, seen, datetime.fromtimestamp(int(at), UTC), id)


def mark(*parts: object) -> str:
    """A short text that is another one where the parts differ."""
    return sha256(repr(parts).encode(errors="surrogatepass")).hexdigest()[:12]


def due(drafts: Sequence[Draft], written: Mapping[str, Written], now: datetime) -> list[Draft]:
    """What to write now, in the order of the drafts, the overview last: it carries what is known of the others."""
    changed = [draft for draft in drafts if _is_changed(draft, written.get(draft.key), now)]
    pages = [draft for draft in changed if draft.pool is not None][:PAGES_AT_ONCE]
    chosen = [draft for draft in changed if draft.pool is None or draft in pages]
    chosen += _refreshed([draft for draft in drafts if draft not in changed], written, now)
    others = [draft for draft in chosen if draft.key != OVERVIEW]
    return [*others, *(draft for draft in drafts if draft.key == OVERVIEW and chosen)]


def _is_changed(draft: Draft, known: Written | None, now: datetime) -> bool:
    if known is None or known.told != draft.told:
        return True
    return known.seen != draft.seen and _age(known, now) >= SETTLE_SECONDS


def _refreshed(unchanged: Iterable[Draft], written: Mapping[str, Written], now: datetime) -> list[Draft]:
    """The overview once it is old, and as many others, oldest first, as the hour has room for."""
    old = [draft for draft in unchanged if _age(written[draft.key], now) >= REFRESH_SECONDS]
    fresh = sum(_age(known, now) < REFRESH_SECONDS for known in written.values())
    ordered = sorted(old, key=lambda draft: (draft.key != OVERVIEW, written[draft.key].at))
    room = max(REFRESHED_IN_AN_HOUR - fresh, 0)
    return ordered[: max(room, 1)] if ordered and ordered[0].key == OVERVIEW else ordered[:room]


def _age(known: Written, now: datetime) -> float:
    """In seconds; a clock that was set back does not make a version younger than new."""
    return abs((now - known.at).total_seconds())
