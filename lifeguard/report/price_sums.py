"""What a look cost, added up: which kinds of endpoint were dearest, and what all of them cost together. Pure."""

from lifeguard.judgement import Judgement
from lifeguard.snapshot import Price


def dearest_first(judgement: Judgement) -> list[tuple[str, Price]]:
    """By kind of endpoint, what was waited for longest first."""
    return sorted(judgement.snapshot.prices.items(), key=lambda each: (-each[1].seconds, each[0]))


def total(judgement: Judgement) -> Price:
    """Of all that this process asked; where a look was taken in parts, not what those asked."""
    return sum(judgement.snapshot.prices.values(), Price())


def wall_seconds(judgement: Judgement) -> float:
    """How long the look took."""
    return (judgement.finished_at - judgement.started_at).total_seconds()
