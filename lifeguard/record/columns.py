"""How values are kept: aware UTC times on every database, and texts that every database takes."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, TypeDecorator

INDEXED_CHARACTERS = 500
NUL, NO_NUL = "\x00", "\ufffd"
"""PostgreSQL keeps no NUL in a text, and a pool on a SQLite server may be named with one."""


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is put back on the way out. Refuses a naive time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database, as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """A text of any length that people named or wrote."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Into the database, without NUL."""
        return None if value is None else value.replace(NUL, NO_NUL)


class Key(TypeDecorator[str]):
    """A text that is indexed, which PostgreSQL does up to 2,704 bytes: the end of what is longer becomes its digest."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Into the database; two different texts stay different."""
        return None if value is None else _shortened(value.replace(NUL, NO_NUL))


class Json(TypeDecorator[Any]):
    """A JSON value of texts, numbers and lists; not JSONB, which forgets in which order a proof is told."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Into the database, without NUL."""
        return without_nul(value)


def _shortened(value: str) -> str:
    if len(value) <= INDEXED_CHARACTERS:
        return value
    digest = sha256(value.encode(errors="surrogatepass")).hexdigest()
    return value[: INDEXED_CHARACTERS - len(digest)] + digest


def without_nul(value: Any) -> Any:
    """The same value with every NUL in its texts replaced."""
    match value:
        case str():
            return value.replace(NUL, NO_NUL)
        case dict():
            return {without_nul(name): without_nul(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [without_nul(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value
