"""Pagers that are armed, and events that are posted, without a command line."""

from collections.abc import Sequence

import anyio

from lifeguard.findings import Severity
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.page.automations import Armed, declared
from lifeguard.page.events import Event
from lifeguard.page.pagers import EVERY_POOL, Pager
from lifeguard.page.post import post_events
from lifeguard.page.reconcile import Plan, reconcile
from lifeguard.page.stored_pagers import notification_id
from lifeguard.policy import Policy

BOTH = frozenset({Severity.CRITICAL, Severity.WARNING})
PATIENT = Policy(request_timeout_seconds=60)


def pager(name: str, severities: frozenset[Severity] = BOTH, pools: tuple[str, ...] = EVERY_POOL) -> Pager:
    """A pager that sends through the custom webhook of its own name."""
    return Pager(name, f"custom-webhook/{name}", severities, pools)


def arm(api_url: str, *pagers: Pager, silence_seconds: float = 300) -> Plan:
    """Make the rules on a server those of these pagers; without any, remove them."""

    async def once() -> Plan:
        async with Api(Connection(api_url), PATIENT) as api:
            armed = [Armed(each, await notification_id(api, each)) for each in pagers]
            return await reconcile(api, declared(armed, silence_seconds))

    return anyio.run(once)


def post(api_url: str, *events: Event) -> None:
    """Hand events to a server, as a patrol does."""

    async def once(posted: Sequence[Event]) -> None:
        async with Api(Connection(api_url), PATIENT) as api:
            await post_events(api, posted)

    anyio.run(once, events)
