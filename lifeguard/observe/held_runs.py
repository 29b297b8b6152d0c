"""Of which deployments some runs are, and how long they waited to begin: three calls, however many runs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lifeguard.digest import Wait
from lifeguard.facts import as_utc
from lifeguard.observe.api import Api

RUNS_ASKED = 200
"""As many as a server hands out at once (`PREFECT_API_DEFAULT_LIMIT`)."""

Row = Mapping[str, Any]


async def waits_of_runs(api: Api, run_ids: Sequence[str], now: datetime) -> list[Wait]:
    """How long each of the first `RUNS_ASKED` runs waited, of those that still exist and are of a deployment that does.

    Raises `CallFailed`.
    """
    runs: list[Row] = await _by_id(api, "flow_runs", run_ids[:RUNS_ASKED])
    deployments: list[Row] = await _by_id(api, "deployments", _distinct(runs, "deployment_id"))
    flows: list[Row] = await _by_id(api, "flows", _distinct(deployments, "flow_id"))
    flow_names = {flow["id"]: flow["name"] for flow in flows}
    names = {each["id"]: f"{flow_names.get(each['flow_id'], '?')}/{each['name']}" for each in deployments}
    return [
        Wait(run["deployment_id"], names[run["deployment_id"]], _waited(run, now))
        for run in runs
        if run["deployment_id"] in names
    ]


async def _by_id(api: Api, what: str, ids: Sequence[str]) -> list[Row]:
    return await api.post(f"{what}/filter", {what: {"id": {"any_": list(ids)}}}) if ids else []


def _distinct(rows: Sequence[Row], column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in rows if row[column]))


def _waited(run: Row, now: datetime) -> float:
    """From when it was expected until it began, or ended without having begun, or until now."""
    expected = as_utc(run["expected_start_time"])
    began = as_utc(run["start_time"]) or as_utc(run["end_time"]) or now
    return max(0.0, (began - expected).total_seconds()) if expected else 0.0
