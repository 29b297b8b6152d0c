"""Slots of a served deployment that nobody holds are given back, those that somebody holds are not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio

from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.serving.deployments import Served
from lifeguard.serving.slots import give_back_lost_slots
from tests.estate import PATIENT, Estate
from tests.patience import ask

TIMEOUT_SECONDS = 600.0


def test_a_slot_without_any_run_is_given_back_once(estate: Estate) -> None:
    served = a_served_deployment(estate)
    estate.change_limit(f"deployment:{served.id}", active_slots=1)
    assert given_back(estate, served) == ["flow/patrol had a slot that no run held, so it was given back"]
    assert active_slots(estate, served) == 0
    assert given_back(estate, served) == []


def test_a_slot_that_a_run_holds_stays(estate: Estate) -> None:
    served = a_served_deployment(estate)
    estate.running_run(served.id)
    assert given_back(estate, served) == []
    assert active_slots(estate, served) == 1


def test_a_run_of_a_process_that_is_gone_is_ended_when_its_time_is_over(estate: Estate) -> None:
    served = a_served_deployment(estate)
    estate.running_run(served.id, name="lost")
    (said,) = given_back(estate, served, later_seconds=TIMEOUT_SECONDS + 61)
    assert said == "lost has been Running for longer than its flow may run, so it was ended as Crashed"
    assert active_slots(estate, served) == 0


def test_a_run_that_this_process_carries_on_is_its_own_affair(estate: Estate) -> None:
    served = a_served_deployment(estate)
    run = estate.running_run(served.id)
    assert given_back(estate, served, run, later_seconds=TIMEOUT_SECONDS + 61) == []


def a_served_deployment(estate: Estate) -> Served:
    return Served(estate.deployment("patrol", limit=1, collision="CANCEL_NEW"), "flow/patrol", TIMEOUT_SECONDS)


def given_back(estate: Estate, served: Served, *ours: str, later_seconds: float = 0) -> list[str]:
    """What is said of what was done."""

    async def act() -> list[str]:
        async with Api(Connection(estate.api_url), PATIENT) as api:
            now = datetime.now(UTC) + timedelta(seconds=later_seconds)
            return await give_back_lost_slots(api, [served], ours, now)

    return anyio.run(act)


def active_slots(estate: Estate, served: Served) -> int:
    """The number that decides whether the next run may start."""
    limit: dict[str, Any] = ask(estate.api_url, "GET", f"v2/concurrency_limits/deployment:{served.id}")
    return int(limit["active_slots"])
