"""What a look tells of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look cost and saw; `prices` are by kind of endpoint, `findings` in a form that can be compared."""

    calls: int
    received_bytes: int
    workers: int
    late: int
    prices: Mapping[str, Told] = field(default_factory=dict[str, Told])
    findings: Sequence[str] = ()
    stages: Sequence[Told] = ()
