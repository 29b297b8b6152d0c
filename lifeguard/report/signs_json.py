"""The JSON that `lifeguard signatures --format json` prints. A change to a name is a change of version."""

from collections.abc import Mapping, Sequence
from typing import Any

from lifeguard.report.history_json import printed
from lifeguard.signatures.known import BY_KEY, SIGNATURES
from lifeguard.signatures.remedies import remedy_of
from lifeguard.signatures.sign import Sign, Stamp

SCHEMA = 1


def signs_json(files: Sequence[str], signs: Sequence[Sign]) -> str:
    """One object: what was read, and what is known of it."""
    return printed({"schema": SCHEMA, "logs": list(files), "signs": [sign_document(sign) for sign in signs]})


def sign_document(sign: Sign) -> Mapping[str, Any]:
    """A sign; `at` is null where the line does not tell the day or zone, and `is_proof` false where it fits other causes."""
    return {
        "signature": sign.signature,
        "code": sign.code,
        "is_proof": sign.is_proof,
        "log": sign.log,
        "count": sign.count,
        "first": _stamp(sign.first),
        "last": _stamp(sign.last),
        "log_written_at": sign.ended,
        "example": sign.example,
        "means": BY_KEY[sign.signature].means,
        "remedy": list(remedy_of(sign.code)),
    }


def known_json() -> str:
    """One object: every signature that is known."""
    known = [
        {
            "signature": each.key,
            "code": each.code,
            "is_proof": each.is_proof,
            "pattern": each.pattern.pattern,
            "means": each.means,
            "seen_in": list(each.seen),
        }
        for each in SIGNATURES
    ]
    return printed({"schema": SCHEMA, "signatures": known})


def _stamp(stamp: Stamp | None) -> Mapping[str, Any] | None:
    return {"written": stamp.written, "at": stamp.at} if stamp else None
