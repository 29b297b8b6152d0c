"""Of which deployments runs are, on a real server, and how few calls that takes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import anyio

from lifeguard.digest import Wait
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.held_runs import waits_of_runs
from tests.builders import policy
from tests.estate import Estate


def waits(estate: Estate, run_ids: Sequence[str]) -> tuple[list[Wait], int]:
    async def ask() -> tuple[list[Wait], int]:
        async with Api(Connection(estate.api_url), policy()) as api:
            return await waits_of_runs(api, run_ids, datetime.now(UTC)), api.calls

    return anyio.run(ask)


def test_three_calls_tell_of_all_runs_whose_they_are_and_how_long_they_waited(estate: Estate) -> None:
    deployment = estate.deployment("grind", estate.pool("mill"))
    runs = [estate.overdue_run(deployment, minutes) for minutes in (10, 20)]
    found, calls = waits(estate, runs)
    assert calls == 3 and {(wait.deployment_id, wait.deployment) for wait in found} == {(deployment, "flow/grind")}
    assert sorted(round(wait.seconds / 60) for wait in found) == [10, 20]


def test_a_run_that_has_begun_waits_no_longer(estate: Estate) -> None:
    run = estate.running_run(estate.deployment("grind", estate.pool("mill")))
    ((wait,), _) = waits(estate, [run])
    assert 30 < wait.seconds < 90


def test_runs_that_are_gone_are_left_out(estate: Estate) -> None:
    assert waits(estate, [str(uuid4())]) == ([], 1)


def test_without_runs_nobody_is_asked(estate: Estate) -> None:
    assert waits(estate, []) == ([], 0)
