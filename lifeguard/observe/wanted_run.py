"""Which run is meant: by its id, the address of its page, or its name; or the one that waits longest for somebody."""

import re
from typing import Any

from lifeguard.configuration import ConfigurationError
from lifeguard.escaping import visible
from lifeguard.facts import Run
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.paging import Row

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
NAMESAKES_SHOWN = 5
NO_SUCH_ID = (404, 422)


async def wanted_run(api: Api, wanted: str) -> Run:
    """The run; raises `ConfigurationError` where there is none, or several of this name, and `CallFailed`."""
    id = UUID.search(wanted)
    return await _by_id(api, id[0]) if id else await _by_name(api, wanted)


async def longest_waiting(api: Api, deployment: str | None, pool: str | None, queue: str | None) -> Run | None:
    """The run of a deployment, a pool or a queue that was expected first and has not begun; None where none waits."""
    body: dict[str, Any] = {
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED", "PENDING"]}}},
        "sort": "EXPECTED_START_TIME_ASC",
        "limit": 1,
        **({"work_pools": _named(pool)} if pool else {}),
        **({"work_pool_queues": _named(queue)} if queue else {}),
        **(_of_deployment(deployment) if deployment else {}),
    }
    rows: list[Row] = await api.post("flow_runs/filter", body)
    return answers.run(rows[0]) if rows else None


async def refuse_unknown_deployment(api: Api, full_name: str) -> None:
    """Raise `ConfigurationError` where there is no such deployment."""
    rows: list[Row] = await api.post("deployments/filter", {**_of_deployment(full_name), "limit": 1})
    if not rows:
        raise ConfigurationError(
            f"There is no deployment {visible(full_name)!r} at {api.connection.shown_url}; `prefect deployment ls` lists "
            "those that there are."
        )


async def _by_id(api: Api, id: str) -> Run:
    try:
        return answers.run(await api.get(f"flow_runs/{id}"))
    except CallFailed as failure:
        if failure.status in NO_SUCH_ID:
            raise _unknown(api, id) from failure
        raise


async def _by_name(api: Api, name: str) -> Run:
    body = {"flow_runs": {"name": {"any_": [name]}}, "sort": "EXPECTED_START_TIME_DESC", "limit": NAMESAKES_SHOWN}
    rows: list[Row] = await api.post("flow_runs/filter", body)
    if not rows:
        raise _unknown(api, name)
    if len(rows) > 1:
        named = ", ".join(f"{row['id']} ({row['state_name']})" for row in rows)
        raise ConfigurationError(f"Several runs are named {visible(name)!r}: give the id of one of them: {named}.")
    return answers.run(rows[0])


def _unknown(api: Api, wanted: str) -> ConfigurationError:
    return ConfigurationError(
        f"There is no flow run {visible(wanted)!r} at {api.connection.shown_url}: `prefect flow-run ls` lists the newest, "
        "and the address of a run's page in the UI does too."
    )


def _named(name: str) -> dict[str, Any]:
    return {"name": {"any_": [name]}}


def _of_deployment(full_name: str) -> dict[str, Any]:
    """`flow/deployment`, or the deployment's name alone; a name may hold a slash itself, a flow's may not."""
    flow, slash, name = full_name.partition("/")
    return {"flows": _named(flow), "deployments": _named(name)} if slash else {"deployments": _named(full_name)}
