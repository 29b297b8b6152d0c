"""How the client behaves when answers are late, broken, refused or missing. Every fault is a real one, on a real socket."""

import gc
import weakref
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import anyio
import httpx
import pytest

from lifeguard.observe.api import Api, CallFailed, utc_now
from lifeguard.observe.connection import Connection
from lifeguard.observe.http_dates import retry_after_seconds, skew_by
from lifeguard.observe.wire import Wire
from lifeguard.policy import Policy
from lifeguard.snapshot import Answers
from tests.builders import NOW, policy
from tests.proxy import (
    Answer,
    Fault,
    Proxy,
    Request,
    answering,
    anything,
    as_json,
    delayed,
    dying_after_half,
    dying_before_any_byte,
    ending,
    html_page,
    invalid_json,
    too_many_requests,
    truncated,
    unavailable,
)

T = TypeVar("T")
FIRST_WAIT = 0.05
FINE = {"fine": True, "padding": "x" * 200}
SECRETS = ("s3cret-password", "pnu_s3cret_key", "admin:s3cret")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wait is 0.5 s in earnest."""
    monkeypatch.setattr("lifeguard.observe.retries.FIRST_BACKOFF_SECONDS", FIRST_WAIT)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A server to which everything is fine."""
    with Proxy(lambda _: as_json(FINE)) as running:
        yield running


def using(
    proxy: Proxy,
    use: Callable[[Api], Awaitable[T]],
    own: Policy | None = None,
    connection: Connection | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> T:
    async def session() -> T:
        async with Api(connection or Connection(proxy.api_url), own or policy(), clock) as api:
            return await use(api)

    return anyio.run(session)


async def ask(api: Api) -> Any:
    """One question, so that a test sees what comes back, or how it failed."""
    try:
        return await api.post("flows/filter", {})
    except CallFailed as failure:
        return f"{failure.reason}"


async def ask_often(api: Api, times: int) -> list[Any]:
    return [await ask(api) for _ in range(times)]


def gaps(proxy: Proxy) -> list[float]:
    """The seconds between the calls."""
    return [later.at - earlier.at for earlier, later in pairwise(proxy.requests)]


def test_429_is_tried_again_after_the_number_of_seconds_it_asks_for(proxy: Proxy) -> None:
    proxy.fail(anything, too_many_requests(0.3), times=1)
    assert using(proxy, ask) == FINE
    assert len(proxy.calls) == 2 and gaps(proxy)[0] >= 0.3


def test_429_is_tried_again_at_the_date_it_names(proxy: Proxy) -> None:
    proxy.fail(anything, too_many_requests(datetime.now(UTC) + timedelta(seconds=2)), times=1)
    assert using(proxy, ask) == FINE
    assert gaps(proxy)[0] >= 0.9


def test_retry_after_is_cut_at_the_ceiling_of_the_policy(proxy: Proxy) -> None:
    proxy.fail(anything, too_many_requests(3600), times=1)
    assert using(proxy, ask, policy(retry_wait_ceiling_seconds=0.1)) == FINE


def test_one_call_that_is_told_to_wait_holds_the_others_back_too(proxy: Proxy) -> None:
    proxy.fail(ending("first"), too_many_requests(0.4), times=1)

    async def first_then_second(api: Api) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(api.get, "first")
            await anyio.sleep(0.15)
            tasks.start_soon(api.get, "second")

    using(proxy, first_then_second)
    assert min(request.at for request in proxy.requests[1:]) - proxy.requests[0].at >= 0.4


def test_503_is_tried_again_with_growing_waits_and_then_fails(proxy: Proxy) -> None:
    proxy.fail(anything, unavailable())
    assert using(proxy, ask, policy(retry_attempts=3)) == "HTTP 503"
    assert [gap >= FIRST_WAIT * 2**attempt for attempt, gap in enumerate(gaps(proxy))] == [True, True, True]


def test_503_that_passes_is_no_failure(proxy: Proxy) -> None:
    proxy.fail(anything, unavailable(), times=2)
    assert using(proxy, ask) == FINE


def test_a_call_that_must_not_be_repeated_is_asked_once(proxy: Proxy) -> None:
    proxy.fail(anything, unavailable())

    async def knock(api: Api) -> None:
        await api.get("ready", retry=False)

    with pytest.raises(CallFailed, match="HTTP 503"):
        using(proxy, knock)
    assert proxy.calls == [("GET", "/api/ready")]


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500, 502])
def test_an_error_that_time_does_not_heal_is_not_repeated(proxy: Proxy, status: int) -> None:
    proxy.fail(anything, answering(status, '{"detail":"no"}'))
    assert using(proxy, ask) == f"HTTP {status}"
    assert len(proxy.calls) == 1


