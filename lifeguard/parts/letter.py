"""A share as JSON, and back: what a patrol and its parts write each other through the history.

Never pickle: the history may be written by others than Lifeguard. Both sides have to be of one version, which the form of
the facts themselves tells.
"""

import zlib
from base64 import b64decode, b64encode
from functools import cache
from hashlib import sha256
from typing import Any

import orjson
from pydantic import TypeAdapter

from lifeguard.parts.share import Share

QUICKLY = 1


class Unreadable(Exception):
    """What was written is no share of this version; the message is a short reason."""


@cache
def _shares() -> TypeAdapter[Share]:
    return TypeAdapter(Share)


@cache
def form() -> str:
    """A digest of how shares are written: another one is another version of Lifeguard."""
    schema: Any = _shares().json_schema(mode="serialization")
    return sha256(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def written(share: Share) -> str:
    """A share as compressed JSON in base64, which every database takes whatever a name in it holds."""
    return b64encode(zlib.compress(_shares().dump_json(share), QUICKLY)).decode()


def read(letter: str, its_form: str) -> Share:
    """The share that was written; raises `Unreadable`."""
    if its_form != form():
        raise Unreadable("it was written by another version of Lifeguard")
    try:
        return _shares().validate_json(zlib.decompress(b64decode(letter)))
    except (zlib.error, ValueError):
        raise Unreadable("what it left cannot be read") from None
