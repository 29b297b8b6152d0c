"""What `prometheus_client` itself writes of a standing: the judge of our own writing, which is quicker."""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from typing import Any, cast

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics import parser
from prometheus_client.registry import Collector

from lifeguard.metrics.catalogue import CATALOGUE
from lifeguard.metrics.metric import Kind, Metric
from lifeguard.pickups import BOUNDS_SECONDS, Pickups
from lifeguard.standing import Standing

OPENMETRICS = "application/openmetrics-text;version=1.0.0"


READ: Callable[[str], Iterable[Family]] = cast(Any, parser).text_string_to_metric_families
"""The library's own reader of OpenMetrics, which checks what it reads; it has no types."""


class StandingCollector(Collector):
    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Family]:
        families = (_family(metric, self._standing) for metric in CATALOGUE)
        return (family for family in families if family.samples)


def as_the_library_writes_it(standing: Standing, *, is_openmetrics: bool) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StandingCollector(standing))
    encode, _ = choose_encoder(OPENMETRICS if is_openmetrics else "text/plain")
    return encode(registry)


def _family(metric: Metric, standing: Standing) -> Family:
    name, unit = metric.prometheus_name, metric.unit_word
    if metric.kind is Kind.HISTOGRAM:
        histogram = HistogramMetricFamily(name, metric.help, labels=metric.labels, unit=unit)
        for labels, value in metric.read(standing):
            assert isinstance(value, Pickups)
            bounds = [*map(str, BOUNDS_SECONDS), "+Inf"]
            buckets = list(zip(bounds, accumulate(value.counts), strict=True))
            histogram.add_metric(labels, buckets, value.sum_seconds)
        return histogram
    gauge = GaugeMetricFamily(name, metric.help, labels=metric.labels, unit=unit)
    for labels, value in metric.read(standing):
        assert not isinstance(value, Pickups)
        gauge.add_metric(labels, value)
    return gauge
