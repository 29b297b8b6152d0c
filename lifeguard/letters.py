"""Facts as compressed JSON, and back: what a run of Lifeguard writes into the history for another one to read.

Never pickle: the history may be written by others than Lifeguard. Both sides have to be of one version, which the form of
the facts themselves tells.
"""

import zlib
from base64 import b64decode, b64encode
from functools import cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar

import orjson
from pydantic import TypeAdapter

QUICKLY = 1

T = TypeVar("T")


class Unreadable(Exception):
    """What was written is nothing of this kind and version; the message is a short reason."""


class Letters(Generic[T]):
    """How values of one kind of fact are written."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)

    @cached_property
    def form(self) -> str:
        """A digest of how they are written: another one is another version of Lifeguard."""
        schema: Any = self._adapter.json_schema(mode="serialization")
        return sha256(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def written(self, value: T) -> str:
        """A value as compressed JSON in base64, which every database takes whatever a name in it holds."""
        return b64encode(zlib.compress(self._adapter.dump_json(value), QUICKLY)).decode()

    def read(self, letter: str, its_form: str) -> T:
        """The value that was written; raises `Unreadable`."""
        if its_form != self.form:
            raise Unreadable("it was written by another version of Lifeguard")
        try:
            return self._adapter.validate_json(zlib.decompress(b64decode(letter)))
        except (zlib.error, ValueError):
            raise Unreadable("what it left cannot be read") from None
