"""What is kept of a fix and told about it; it is done all the same where either fails."""

from collections.abc import Mapping
from typing import Any

import anyio

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.events import every_event
from lifeguard.page.remedy_event import APPLIED
from tests.estate import PATIENT, wait_until
from tests.fixing.mending import IMPATIENT, Mending

NOWHERE = {"LIFEGUARD_DATABASE_URL": "postgresql://scott:hunter2@127.0.0.1:1/none"}


def told(mending: Mending, fingerprint: str) -> list[Mapping[str, Any]]:
    async def ask() -> list[Mapping[str, Any]]:
        async with Api(Connection(mending.estate.api_url), PATIENT) as api:
            resource = {"id": [f"lifeguard.incident.{fingerprint}"]}
            return await every_event(api, {"event": {"name": [APPLIED]}, "resource": resource})

    return anyio.run(ask)


def test_the_server_hears_of_a_fix_beside_the_events_of_its_incident(mending: Mending) -> None:
    mending.environment = {**IMPATIENT, "LIFEGUARD_DATABASE_URL": f"sqlite:///{mending.home / 'history.db'}"}
    mending.estate.pool("mill", paused=True)
    applied = mending.apply(mending.planned("pool-paused"))
    fingerprint = applied.fix.fingerprint
    wait_until(lambda: bool(told(mending, fingerprint)), "the server keeps the event")
    event = told(mending, fingerprint)[0]
    pool = f"prefect.work-pool.{applied.fix.resource.id}"
    assert [each["prefect.resource.id"] for each in event["related"]] == [pool]
    assert (event["payload"]["held"], event["payload"]["steps"][0]["fate"]) == (True, "done")
    assert (applied.is_recorded, mending.complaints) == (True, [])


def test_a_history_that_is_away_stops_no_fix_and_no_secret_is_told(mending: Mending) -> None:
    mending.environment = {**IMPATIENT, **NOWHERE}
    mending.estate.pool("mill", paused=True)
    applied = mending.apply(mending.planned("pool-paused"))
    assert (applied.fix.held, applied.is_recorded, len(mending.complaints)) == (True, False, 1)
    assert mending.complaints[0].startswith("It is done, but not in the history: ")
    assert "hunter2" not in mending.complaints[0]
