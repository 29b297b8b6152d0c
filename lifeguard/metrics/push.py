"""Pushing metrics where OpenTelemetry's standard variables say so. It never raises, and never takes long."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

import anyio
from anyio import to_thread

from lifeguard.standing import Standing

ENDPOINTS = ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SPOKEN = "http/protobuf"
GIVES_UP_AFTER_SECONDS = 8.0
"""More than the exporter takes with its retries (5 s): looking up a name or a proxy may take longer than it minds."""


def endpoint_variable(environment: Mapping[str, str]) -> str | None:
    """The variable that says where to push; None where nothing is to be pushed, as OTEL_SDK_DISABLED says too."""
    is_off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if is_off or environment.get("OTEL_METRICS_EXPORTER", "").strip().lower() == "none":
        return None
    return next((name for name in ENDPOINTS if environment.get(name, "").strip()), None)


async def push(standing: Standing, environment: Mapping[str, str], now: datetime) -> str | None:
    """Push where the environment says; None when it was taken, else one sentence without address and headers."""
    variable = endpoint_variable(environment)
    if variable is None:
        return None
    try:
        trouble = _unspoken(environment) or await _exported(standing, environment, now)
    except TimeoutError:
        trouble = f"no answer within {GIVES_UP_AFTER_SECONDS:g} s"
    except Exception as error:
        trouble = type(error).__name__
    if trouble is None:
        return None
    return (
        f"the metrics were not taken by the OTLP endpoint ({trouble}): see whether {variable} and the headers are "
        "right, and whether it answers"
    )


def _unspoken(environment: Mapping[str, str]) -> str | None:
    """Another protocol than the one that is spoken here; without one, this is it."""
    named = next((name for name in PROTOCOLS if environment.get(name)), None)
    if named is None or environment[named].strip() == SPOKEN:
        return None
    return f"{named} names another protocol than {SPOKEN}, the only one that is spoken here"


async def _exported(standing: Standing, environment: Mapping[str, str], now: datetime) -> str | None:
    """The exporter is imported only where something is pushed: that takes 0.3 s."""
    from lifeguard.metrics.otlp import export

    with anyio.fail_after(GIVES_UP_AFTER_SECONDS):
        return await to_thread.run_sync(partial(export, standing, environment, now), abandon_on_cancel=True)
