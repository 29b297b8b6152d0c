"""Why the history cannot be used, in words that hold no address, no user and no password.

A driver's message may quote the URL, a parameter or a row, so that none of them is passed on: what is known is named, and
of what is not known only the type.
"""

import socket
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a database, and what to do about it."""

    reason: str
    way_out: str


class HistoryUnavailable(Exception):
    """The history could not be read or written. Nothing half-written remains, and nothing secret is in the message."""

    def __init__(self, where: str, trouble: Trouble, sentence: str | None = None) -> None:
        super().__init__(sentence or f"The history in {where} cannot be used: {trouble.reason}; {trouble.way_out}.")
        self.where = where
        self.trouble = trouble


class NoHistoryYet(HistoryUnavailable):
    """Nothing was ever recorded here."""

    def __init__(self, where: str) -> None:
        super().__init__(
            where,
            Trouble("nothing was recorded in it yet", "it begins with the first `lifeguard patrol`"),
            f"There is no history in {where} yet: it begins with the first `lifeguard patrol`.",
        )


SLOW = Trouble("it did not answer in time", "look at its load and its locks, and at the network between")
AWAY = Trouble("nothing answers at its address", "start the database, or mend the address")
UNKNOWN_HOST = Trouble("the name of its host is not known here", "mend the address, or the name service")
STARTING = Trouble("it is starting, stopping or has no connection left", "look again in a minute, then at its log")
READ_ONLY = Trouble("it is read-only", "give an address of it that can be written to")
FULL = Trouble("its disk is full", "make room, then `lifeguard db prune --delete`")
LOCKED = Trouble("somebody else keeps it locked", "end what holds the lock; the next patrol writes what this one found")
REFUSED = Trouble("it refuses the user, the password or the encryption", "mend the address, then `lifeguard db status`")
FORBIDDEN = Trouble(
    "its user may not do this", "grant it CREATE on the schema, or run `lifeguard db upgrade` as its owner"
)
NO_SUCH = Trouble("there is no database of this name", "create it, or mend the address")
FOREIGN = Trouble(
    "its tables are not those of this version", "run `lifeguard db upgrade`, or give it a database of its own"
)
NO_FILE = Trouble("its file cannot be opened", "create the folder, or let this user write to it")
BROKEN = Trouble("its file is damaged or no database", "move the file away; the next patrol begins a new one")
LOST = Trouble("the connection broke", "look at the database's log; the next patrol writes what this one found")
WRONG_ADDRESS = Trouble("its address is not one that the driver understands", "mend it, then `lifeguard db status`")

SQLITE: Sequence[tuple[str, Trouble]] = (
    ("locked", LOCKED),
    ("readonly", READ_ONLY),
    ("is full", FULL),
    ("unable to open", NO_FILE),
    ("no such table", FOREIGN),
    ("no such column", FOREIGN),
    ("no column named", FOREIGN),
    ("not a database", BROKEN),
    ("malformed", BROKEN),
    ("disk i/o", BROKEN),
)


def trouble_of(error: BaseException) -> Trouble:
    """What an error of a driver means, from the innermost cause that is known."""
    for cause in reversed(list(_causes(error))):
        known = _known(cause)
        if known:
            return known
    return Trouble(f"it failed ({_innermost_name(error)})", "run `lifeguard db status`, and look at the database's log")


def _known(error: BaseException) -> Trouble | None:
    if isinstance(error, sqlite3.Error):
        return next((trouble for words, trouble in SQLITE if words in str(error).lower()), None)
    if type(error).__module__.partition(".")[0] == "asyncpg":
        # Imported where one of its errors is there: a history in SQLite needs no asyncpg.
        from lifeguard.record.postgresql_failures import known

        return known(error)
    if isinstance(error, (TimeoutError, socket.timeout)):
        return SLOW
    if isinstance(error, socket.gaierror):
        return UNKNOWN_HOST
    if isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError):
        return LOST
    return AWAY if isinstance(error, OSError) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies below it; SQLAlchemy keeps the driver's own as `orig`, and that one's as its cause."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = getattr(current, "orig", None) or current.__cause__ or current.__context__


def _innermost_name(error: BaseException) -> str:
    return type(list(_causes(error))[-1]).__name__