def test_a_late_answer_is_a_failure_that_says_how_long_it_was_waited_for(proxy: Proxy) -> None:
    proxy.fail(anything, delayed(5))
    assert using(proxy, ask, policy(request_timeout_seconds=0.2)) == "no answer within 0.2 s"
    assert len(proxy.calls) == 1


@pytest.mark.parametrize("fault", [truncated, dying_before_any_byte, dying_after_half])
def test_a_connection_that_breaks_once_is_no_news(proxy: Proxy, fault: Fault) -> None:
    proxy.fail(anything, fault, times=1)
    assert using(proxy, ask) == FINE
    assert len(proxy.calls) == 2


@pytest.mark.parametrize("fault", [truncated, dying_before_any_byte, dying_after_half])
def test_a_connection_that_breaks_twice_is_a_failure(proxy: Proxy, fault: Fault) -> None:
    proxy.fail(anything, fault)
    assert using(proxy, ask) == "the connection broke in the middle of the answer"
    assert len(proxy.calls) == 2


@pytest.mark.parametrize("fault", [invalid_json, html_page, answering(200), answering(200, b"\xff\xfe")])
def test_an_answer_that_is_no_json_is_a_failure(proxy: Proxy, fault: Fault) -> None:
    proxy.fail(anything, fault)
    assert using(proxy, ask) == "the answer is no JSON"


def test_a_port_that_nobody_listens_on_refuses_the_connection() -> None:
    with Proxy() as gone:
        pass
    assert using(gone, ask) == "the connection was refused"


def test_a_host_that_has_no_address_is_named_as_such(proxy: Proxy) -> None:
    nowhere = Connection("http://lifeguard.invalid/api")
    assert using(proxy, ask, connection=nowhere) == "the host name cannot be resolved"


def test_no_call_goes_out_beyond_the_ceiling(proxy: Proxy) -> None:
    async def twelve(api: Api) -> list[Any]:
        return await ask_often(api, 12)

    answers = using(proxy, twelve, policy(call_ceiling=10))
    assert answers[9:] == [FINE] + ["the ceiling of 10 API calls is reached (call_ceiling)"] * 2
    assert len(proxy.calls) == 10


def test_retries_are_paid_for_too(proxy: Proxy) -> None:
    proxy.fail(anything, unavailable())

    async def three(api: Api) -> Any:
        return (await ask_often(api, 3))[-1]

    own = policy(call_ceiling=10, retry_attempts=4, retry_wait_ceiling_seconds=0)
    assert "10" in using(proxy, three, own)
    assert len(proxy.calls) == 10


def test_after_ten_failures_in_a_row_nobody_is_asked_any_more(proxy: Proxy) -> None:
    proxy.fail(anything, delayed(5))

    async def twelve(api: Api) -> Any:
        return (await ask_often(api, 12))[-1]

    answer = using(proxy, twelve, policy(request_timeout_seconds=0.05))
    assert answer == "not asked, since 10 calls in a row got no answer"
    assert len(proxy.calls) == 10


