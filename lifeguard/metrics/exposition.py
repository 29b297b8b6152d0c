"""A standing as Prometheus reads it: its own text format, and OpenMetrics.

Written here line by line, and held by a test to be what `prometheus_client` (0.26) writes, byte for byte: that took 1.0 s for
the 84,000 lines of 2,000 pools, of which each looks up its name and sorts its labels anew, and this takes 0.1 s
(`uv run python -m benchmarks.metrics`).
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Any, cast

from prometheus_client import utils

from lifeguard.escaping import prometheus_help, prometheus_label
from lifeguard.metrics.catalogue import CATALOGUE
from lifeguard.metrics.metric import Kind, Metric, Point
from lifeguard.pickups import BOUNDS_SECONDS, Pickups
from lifeguard.standing import Standing

NUMBER: Callable[[float], str] = lru_cache(maxsize=4096)(cast(Any, utils).floatToGoString)
"""A number as the library writes it, which has no types for that; most numbers stand there many times."""
BOUNDS = (*map(str, BOUNDS_SECONDS), "+Inf")


def as_text(standing: Standing, *, is_openmetrics: bool = False) -> bytes:
    """Every metric that has a series; one without any is left out whole."""
    lines = [line for metric in CATALOGUE for line in _lines(metric, standing, is_openmetrics)]
    return "".join([*lines, *(["# EOF\n"] if is_openmetrics else [])]).encode()


def _lines(metric: Metric, standing: Standing, is_openmetrics: bool) -> Iterator[str]:
    points = list(metric.read(standing))
    if not points:
        return
    name = metric.prometheus_name
    yield f"# HELP {name} {prometheus_help(metric.help, is_openmetrics=is_openmetrics)}\n"
    yield f"# TYPE {name} {metric.kind}\n"
    if is_openmetrics and metric.unit_word:
        yield f"# UNIT {name} {metric.unit_word}\n"
    series = _histogram(metric, points) if metric.kind is Kind.HISTOGRAM else _gauge(metric, points)
    yield from series


def _gauge(metric: Metric, points: list[Point]) -> Iterator[str]:
    name, order = metric.prometheus_name, _order(metric)
    for labels, value in points:
        assert not isinstance(value, Pickups)
        shown = ",".join([f'{label}="{prometheus_label(labels[place])}"' for label, place in order])
        yield f"{name}{{{shown}}} {NUMBER(value)}\n" if shown else f"{name} {NUMBER(value)}\n"


def _histogram(metric: Metric, points: list[Point]) -> Iterator[str]:
    """All lines of a series are filled into one pattern, since these are two thirds of a page."""
    name, order = metric.prometheus_name, _order(metric)
    buckets = "".join(
        [f'{name}_bucket{{{{le="{bound}",{{0}}}}}} {{{place}}}\n' for place, bound in enumerate(BOUNDS, start=1)]
    )
    for labels, value in points:
        assert isinstance(value, Pickups)
        shown = ",".join([f'{label}="{prometheus_label(labels[place])}"' for label, place in order])
        yield buckets.format(shown, *map(NUMBER, accumulate(value.counts)))
        yield f"{name}_count{{{shown}}} {NUMBER(value.runs)}\n"
        yield f"{name}_sum{{{shown}}} {NUMBER(value.sum_seconds)}\n"


def _order(metric: Metric) -> list[tuple[str, int]]:
    """The labels by name, with their places."""
    return sorted((label, place) for place, label in enumerate(metric.labels))
