"""What the server says became of a message: that a rule fired, and that its action was executed or failed.

Of a custom webhook that fails it says nothing at all (Prefect 3.8.8 and 3.9.1), so that silence is told apart only by
waiting for longer than all its attempts take.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lifeguard.observe.api import Api
from lifeguard.observe.events import events_because_of
from lifeguard.page.rule_names import EXECUTED, FAILED, TRIGGERED

REFUSED_FROM = 400
"""An action that posts by itself counts as executed whatever the answer was; its status is in the payload."""


class Said(StrEnum):
    """How far a message came, as far as the server says."""

    FIRED = "fired"
    FAILED = "failed"
    EXECUTED = "executed"


@dataclass(frozen=True, slots=True)
class Word:
    """The last word about one message. `reason` is the server's, without what may hold the address of a webhook."""

    said: Said
    reason: str = ""


Words = Mapping[tuple[str, str], Word]
"""By the id of an event and the name of a rule."""


async def words_about(api: Api, event_ids: Collection[str]) -> Words:
    """What the rules did because of these events; raises `CallFailed`."""
    words: dict[tuple[str, str], Word] = {}
    for event in await events_because_of(api, event_ids, (TRIGGERED, EXECUTED, FAILED)):
        word = _word(event)
        for id in _causes(event):
            known = words.get((id, rule := event["resource"]["prefect.resource.name"]))
            if known is None or _weight(word) > _weight(known):
                words[id, rule] = word
    return words


def _word(event: Mapping[str, Any]) -> Word:
    payload: Mapping[str, Any] = event["payload"]
    match event["event"]:
        case str(name) if name == TRIGGERED:
            return Word(Said.FIRED)
        case str(name) if name == FAILED:
            return Word(Said.FAILED, str(payload.get("reason", "")).partition(":")[0])
        case _:
            status = payload.get("status_code")
            refused = isinstance(status, int) and status >= REFUSED_FROM
            return Word(Said.FAILED, f"HTTP {status}") if refused else Word(Said.EXECUTED)


def _weight(word: Word) -> int:
    """One message may be tried more than once: that it went out counts most."""
    return [Said.FIRED, Said.FAILED, Said.EXECUTED].index(word.said)


def _causes(event: Mapping[str, Any]) -> list[str]:
    prefix = "prefect.event."
    related = (str(each["prefect.resource.id"]) for each in event["related"])
    return [id.removeprefix(prefix) for id in related if id.startswith(prefix)]
