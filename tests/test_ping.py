"""The outside ping, to a real receiver: what it says, how it fails, and that its address shows nowhere."""

import logging
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

import anyio
import pytest
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import SecretStr

from lifeguard.configuration import ConfigurationError
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.ping import PLACE, PingUrl, Signal, ping, ping_url
from tests.estate import PATIENT
from tests.prefect_server import PrefectServer, free_port
from tests.proxy import Answer, Proxy, Request, answering, anything, as_json, dying_before_any_byte

TOKEN = "c0ffee00-5ec2e7"
WELL = Answer(200, b"OK")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine is for other machines."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def service() -> Generator[Proxy, None, None]:
    """A service that takes every ping."""
    with Proxy(lambda _: WELL) as running:
        yield running


def address(port: int, rest: str = "", user: str = "") -> str:
    return f"http://{user}127.0.0.1:{port}/{TOKEN}{rest}"


def at(port: int, rest: str = "", user: str = "") -> PingUrl:
    return PingUrl("LIFEGUARD_PING_URL", SecretStr(address(port, rest, user)))


def sent(url: PingUrl, signal: Signal = Signal.SUCCEEDED, words: str = "") -> str | None:
    return anyio.run(ping, url, signal, words)


def trouble(why: str) -> str:
    where = "see whether the address in LIFEGUARD_PING_URL is right and answers"
    return f"the outside ping did not get through ({why}): {where}"


@pytest.mark.parametrize(
    ("rest", "signal", "target"),
    [
        ("", Signal.STARTED, "/start"),
        ("", Signal.SUCCEEDED, ""),
        ("", Signal.FAILED, "/fail"),
        ("/", Signal.FAILED, "/fail"),
        ("/", Signal.SUCCEEDED, "/"),
        ("/my-check?create=1&rid=a%2Fb", Signal.STARTED, "/my-check/start?create=1&rid=a%2Fb"),
        ("/my-check?create=1", Signal.SUCCEEDED, "/my-check?create=1"),
        ("/a%3Fb%20c#here", Signal.FAILED, "/a%3Fb%20c/fail"),
    ],
)
def test_each_signal_goes_to_its_own_path_and_the_query_stays(
    service: Proxy, rest: str, signal: Signal, target: str
) -> None:
    assert sent(at(service.port, rest), signal) is None
    assert [(each.method, each.target) for each in service.requests] == [("POST", f"/{TOKEN}{target}")]


def test_an_address_without_a_path_gets_one(service: Proxy) -> None:
    url = PingUrl("LIFEGUARD_PING_URL", SecretStr(f"http://127.0.0.1:{service.port}"))
    assert [sent(url, signal) for signal in Signal] == [None] * 3
    assert [each.target for each in service.requests] == ["/start", "/", "/fail"]


def test_the_words_are_sent_as_text_and_cut(service: Proxy) -> None:
    assert sent(at(service.port), Signal.FAILED, "the server 'ü' \ud800 does not answer\n" + "x" * 2000) is None
    [request] = service.requests
    words = request.body.decode()
    assert (words[:40], len(words)) == ("the server 'ü' ? does not answer\nxxxxxxx", 1000)
    assert request.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("status", [301, 400, 404, 409, 429, 500, 503])
def test_a_status_that_is_no_success_is_told_and_not_tried_again(service: Proxy, status: int) -> None:
    service.fail(anything, answering(status, headers={"Location": "/elsewhere"}))
    assert sent(at(service.port)) == trouble(f"HTTP {status}")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"OK (not found)", "the service knows no check of this address"),
        (b"OK (rate limited)\n", "the service had too many pings of this address"),
    ],
)
def test_a_200_by_which_healthchecks_throws_a_ping_away_is_told(body: bytes, why: str) -> None:
    with Proxy(lambda _: Answer(200, body)) as service:
        assert sent(at(service.port)) == trouble(why)


def test_a_connection_that_is_refused_is_told() -> None:
    assert sent(at(free_port())) == trouble("ConnectError")


def test_a_connection_that_breaks_once_is_no_news_and_that_breaks_twice_is_told(service: Proxy) -> None:
    service.fail(anything, dying_before_any_byte, times=1)
    assert (sent(at(service.port)), len(service.requests)) == (None, 2)
    service.heal()
    service.fail(anything, dying_before_any_byte)
    assert (sent(at(service.port)), len(service.requests)) == (trouble("ReadError"), 2)


def test_a_slow_service_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lifeguard.ping.LIMIT_SECONDS", 0.5)
    with Proxy(lambda _: Answer(200, delay_seconds=30)) as service:
        started = time.monotonic()
        assert sent(at(service.port)) == trouble("no answer within 0.5 s")
        assert 0.5 <= time.monotonic() - started < 5


