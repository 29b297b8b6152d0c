"""What a metric is. Both of its names come from one: OpenTelemetry's, with dots, and Prometheus', with the unit in it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lifeguard.pickups import Pickups
from lifeguard.standing import Standing

UNIT_WORDS = {"s": "seconds"}
"""UCUM units as Prometheus writes them out. Units in braces only say what is counted: no name has them, as in
https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/ (metric metadata, unit)."""


class Kind(StrEnum):
    """How a metric behaves: a number that rises and falls, or counts of how long things took that only rise."""

    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Point(NamedTuple):
    """One series' value now, with a value for each label; an empty label is as good as none."""

    labels: tuple[str, ...]
    value: float | Pickups


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: `name` is OpenTelemetry's, `unit` UCUM's, `help` says what it tells and what to do with it.

    `read` gives a point for each series that is known, and none for what is not: unknown is absent, never zero.
    """

    name: str
    unit: str
    help: str
    labels: tuple[str, ...]
    read: Callable[[Standing], Iterable[Point]]
    kind: Kind = Kind.GAUGE

    @property
    def unit_word(self) -> str:
        """The unit as it ends a name in Prometheus; empty for counts of things."""
        return UNIT_WORDS.get(self.unit, "")

    @property
    def prometheus_name(self) -> str:
        """The name in Prometheus, as OpenTelemetry's own exporters would write it."""
        return "_".join([*self.name.split("."), *([self.unit_word] if self.unit_word else [])])
