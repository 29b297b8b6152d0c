"""Prefect's own way to page, for comparison: one plain rule on its own event, and what the server says of that event."""

from datetime import datetime

import anyio

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.events import every_event
from lifeguard.page.rule_parts import ID, NAME, event_trigger
from lifeguard.page.stored_pagers import notification_id
from tests.page.arming import PATIENT, pager

READY, NOT_READY = "prefect.work-pool.ready", "prefect.work-pool.not-ready"
WITHIN_SECONDS = 86_400


def put_up_a_rule(api_url: str, block: str) -> None:
    """A page for every pool that was ready and is not any more, by the custom webhook of this name."""
    trigger = event_trigger(
        after=[READY],
        expect=[NOT_READY],
        match={ID: "prefect.work-pool.*"},
        for_each=[ID],
        within=WITHIN_SECONDS,
    )

    async def once() -> None:
        async with Api(Connection(api_url), PATIENT) as api:
            sends = {"type": "send-notification", "block_document_id": await notification_id(api, pager(block))}
            texts = {"subject": "{{ event.resource.name }}", "body": "{{ event.event }}"}
            rule = {"name": "a plain rule", "trigger": trigger, "actions": [{**sends, **texts}]}
            await api.change("POST", "automations/", rule)

    anyio.run(once)


async def marked_at(api_url: str) -> dict[str, datetime]:
    """When the server last marked each pool NOT_READY, by name."""
    async with Api(Connection(api_url), PATIENT) as api:
        rows = await every_event(api, {"event": {"name": [NOT_READY]}})
    times: dict[str, datetime] = {}
    for row in rows:
        pool, at = row["resource"][NAME], datetime.fromisoformat(row["occurred"])
        times[pool] = max(at, times.get(pool, at))
    return times
