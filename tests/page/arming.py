"""Pagers that are armed, events that are posted, and what a server is asked, without a command line."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import anyio

from lifeguard.findings import Severity
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.page.arming_event import announce
from lifeguard.page.automations import declared
from lifeguard.page.events import Event
from lifeguard.page.pagers import EVERY_POOL, Pager
from lifeguard.page.post import post_events
from lifeguard.page.reconcile import Plan, reconcile
from lifeguard.page.rule_parts import Armed
from lifeguard.page.stored_pagers import notification_id
from lifeguard.policy import Policy

BOTH = frozenset({Severity.CRITICAL, Severity.WARNING})
PATIENT = Policy(request_timeout_seconds=60, retry_attempts=10, retry_wait_ceiling_seconds=8)
"""Who asks the server until it answers: one with SQLite that is busy says 503 for some seconds."""
LOADED_AFTER_SECONDS = 1.0
"""A server loads a rule after it has answered, and no endpoint shows which it has loaded."""


def pager(name: str, severities: frozenset[Severity] = BOTH, pools: tuple[str, ...] = EVERY_POOL) -> Pager:
    """A pager that sends through the custom webhook of its own name."""
    return Pager(name, f"custom-webhook/{name}", severities, pools)


def arm(api_url: str, *pagers: Pager, silence_seconds: float = 300, explain_deployment_id: str | None = None) -> Plan:
    """Make the rules on a server those of these pagers, and say so as `lifeguard arm` does; without any, remove them."""

    async def once() -> Plan:
        async with Api(Connection(api_url), PATIENT) as api:
            armed = [Armed(each, await notification_id(api, each)) for each in pagers]
            done = await reconcile(api, declared(armed, silence_seconds, explain_deployment_id))
            if pagers:
                await announce(api, len(pagers), datetime.now(UTC), LOADED_AFTER_SECONDS)
            return done

    return anyio.run(once)


def post(api_url: str, *events: Event) -> None:
    """Hand events to a server, as a patrol does."""

    async def once(posted: Sequence[Event]) -> None:
        async with Api(Connection(api_url), PATIENT) as api:
            await post_events(api, posted)

    anyio.run(once, events)


def ask(api_url: str, path: str, body: Any, method: str = "POST") -> Any:
    """What a server answers; it is asked again when it is busy."""

    async def once() -> Any:
        async with Api(Connection(api_url), PATIENT) as api:
            return await api.change(method, path, body)

    return anyio.run(once)
