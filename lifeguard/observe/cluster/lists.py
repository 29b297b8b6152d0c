"""Lists of one cluster, read to their end: page by page, once more where they expired, and never beyond a price."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import anyio
import orjson
from aiohttp import ClientConnectorDNSError, ClientConnectorError, ClientError, ClientResponse, ClientSSLError
from kubernetes_asyncio.client import ApiClient, AppsV1Api, AutoscalingV1Api, BatchV1Api, CoreV1Api

from lifeguard.observe.cluster.answers import within
from lifeguard.observe.cluster.unreadable import ANOTHER_SHAPE, LIST, Unreadable, refusal

PAGE_SIZE = 500
"""That of Kubernetes' own tools."""
CALL_CEILING = 39
"""Calls to clusters of one patrol, all of them together."""
TOO_MANY_REQUESTS, GONE = 429, 410
WAIT_SECONDS = 1.0
"""Where a cluster asks for less without saying for how long; Kubernetes itself says so in whole seconds."""

LISTED_BY: dict[str, tuple[Callable[[ApiClient], Any], str]] = {
    "pods": (CoreV1Api, "list_namespaced_pod"),
    "events": (CoreV1Api, "list_namespaced_event"),
    "resourcequotas": (CoreV1Api, "list_namespaced_resource_quota"),
    "limitranges": (CoreV1Api, "list_namespaced_limit_range"),
    "nodes": (CoreV1Api, "list_node"),
    "jobs": (BatchV1Api, "list_namespaced_job"),
    "deployments": (AppsV1Api, "list_namespaced_deployment"),
    "horizontalpodautoscalers": (AutoscalingV1Api, "list_namespaced_horizontal_pod_autoscaler"),
}
"""How the client lists a kind. Events by the core API: the client refuses those of the newer one (36.1.0)."""

Row = dict[str, Any]


@dataclass(slots=True)
class Price:
    """What may still be asked of clusters in this patrol."""

    left: int = CALL_CEILING

    def pay(self) -> None:
        """Pay for one call; raises `Unreadable` where nothing is left."""
        if self.left <= 0:
            raise Unreadable(f"the ceiling of {CALL_CEILING} calls to clusters in one look is reached")
        self.left -= 1


class Expired(Exception):
    """A list changed so much while it was read that its next page is gone (410)."""


class Lists:
    """Reads lists through one client; `calls` counts them, each page and each repetition."""

    def __init__(self, client: ApiClient, price: Price) -> None:
        self.calls = 0
        self._client = client
        self._price = price

    def pay(self) -> None:
        """Pay for one call; raises `Unreadable` where nothing is left of the price."""
        self._price.pay()
        self.calls += 1

    async def rows(
        self, kind: str, namespace: str | None, labels: str = "", fields: str = "", pages: int | None = None
    ) -> list[Row]:
        """Every object of a kind that the selectors choose, of the first `pages`; raises `Unreadable`, with what it got."""
        chosen = {"label_selector": labels, "field_selector": fields}
        selected = {name: selector for name, selector in chosen.items() if selector}
        try:
            return await self._to_the_end(kind, namespace, selected, pages)
        except Expired:
            return await self._once_more(kind, namespace, selected, pages)

    async def _once_more(
        self, kind: str, namespace: str | None, selected: dict[str, str], pages: int | None
    ) -> list[Row]:
        try:
            return await self._to_the_end(kind, namespace, selected, pages)
        except Expired:
            raise Unreadable("the list expired twice while it was read (410)") from None

    async def _to_the_end(
        self, kind: str, namespace: str | None, selected: dict[str, str], pages: int | None
    ) -> list[Row]:
        rows: list[Row] = []
        further: str | None = None
        while pages is None or len(rows) < pages * PAGE_SIZE:
            try:
                answer = await self._page(kind, namespace, {**selected, **({"_continue": further} if further else {})})
            except Unreadable as error:
                raise Unreadable(error.reason, error.verb, tuple(rows)) from None
            rows += answer["items"]
            further = within(answer, "metadata").get("continue")
            if not further:
                return rows
        raise Unreadable(f"only the first {len(rows):,} were read, and there are more", rows=tuple(rows))

    async def _page(self, kind: str, namespace: str | None, query: dict[str, str]) -> Row:
        response = await self._ask(kind, namespace, query)
        if response.status == TOO_MANY_REQUESTS:
            await _wait_as_told(response)
            response = await self._ask(kind, namespace, query)
        if response.status == GONE and "_continue" in query:
            raise Expired
        return await _answer(response)

    async def _ask(self, kind: str, namespace: str | None, query: dict[str, str]) -> ClientResponse:
        self.pay()
        api, method = LISTED_BY[kind]
        call: Callable[..., Awaitable[Any]] = getattr(api(self._client), method)
        place = (namespace,) if namespace else ()
        try:
            response = await call(*place, limit=PAGE_SIZE, _preload_content=False, **query)
            await response.read()
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise Unreadable(why_not(error)) from None
        return cast(ClientResponse, response)


async def _answer(response: ClientResponse) -> Row:
    """A page of a list; what is written in Go may tell of an empty one as null."""
    if response.status != 200:
        raise refusal(response.status, LIST)
    try:
        answer: Any = orjson.loads(await response.read())
        items = answer["items"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise Unreadable(ANOTHER_SHAPE) from None
    if items is not None and not isinstance(items, list):
        raise Unreadable(ANOTHER_SHAPE)
    return {**answer, "items": items or []}


async def _wait_as_told(response: ClientResponse) -> None:
    """Wait as long as the cluster says, if that is within the time that is left."""
    told = response.headers.get("Retry-After", "")
    wait = float(told) if told.isdecimal() else WAIT_SECONDS
    if anyio.current_time() + wait >= anyio.current_effective_deadline():
        raise Unreadable(f"the cluster asks for fewer calls (HTTP {TOO_MANY_REQUESTS})")
    await anyio.sleep(wait)


def why_not(error: Exception) -> str:
    """Why there was no answer, without a word of the client's, which may hold an address with a password."""
    if isinstance(error, ClientSSLError | ssl.SSLError):
        return "the TLS certificate is not accepted"
    if isinstance(error, ClientConnectorDNSError):
        return "the host name cannot be resolved"
    if isinstance(error, ConnectionRefusedError) or (
        isinstance(error, ClientConnectorError) and isinstance(error.os_error, ConnectionRefusedError)
    ):
        return "the connection was refused"
    return f"the connection broke ({type(error).__name__})"
