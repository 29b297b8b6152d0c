"""The short texts of signs in logs. They are not escaped yet: each format does that itself."""

from lifeguard.report.history_phrases import second
from lifeguard.signatures.known import BY_KEY
from lifeguard.signatures.sign import Sign, Stamp


def told(sign: Sign) -> str:
    """How often, and from when to when."""
    often = "once" if sign.count == 1 else f"{sign.count:,} times"
    if sign.first is None or sign.last is None:
        return f"{often}, at times that the lines do not tell"
    if sign.first == sign.last:
        return f"{often}, at {stamp(sign.last)}"
    return f"{often}, from {stamp(sign.first)} to {stamp(sign.last)}"


def stamp(each: Stamp) -> str:
    """A time; where the line says no day or no zone, as it stands there."""
    return f"{second(each.at)} UTC" if each.at else f"{each.written} (by the log's own clock)"


def meaning(sign: Sign) -> str:
    """What it means, and whether it is proof."""
    means = BY_KEY[sign.signature].means
    return means if sign.is_proof else f"{means} By itself it proves no cause."
