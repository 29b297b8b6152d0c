"""What every automation of ours is made of, in the form that `POST /automations/` takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifeguard.page.messages import Message
from lifeguard.page.pagers import Pager

Automation = Mapping[str, Any]
Part = dict[str, Any]

TAG = "lifeguard"
ID, NAME = "prefect.resource.id", "prefect.resource.name"


@dataclass(frozen=True, slots=True)
class Armed:
    """A pager, and the id of the notification block that sends for it."""

    pager: Pager
    block_document_id: str


def event_trigger(
    posture: str = "Reactive",
    *,
    expect: Sequence[str],
    match: Mapping[str, str | list[str]],
    match_related: Mapping[str, str] | None = None,
    after: Sequence[str] = (),
    for_each: Sequence[str] = (),
    threshold: int = 1,
    within: float = 0,
) -> Part:
    """One trigger on events; `within` is in seconds, and `match` holds patterns of `fnmatch`."""
    return {
        "type": "event",
        "posture": posture,
        "after": list(after),
        "expect": list(expect),
        "match": dict(match),
        "match_related": dict(match_related or {}),
        "for_each": list(for_each),
        "threshold": threshold,
        "within": within,
    }


def all_of(*triggers: Part, within: float) -> Part:
    """One that fires once all of these have, not more than `within` seconds apart."""
    return {"type": "compound", "require": "all", "within": within, "triggers": list(triggers)}


def send(armed: Armed, message: Message) -> Part:
    """The action that tells a pager."""
    return {
        "type": "send-notification",
        "block_document_id": armed.block_document_id,
        "subject": message.subject,
        "body": message.body,
    }


def automation(name: str, what: str, trigger: Part, action: Part) -> Automation:
    """Everything that a person could change is stated, so that a change is seen."""
    return {
        "name": name,
        "description": f"{what} Kept by prefect-lifeguard: `lifeguard arm` puts it back, `lifeguard disarm` removes it.",
        "enabled": True,
        "tags": [TAG],
        "trigger": trigger,
        "actions": [action],
        "actions_on_trigger": [],
        "actions_on_resolve": [],
    }
