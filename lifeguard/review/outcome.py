"""What a review came to: the findings, what differs from Prefect's defaults, and what cannot be told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lifeguard.findings import Finding
from lifeguard.review.database import connections_of_a_process, room
from lifeguard.review.desk import Desk
from lifeguard.review.known import OWN, SERVER
from lifeguard.review.rules import review
from lifeguard.settings import Settings, shown
from lifeguard.snapshot import SERVER_SETTINGS, Snapshot


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting that is reviewed and is not what Prefect sets by itself; of the server, or of the process that looked."""

    path: str
    value: str | int | float | bool | None
    default: str | int | float | bool | None
    is_server: bool


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, `read` of how many settings of the server, and what their meaning depends on."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    changed: tuple[Changed, ...]
    read: int
    notes: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the settings were told and the estate was seen."""
        return self.snapshot.is_complete and self.snapshot.sees(SERVER_SETTINGS)


def reviewed(desk: Desk) -> Review:
    """Judge what lies on the desk."""
    changed = (*_changed(desk.told, SERVER, is_server=True), *_changed(desk.own.settings, OWN, is_server=False))
    read = sum(desk.told.tells(path) for path in SERVER)
    return Review(desk.scene.snapshot, tuple(review(desk)), changed, read, tuple(_notes(desk)))


def _changed(told: Settings, known: Mapping[str, Any], *, is_server: bool) -> Iterator[Changed]:
    for path, default in known.items():
        if told.tells(path) and told.values[path] != default:
            yield Changed(path, shown(told.values[path]), shown(default), is_server)


def _notes(desk: Desk) -> Iterator[str]:
    each = connections_of_a_process(desk)
    if each:
        yield (
            f"If its database is PostgreSQL, each process of the server may open {each} connections, and there is room for "
            f"{room(desk) // each} processes ({room(desk)} connections, {_known(desk)})."
        )
    if desk.server:
        yield (
            "These are the settings of the API's own process and of the one that looks: other processes of the server may "
            "be set otherwise, and those of workers cannot be asked for."
        )


def _known(desk: Desk) -> str:
    return "by database_connections" if desk.scene.policy.database_connections else "PostgreSQL's default"