def test_one_answer_in_between_begins_the_count_anew(proxy: Proxy) -> None:
    proxy.fail(anything, dying_before_any_byte, times=8)

    async def through_both(api: Api) -> list[Any]:
        first = await ask_often(api, 5)
        proxy.fail(anything, dying_before_any_byte, times=8)
        return [*first, *await ask_often(api, 5)]

    answers = using(proxy, through_both)
    assert [answer for answer in answers if answer == FINE] == [FINE, FINE]


@pytest.mark.parametrize("fault", [unavailable(), truncated, dying_before_any_byte, delayed(1), answering(500)])
def test_every_attempt_is_counted_as_a_call(proxy: Proxy, fault: Fault) -> None:
    proxy.fail(anything, fault, times=3)

    async def price(api: Api) -> int:
        await ask_often(api, 4)
        return api.calls

    assert using(proxy, price, policy(request_timeout_seconds=0.2)) == len(proxy.calls) > 4 - 1


def test_no_more_requests_are_under_way_at_once_than_the_policy_allows(proxy: Proxy) -> None:
    proxy.fail(anything, delayed(0.05))

    async def crowd(api: Api) -> None:
        async with anyio.create_task_group() as tasks:
            for number in range(12):
                tasks.start_soon(api.get, f"question/{number}")

    using(proxy, crowd, policy(concurrency=3))
    assert (proxy.most_at_once, len(proxy.calls)) == (3, 12)


@contextmanager
def guarded() -> Generator[Proxy, None, None]:
    """A server that wants a CSRF token, as Prefect does with `server.api.csrf_protection_enabled`."""

    def answer(request: Request) -> Answer:
        if request.path.endswith("csrf-token"):
            return as_json({"token": "t0ken", "client": request.target.rpartition("=")[2]})
        token = request.headers.get("prefect-csrf-token")
        return as_json(FINE) if token == "t0ken" else as_json({"detail": "Missing CSRF token."}, 403)

    with Proxy(answer) as running:
        yield running


def test_a_token_is_fetched_where_the_server_wants_one_and_kept() -> None:
    async def twice(api: Api) -> list[Any]:
        return await ask_often(api, 2)

    with guarded() as proxy:
        assert using(proxy, twice) == [FINE, FINE]
        assert [path for _, path in proxy.calls] == ["/api/flows/filter", "/api/csrf-token", *["/api/flows/filter"] * 2]


def test_the_token_goes_with_the_name_of_the_client_it_was_given_to() -> None:
    with guarded() as proxy:
        using(proxy, ask)
        asked_for, retried = proxy.requests[1].target, proxy.requests[2].headers
    assert asked_for.endswith(f"csrf-token?client={retried['prefect-csrf-client']}")


def test_an_old_token_is_replaced() -> None:
    async def twice(api: Api) -> list[Any]:
        first = await ask(api)
        proxy.fail(ending("flows/filter"), answering(403, '{"detail":"Invalid CSRF token or client"}'), times=1)
        return [first, await ask(api)]

    with guarded() as proxy:
        assert using(proxy, twice) == [FINE, FINE]


@pytest.mark.parametrize("fault", [answering(500), answering(404), unavailable()])
def test_a_token_that_cannot_be_had_leaves_the_refusal(fault: Fault) -> None:
    with guarded() as proxy:
        proxy.fail(ending("csrf-token"), fault)
        assert using(proxy, ask) == "HTTP 403, and no CSRF token was given"


@pytest.mark.parametrize("fault", [invalid_json, html_page, answering(200, "[]"), answering(200, "{}")])
def test_a_token_that_is_none_is_a_failed_call(fault: Fault) -> None:
    with guarded() as proxy:
        proxy.fail(ending("csrf-token"), fault)
        assert isinstance(using(proxy, ask), str)


