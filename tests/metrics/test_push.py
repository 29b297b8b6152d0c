"""OTLP pushed to a real receiver, which decodes it; and what is said where nobody takes it."""

import logging
from collections.abc import Generator, Mapping

import anyio
import pytest

from lifeguard.metrics.push import endpoint_variable, push
from lifeguard.pickups import BOUNDS_SECONDS, Pickups
from lifeguard.standing import Standing
from tests import builders as b
from tests.metrics.otlp_receiver import Receiver, receiving
from tests.metrics.standings import HOSTILE, OPEN, reading, standing
from tests.prefect_server import free_port

SECRET = "hunter2"
WAITS = Pickups.of([0.5, 3, 700])


@pytest.fixture
def receiver() -> Generator[Receiver, None, None]:
    with receiving() as running:
        yield running


def pushed(monkeypatch: pytest.MonkeyPatch, seen: Standing, **environment: str) -> str | None:
    """What is said of a push under these variables, which the exporter reads from this process."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return anyio.run(push, seen, environment, b.NOW)


def test_the_receiver_decodes_what_was_seen(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    seen = standing(reading(HOSTILE), troubles=[OPEN], pickups={HOSTILE: WAITS})
    assert pushed(monkeypatch, seen, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint) is None
    ((attributes, point),) = receiver.points("prefect.work_pool.workers.active")
    assert (attributes, point.as_double) == ({"work_pool": HOSTILE}, 2)
    assert point.time_unix_nano == b.NOW.timestamp() * 10**9
    assert receiver.paths == ["/v1/metrics"]


def test_pickups_arrive_with_their_buckets(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    pushed(monkeypatch, standing(pickups={"etl": WAITS}), OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint)
    ((attributes, point),) = receiver.points("prefect.work_pool.pickup.latency")
    assert (attributes, point.count, point.sum) == ({"work_pool": "etl"}, 3, 703.5)
    assert (tuple(point.explicit_bounds), tuple(point.bucket_counts)) == (BOUNDS_SECONDS, WAITS.counts)


def test_the_resource_is_the_server_and_what_the_environment_adds(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    attributes = "deployment.environment=prod,team=data"
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint, "OTEL_RESOURCE_ATTRIBUTES": attributes}
    pushed(monkeypatch, standing(), **named)
    assert receiver.resource.items() >= {"team": "data", "service.name": "prefect-lifeguard"}.items()
    assert receiver.resource["service.instance.id"] == b.API_URL


def test_headers_and_the_endpoint_of_metrics_alone_are_taken(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    named = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"{receiver.endpoint}/mine"}
    pushed(monkeypatch, standing(), OTEL_EXPORTER_OTLP_HEADERS=f"x-token={SECRET}", **named)
    assert (receiver.paths, receiver.headers[0]["x-token"]) == (["/mine"], SECRET)


@pytest.mark.parametrize(("status", "why"), [(401, "HTTP 401"), (404, "HTTP 404"), (400, "HTTP 400")])
def test_a_refusal_is_one_sentence_with_its_status(monkeypatch: pytest.MonkeyPatch, status: int, why: str) -> None:
    with receiving(status) as refusing:
        said = pushed(monkeypatch, standing(), OTEL_EXPORTER_OTLP_ENDPOINT=refusing.endpoint)
    assert said and said.startswith(f"the metrics were not taken by the OTLP endpoint ({why}): see whether ")


@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
def test_no_address_and_no_header_is_said_or_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, level: str
) -> None:
    caplog.set_level(logging.getLevelNamesMapping()[level])
    broken = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://bob:{SECRET}@127.0.0.1:{free_port()}/{SECRET}"}
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    said = pushed(monkeypatch, standing(), OTEL_EXPORTER_OTLP_HEADERS=f"{SECRET};{SECRET}", **broken)
    assert said and "the connection was refused" in said
    assert SECRET not in said + caplog.text


def test_an_address_that_is_none_harms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said = pushed(monkeypatch, standing(), OTEL_EXPORTER_OTLP_ENDPOINT=f"{SECRET}:no address")
    assert said and SECRET not in said


def test_another_protocol_is_refused_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    said = pushed(monkeypatch, standing(), **named)
    assert said and "OTEL_EXPORTER_OTLP_PROTOCOL names another protocol than http/protobuf" in said


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, "OTEL_EXPORTER_OTLP_ENDPOINT"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "true"}, None),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://c", "OTEL_METRICS_EXPORTER": "none"}, None),
    ],
)
def test_only_the_standard_variables_switch_it_on(environment: Mapping[str, str], expected: str | None) -> None:
    assert endpoint_variable(environment) == expected
