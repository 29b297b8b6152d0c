"""A sign: one known signature in one log, how often, and when first and last."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time of a line, as it is written; `at` is aware and UTC, None where the line does not say the zone or the day."""

    written: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """`signature` is the key of a known one, `code` the cause that it leads to, `log` the file, or where lines came from.

    A stamp is that of the line, or of the last line before it that has one. `example` is fit to be shown: short, visible,
    and without secrets. `is_proof` is False where it fits other causes too. `workers` and `pools` are the workers and the
    work pools that the log names, and `ended` is when it was last written to, None where that is not known.
    """

    signature: str
    code: str
    log: str
    count: int
    example: str
    first: Stamp | None = None
    last: Stamp | None = None
    is_proof: bool = True
    workers: frozenset[str] = frozenset()
    pools: frozenset[str] = frozenset()
    ended: datetime | None = None

    @property
    def last_at(self) -> datetime | None:
        """When it was seen last: by its line, else no later than the log was written to."""
        return (self.last and self.last.at) or self.ended

    def is_older(self, now: datetime, than_seconds: float) -> bool | None:
        """Whether it was seen last longer ago than that; None where nothing tells."""
        return None if self.last_at is None else now - self.last_at > timedelta(seconds=than_seconds)