@pytest.mark.parametrize(
    "fault", [answering(401), answering(403), answering(500), truncated, delayed(1), html_page, unavailable()]
)
def test_no_failure_tells_a_secret(proxy: Proxy, fault: Fault) -> None:
    proxy.fail(anything, fault)
    url = proxy.api_url.replace("://", "://admin:s3cret-password@")
    connection = Connection(url, headers={"Authorization": "Bearer pnu_s3cret_key"}, has_credentials=True)

    async def told(api: Api) -> str:
        with pytest.raises(CallFailed) as caught:
            await api.get("ready", retry=False)
        return f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {api!r}"

    text = using(proxy, told, policy(request_timeout_seconds=0.1), connection)
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_user_and_the_password_of_the_url_let_us_in(proxy: Proxy) -> None:
    using(proxy, ask, connection=Connection(proxy.api_url.replace("://", "://admin:s3cret-password@")))
    assert proxy.requests[0].headers["authorization"].startswith("Basic ")


def skew_of(proxy: Proxy) -> float | None:
    async def skew(api: Api) -> float | None:
        await ask(api)
        return api.clock_skew_seconds

    return using(proxy, skew)


@pytest.mark.parametrize("shift", [-3600, 90])
def test_the_date_header_tells_how_far_the_clocks_are_apart(proxy: Proxy, shift: float) -> None:
    proxy.clock_shift_seconds = shift
    assert skew_of(proxy) == pytest.approx(shift, abs=2)


@pytest.mark.parametrize("shift", [0, -3.5])
def test_a_date_as_old_as_a_busy_server_sends_them_is_no_skew(proxy: Proxy, shift: float) -> None:
    proxy.clock_shift_seconds = shift
    assert skew_of(proxy) == 0.0


@pytest.mark.parametrize(("behind", "took", "skew"), [(8, 4, 0.0), (8, 1, -8.0), (-8, 9, 8.0)])
def test_a_date_may_be_as_old_as_its_answer_was_on_the_way_and_never_ahead(
    behind: float, took: float, skew: float
) -> None:
    date = f"{NOW - timedelta(seconds=behind):%a, %d %b %Y %H:%M:%S} GMT"
    assert skew_by(date, NOW, took) == skew


@pytest.mark.parametrize("date", ["yesterday", "Sun, 22 Nov 2026 12:00:00 -0000"])
def test_a_date_header_that_cannot_be_read_costs_no_answer(proxy: Proxy, date: str) -> None:
    proxy.date = date
    assert using(proxy, ask) == FINE


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", 0.0),
        ("Sun, 22 Nov 2026 12:00:30 -0000", 30.0),
    ],
)
def test_retry_after_is_a_number_or_a_date_or_nothing(header: str | None, wait: float | None) -> None:
    assert retry_after_seconds(header, NOW) == wait


def test_a_retry_date_is_read_by_the_clock_of_the_server_that_named_it(proxy: Proxy) -> None:
    proxy.clock_shift_seconds = 3600
    proxy.fail(anything, too_many_requests(utc_now() + timedelta(seconds=3601)), times=1)
    using(proxy, ask, policy(retry_wait_ceiling_seconds=4))
    assert gaps(proxy)[0] < 3


def test_how_calls_were_answered_is_remembered_and_by_whom(proxy: Proxy) -> None:
    proxy.fail(ending("a"), answering(503, '{"exception_message":"Service Unavailable"}'), times=1)
    proxy.fail(ending("b"), unavailable(0.01), times=1)

    async def ask(api: Api) -> Answers:
        await api.get("a")
        await api.get("b")
        return api.answers

    seen = using(proxy, ask)
    assert (seen.number(503), seen.number_by_prefect(503), seen.number(200)) == (2, 1, 0)


def test_an_answer_goes_as_soon_as_nobody_needs_it(proxy: Proxy) -> None:
    """Its megabyte would else wait for a garbage collection."""

    async def ask() -> weakref.ref[httpx.Response]:
        def learn(path: str, status: int | None, took: float) -> None:
            """Nothing is learned here."""

        wire = Wire(Connection(proxy.api_url), utc_now, learn)
        answer = await wire.send("GET", "anything", None, 10)
        await wire.close()
        return weakref.ref(answer)

    gc.disable()
    try:
        assert anyio.run(ask)() is None
    finally:
        gc.enable()
