"""A standing as OpenTelemetry takes it: pushed once over HTTP to where the standard variables say.

For push pools, where no scrape reaches a patrol. The points are made here and sent by OpenTelemetry's own exporter: its
instruments live as long as a process, and a patrol's process lives for one look.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import Any, cast

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    MetricExportResult,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
)
from opentelemetry.sdk.metrics.export import Metric as Exported
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from requests import Response, Session

from lifeguard.metrics.catalogue import CATALOGUE
from lifeguard.metrics.metric import Kind, Metric, Point
from lifeguard.metrics.quiet import Heard, quiet
from lifeguard.pickups import BOUNDS_SECONDS, Pickups
from lifeguard.standing import Standing

PUSHED_WITHIN_SECONDS = 5.0
SERVICE = "prefect-lifeguard"
NANOSECONDS = 10**9


def export(standing: Standing, environment: Mapping[str, str], now: datetime) -> str | None:
    """Send it, within 5 s and with retries; None when it was taken, else what is known of why not, without a secret.

    The exporter reads OTEL_EXPORTER_OTLP_… by itself. `now` is by this machine's clock. Raises what a bad variable makes
    it raise.
    """
    with quiet() as heard, Session() as session:
        session.hooks["response"].append(partial(_note_status, heard))
        timeout = min(PUSHED_WITHIN_SECONDS, _own_timeout(environment))
        exporter = cast(Any, OTLPMetricExporter)(timeout=timeout, session=session)
        try:
            result = exporter.export(metrics_data(standing, now))
        finally:
            exporter.shutdown()
    return None if result is MetricExportResult.SUCCESS else heard.reason


def _note_status(heard: Heard, response: Response, *_: object, **__: object) -> None:
    """The exporter tells of no status but in a log."""
    heard.status = response.status_code


def metrics_data(standing: Standing, now: datetime) -> MetricsData:
    """All that is known, as one resource: the server is told apart by it, since a pool's name is only unique on one."""
    own = {"service.name": SERVICE, "service.version": version(SERVICE), "service.instance.id": standing.server}
    resource = Resource(own).merge(_from_environment())
    exported = [each for metric in CATALOGUE if (each := _exported(metric, standing, now))]
    scope = ScopeMetrics(InstrumentationScope(SERVICE, version(SERVICE)), exported, "")
    return MetricsData([ResourceMetrics(resource, [scope], "")])


def _from_environment() -> Resource:
    """What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say; the SDK's own default name is none that anybody chose."""
    found = dict(Resource.create().attributes)
    if str(found.get("service.name", "")).startswith("unknown_service"):
        found.pop("service.name")
    return Resource({name: value for name, value in found.items() if not name.startswith("service.instance")})


def _exported(metric: Metric, standing: Standing, now: datetime) -> Exported | None:
    points, at = list(metric.read(standing)), int(now.timestamp() * NANOSECONDS)
    if not points:
        return None
    data = _histogram(metric, points, at) if metric.kind is Kind.HISTOGRAM else _gauge(metric, points, at)
    return Exported(metric.name, metric.help, metric.unit, data)


def _gauge(metric: Metric, points: Iterable[Point], at: int) -> Gauge:
    numbers = [(labels, value) for labels, value in points if not isinstance(value, Pickups)]
    return Gauge([NumberDataPoint(_attributes(metric, labels), 0, at, float(value)) for labels, value in numbers])


def _histogram(metric: Metric, points: Iterable[Point], at: int) -> Histogram:
    counted = [(labels, value) for labels, value in points if isinstance(value, Pickups)]
    return Histogram(
        [_buckets(_attributes(metric, labels), pickups, at) for labels, pickups in counted],
        AggregationTemporality.CUMULATIVE,
    )


def _buckets(attributes: Mapping[str, str], pickups: Pickups, at: int) -> HistogramDataPoint:
    """Counted since nobody knows when, which is what a start of 0 means; the smallest wait is not known either."""
    return HistogramDataPoint(
        attributes=attributes,
        start_time_unix_nano=0,
        time_unix_nano=at,
        count=pickups.runs,
        sum=pickups.sum_seconds,
        bucket_counts=pickups.counts,
        explicit_bounds=BOUNDS_SECONDS,
        min=0.0,
        max=pickups.max_seconds,
    )


def _attributes(metric: Metric, labels: Iterable[str]) -> Mapping[str, str]:
    return {name: value for name, value in zip(metric.labels, labels, strict=True) if value}


def _own_timeout(environment: Mapping[str, str]) -> float:
    """What the standard variables say, where it is a number of seconds."""
    names = ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT")
    said = next((environment[name] for name in names if environment.get(name)), "")
    return float(said) if said.replace(".", "", 1).isdigit() and float(said) > 0 else PUSHED_WITHIN_SECONDS
