"""What is to be told now, to whom, and together with what. Pure: it reads an outbox and says what is to be written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lifeguard.findings import Severity
from lifeguard.incidents import Change, ChangeKind
from lifeguard.page.chains import Step, chains, dropped, step
from lifeguard.page.events import event_id, id_of
from lifeguard.page.group_events import GROUP_FROM, group_id
from lifeguard.page.pagers import Pager
from lifeguard.page.reminders import reminders
from lifeguard.pages import Fate, Outbox, Page, Round


@dataclass(frozen=True, slots=True)
class Teller:
    """What a round is held with: the name of the server, whom to page, and the time."""

    server: str
    pagers: Sequence[Pager]
    now: datetime

    def decide(self, outbox: Outbox) -> Round:
        """The reminders to write, and every page that is new or changes."""
        due = reminders(outbox, self.pagers, self.now)
        again = {change.key: change for change, _ in due}
        pages = [*outbox.pages, *self._of_untold(outbox), *(self._page(change, pager) for change, pager in due)]
        steps = [self._step(chain) for chain in chains(pages)]
        first = {change.key for change in outbox.untold} | again.keys()
        going = self._assigned((each.going for each in steps if each.going), first)
        after = {_key(page): page for page in [*(page for each in steps for page in each.pages), *going]}
        before = {_key(page): page for page in outbox.pages}
        return Round(tuple(again.values()), tuple(page for key, page in after.items() if before.get(key) != page))

    def _of_untold(self, outbox: Outbox) -> Iterator[Page]:
        """A page for everybody who is to hear of what is new; of the end, whoever was to hear of the beginning."""
        known = {_key(page) for page in outbox.pages}
        audience = {incident: set(names) for incident, names in outbox.audience.items()}
        for change in outbox.untold:
            heard = audience.setdefault(change.incident.id or 0, set())
            for pager in self.pagers:
                if _hears(pager, change, heard):
                    heard.add(pager.name)
                    if (change.key, pager.name) not in known:
                        yield self._page(change, pager)

    def _page(self, change: Change, pager: Pager) -> Page:
        return Page(change, pager.name, pager.quiet_until(change.incident.severity, self.now) or self.now)

    def _step(self, chain: Sequence[Page]) -> Step:
        is_known = chain[0].pager in {pager.name for pager in self.pagers}
        return step(chain, self.now) if is_known else dropped(chain, "its pager is gone")

    def _assigned(self, going: Iterable[Page], first: set[str]) -> Iterator[Page]:
        """The same pages, each as a part of the event that will tell it."""
        for pages in together(going):
            tried = [replace(page, attempts=page.attempts + 1, earlier_ids=page.event_ids) for page in pages]
            id = self._event_id(tried, first)
            yield from (replace(page, fate=Fate.POSTED, event_id=id, posted_at=None) for page in tried)

    def _event_id(self, pages: Sequence[Page], first: set[str]) -> str:
        """That of the change's own event where it goes out now for the first time, else a new one."""
        change = pages[0].change
        if len({page.change.key for page in pages}) > 1:
            return group_id(pages, self.server)
        if change.key in first and all(page.attempts == 1 for page in pages):
            return event_id(change, self.server)
        attempts = "/".join(sorted(f"{page.pager}/{page.attempts}" for page in pages))
        return id_of(self.server, f"{change.key}/again/{attempts}")


def together(going: Iterable[Page]) -> list[list[Page]]:
    """Pages that make one event: one change for several pagers, or many like changes for the same pagers."""
    by_change: dict[str, list[Page]] = {}
    for page in going:
        by_change.setdefault(page.change.key, []).append(page)
    alike: dict[tuple[str, str, Severity, frozenset[str]], list[list[Page]]] = {}
    for pages in by_change.values():
        change = pages[0].change
        pagers = frozenset(page.pager for page in pages)
        key = (change.kind.value, change.incident.finding.code, change.incident.severity, pagers)
        alike.setdefault(key, []).append(pages)
    events: list[list[Page]] = []
    for lists in alike.values():
        events += [[page for pages in lists for page in pages]] if len(lists) >= GROUP_FROM else lists
    return events


def _hears(pager: Pager, change: Change, heard: set[str]) -> bool:
    if change.kind is ChangeKind.RESOLVED:
        return pager.name in heard and change.incident.severity in pager.severities
    return pager.wants(change.incident)


def _key(page: Page) -> tuple[str, str]:
    return page.change.key, page.pager
