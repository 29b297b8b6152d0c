"""A Prefect server as pages know it: rules that fire once for an event id, actions that may fail, words about both.

Only for tests of what the rounds decide over many patrols; that a real server is like this is tested beside it.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lifeguard.findings import Severity
from lifeguard.page.events import Event
from lifeguard.page.pagers import LABEL_PREFIX
from lifeguard.page.proof import Said, Word
from lifeguard.page.rule_names import incident_rule


@dataclass
class PostOffice:
    """Delivers to every pager that an event is labelled for, but to the `deaf`, and to a share of `failing` by chance."""

    chance: random.Random
    failing: float = 0.0
    is_down: bool = False
    deaf: set[str] = field(default_factory=set[str])
    events: dict[str, Event] = field(default_factory=dict[str, Event])
    words: dict[tuple[str, str], Word] = field(default_factory=dict[tuple[str, str], Word])
    received: list[tuple[str, Event]] = field(default_factory=list[tuple[str, Event]])

    def take(self, event: Event) -> None:
        """What `POST /events` does; an id that is known does nothing."""
        if event["id"] in self.events:
            return
        self.events[event["id"]] = event
        resource: Mapping[str, Any] = event["resource"]
        severity = Severity(resource["lifeguard.severity"])
        for label in resource:
            if label.startswith(LABEL_PREFIX):
                self._act(event, label.removeprefix(LABEL_PREFIX), severity)

    def messages(self, pager: str) -> list[Event]:
        """What arrived at one pager, in order."""
        return [event for name, event in self.received if name == pager]

    def _act(self, event: Event, pager: str, severity: Severity) -> None:
        failed = self.is_down or pager in self.deaf or self.chance.random() < self.failing
        said = Word(Said.FIRED) if failed else Word(Said.EXECUTED)
        self.words[event["id"], incident_rule(pager, severity)] = said
        if not failed:
            self.received.append((pager, event))