def test_whoever_cancels_is_not_kept_waiting() -> None:
    async def cancelled(url: PingUrl) -> bool:
        with anyio.move_on_after(0.5) as scope:
            await ping(url, Signal.STARTED)
        return scope.cancelled_caught

    with Proxy(lambda _: Answer(200, delay_seconds=30)) as service:
        assert anyio.run(cancelled, at(service.port))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("http_proxy", "gopher://nobody"),
        ("http_proxy", f"http://127.0.0.1:9/{TOKEN}"),
        ("SSL_CERT_FILE", "/nowhere.pem"),
    ],
)
def test_a_machine_that_is_set_up_wrong_raises_nothing(
    service: Proxy, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    sentence = sent(at(service.port))
    assert (
        sentence is not None and sentence.startswith("the outside ping did not get through (") and TOKEN not in sentence
    )


@pytest.mark.parametrize("answer", [WELL, Answer(500), Answer(200, cut="before any byte")])
def test_nothing_of_the_address_is_shown(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Proxy(lambda _: answer) as service:
        url = at(service.port, "?key=hunter2", "bob:swordfish@")
        told = f"{sent(url, Signal.STARTED)} {url!r} {url} {caplog.text}"
        assert service.requests[0].headers["authorization"].startswith("Basic ")
    assert "httpcore" in caplog.text
    assert not [secret for secret in (TOKEN, "hunter2", "bob", "swordfish") if secret in told]


def test_what_others_ask_meanwhile_is_logged_as_ever(service: Proxy, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "httpx")
    before = list(logging.getLogger("httpx").filters)

    def ask(_: Request) -> Answer:
        logging.getLogger("httpx").info("HTTP Request: GET http://elsewhere")
        return WELL

    service.upstream = ask
    assert sent(at(service.port)) is None
    assert [record.getMessage() for record in caplog.records] == ["HTTP Request: GET http://elsewhere"]
    assert logging.getLogger("httpx").filters == before


def found(api_url: str, environment: Mapping[str, str]) -> tuple[PingUrl | None, int]:
    """The address, and how many calls it took to find it."""

    async def once() -> tuple[PingUrl | None, int]:
        async with Api(Connection(api_url), PATIENT) as api:
            return await ping_url(api, environment), api.calls

    return anyio.run(once)


@pytest.fixture
def on_server(server: PrefectServer) -> Generator[Callable[[Any], None], None, None]:
    """Saves a value as Prefect's own block; it is gone afterwards."""
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        yield lambda value: void(Secret(value=value).save("lifeguard-ping-url", overwrite=True))
        Secret.delete("lifeguard-ping-url")  # pyright: ignore[reportUnknownMemberType]


def void(_: object) -> None:
    """Nothing of it is wanted."""


def test_the_block_on_the_server_is_found_and_pinged(
    server: PrefectServer, on_server: Callable[[Any], None], service: Proxy, caplog: pytest.LogCaptureFixture
) -> None:
    on_server(address(service.port))
    caplog.set_level(logging.DEBUG)
    url, calls = found(server.api_url, {})
    assert (url, calls) == (PingUrl("the block secret/lifeguard-ping-url", SecretStr(address(service.port))), 1)
    assert url is not None and sent(url, Signal.STARTED) is None
    assert [each.target for each in service.requests] == [f"/{TOKEN}/start"]
    assert TOKEN not in caplog.text


def test_the_variable_wins_without_a_call(server: PrefectServer, on_server: Callable[[Any], None]) -> None:
    on_server(address(1))
    assert found(server.api_url, {"LIFEGUARD_PING_URL": f" {address(2)}\n"}) == (at(2), 0)
    assert found(server.api_url, {"LIFEGUARD_PING_URL": " "})[0] == PingUrl(PLACE, SecretStr(address(1)))


def test_without_a_block_there_is_nobody_to_ping(server: PrefectServer) -> None:
    assert found(server.api_url, {}) == (None, 1)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(403),
        as_json([]),
        as_json({"data": {}}),
        as_json({"data": None}),
        as_json({"data": {"value": ""}}),
    ],
)
def test_where_the_server_cannot_tell_there_is_nobody_to_ping(answer: Answer) -> None:
    with Proxy(lambda _: answer) as server:
        assert found(server.api_url, {}) == (None, 1)
        [request] = server.requests
    path = "/api/block_types/slug/secret/block_documents/name/lifeguard-ping-url"
    assert (request.method, request.target) == ("GET", f"{path}?include_secrets=true")


def test_a_server_that_is_away_costs_no_ping_of_the_variable() -> None:
    away = f"http://127.0.0.1:{free_port()}/api"
    assert (found(away, {})[0], found(away, {"LIFEGUARD_PING_URL": address(2)})[0]) == (None, at(2))


def test_a_secret_that_is_not_handed_out_is_told() -> None:
    with (
        Proxy(lambda _: as_json({"data": {"value": "********"}})) as server,
        pytest.raises(ConfigurationError) as refused,
    ):
        found(server.api_url, {})
    assert str(refused.value) == (
        "The secret in the block secret/lifeguard-ping-url was not handed out: give this API key the right to see the "
        "secrets of blocks, or set LIFEGUARD_PING_URL."
    )


@pytest.mark.parametrize(
    "nonsense",
    [
        TOKEN,
        f"hc-ping.com/{TOKEN}",
        f"ftp://hc-ping.com/{TOKEN}",
        f"https:///{TOKEN}",
        f"https://hc-ping.com:99999/{TOKEN}",
        f"https://hc-ping.com:port/{TOKEN}",
        f"https://hc-ping.com/\x00{TOKEN}",
        f"https://xn--{TOKEN}-ü/",
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(nonsense: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        found("http://127.0.0.1:9/api", {"LIFEGUARD_PING_URL": nonsense})
    assert str(refused.value) == (
        "What LIFEGUARD_PING_URL holds is no http or https address: give the ping URL that your service shows, such as "
        "https://hc-ping.com/your-uuid."
    )


def test_a_block_that_holds_no_address_is_named(server: PrefectServer, on_server: Callable[[Any], None]) -> None:
    on_server({"url": f"https://hc-ping.com/{TOKEN}"})
    with pytest.raises(ConfigurationError) as refused:
        found(server.api_url, {})
    assert str(refused.value).startswith("What the block secret/lifeguard-ping-url holds is no http or https address: ")
    assert TOKEN not in str(refused.value)
