"""Many late runs of one pool start one explanation, on a real server, armed by the command itself."""

from collections.abc import Generator
from typing import Any

import pytest

from blocks.pager import Pager
from lifeguard.page.explain_rule import EXPLAIN_LATE_RUNS, LATE_RUNS
from tests.commands.command_line import lifeguard
from tests.estate import Estate, wait_until
from tests.page.arming import arm, ask
from tests.page.receiver import webhook

NOBODY_LISTENS = 9


@pytest.fixture
def oncall(estate: Estate) -> Generator[str, None, None]:
    """A notification block; the pager and all rules are gone afterwards."""
    with webhook(estate.api_url, NOBODY_LISTENS, "oncall") as reference:
        yield reference
        arm(estate.api_url)
        Pager.delete("oncall")


def explaining_deployment(estate: Estate) -> str:
    """A deployment of the right name that takes the run to explain."""
    flow = ask(estate.api_url, "flows/", {"name": "explain_run"})["id"]
    schema = {"type": "object", "properties": {"run": {"type": "string"}}, "required": ["run"]}
    body = {
        "name": "explain_run",
        "flow_id": flow,
        "parameter_openapi_schema": schema,
        "enforce_parameter_schema": True,
    }
    return ask(estate.api_url, "deployments/", body)["id"]


def runs_of(estate: Estate, deployment: str) -> list[dict[str, Any]]:
    return ask(estate.api_url, "flow_runs/filter", {"flow_runs": {"deployment_id": {"any_": [deployment]}}})


def test_late_runs_of_one_pool_are_explained_once(estate: Estate, oncall: str) -> None:
    explains = explaining_deployment(estate)
    estate.pool("etl")
    nightly = estate.deployment("nightly", "etl")
    late = [estate.future_run(nightly) for _ in range(LATE_RUNS)]
    armed = lifeguard("arm", "--pager", oncall, api_url=estate.api_url)
    assert f"created    {EXPLAIN_LATE_RUNS}" in armed.out.splitlines()
    for run in late:
        estate.postpone(run, minutes=-1, name="Late")
    wait_until(lambda: runs_of(estate, explains) != [], "a run of the deployment", 60)
    assert [run["parameters"]["run"] in late for run in runs_of(estate, explains)] == [True]
    again = lifeguard("arm", api_url=estate.api_url)
    assert again.out.splitlines()[-1] == f"Nothing is to do: {estate.api_url} pages through oncall."
