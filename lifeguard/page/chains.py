"""The pages of one incident for one pager, in the order in which they are to be heard. Pure.

A newer change takes the place of an older one that did not arrive. The end is told only once everything before it has
arrived or was given up, and not at all where nobody had heard of the beginning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from lifeguard.facts import seconds
from lifeguard.incidents import ChangeKind
from lifeguard.pages import FAILURES, Fate, Page

NEWS_FOR_SECONDS = 86_400.0
"""What is over, and could not be told for so long, is not told any more."""


@dataclass(frozen=True, slots=True)
class Step:
    """A chain after one look at it, and the page of it that goes out now."""

    pages: tuple[Page, ...]
    going: Page | None = None


def chains(pages: Iterable[Page]) -> list[list[Page]]:
    """The pages of each incident and pager, oldest first."""
    ordered = sorted(pages, key=_chain)
    return [sorted(chain, key=_order) for _, chain in groupby(ordered, _chain)]


def step(chain: Sequence[Page], now: datetime) -> Step:
    """What becomes of a chain at `now`."""
    news = [page for page in chain if not _is_end(page)]
    ends = [page for page in chain if _is_end(page)]
    overtaken = [_overtaken(page) for page in news[:-1]]
    last = [_abandoned(page, now) for page in news[-1:]]
    if ends and last and _is_held(last[0], now):
        is_unheard = last[0].change.kind is ChangeKind.OPENED
        last = [_dropped(last[0], "over before it was to be told")]
        ends = [_dropped(page, "nobody had heard of it") for page in ends] if is_unheard else ends
    ends = [_abandoned(page, now) for page in ends]
    before_the_end = [*overtaken, *last]
    may_go = [*last, *(ends if all(page.is_settled for page in before_the_end) else [])]
    return Step((*before_the_end, *ends), next((page for page in may_go if _goes(page, now)), None))


def dropped(chain: Iterable[Page], reason: str) -> Step:
    """A chain that nobody is to hear."""
    return Step(tuple(_dropped(page, reason) for page in chain))


def _chain(page: Page) -> tuple[int, str]:
    return page.change.incident.id or 0, page.pager


def _order(page: Page) -> tuple[bool, int]:
    """A reminder that is not written yet is the newest."""
    return page.change.id is None, page.change.id or 0


def _is_end(page: Page) -> bool:
    return page.change.kind is ChangeKind.RESOLVED


def _is_held(page: Page, now: datetime) -> bool:
    return page.fate is Fate.WAITING and page.due_at > now


def _goes(page: Page, now: datetime) -> bool:
    return (page.fate is Fate.WAITING or page.fate in FAILURES) and page.due_at <= now


def _overtaken(page: Page) -> Page:
    """What is on its way may still arrive."""
    on_its_way = page.fate is Fate.POSTED and page.posted_at is not None
    return page if on_its_way else _dropped(page, "overtaken by newer news")


def _abandoned(page: Page, now: datetime) -> Page:
    is_over = page.change.incident.resolved_at is not None
    is_old = page.change.at < now - seconds(NEWS_FOR_SECONDS)
    return replace(page, fate=Fate.ABANDONED) if is_over and is_old and not page.is_settled else page


def _dropped(page: Page, reason: str) -> Page:
    return replace(page, fate=Fate.DROPPED, reason=reason)
