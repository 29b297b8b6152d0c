"""What a look could leave behind on a server: every status, every time of a last poll, and the number of events."""

from time import monotonic, sleep
from typing import Any

from tests.patience import ask

Footprint = dict[str, Any]
STORED_AFTER_SECONDS = 8.0
"""PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL is 5 s."""

SETTLES_WITHIN_SECONDS = 60.0


def footprint(api_url: str) -> Footprint:
    """Everything that a careless read would change, in a form that can be compared."""
    pools = _rows(api_url, "work_pools/filter")
    workers = [row for pool in pools for row in _rows(api_url, f"work_pools/{pool['name']}/workers/filter")]
    return {
        "pools": _columns(pools, "status", "updated"),
        "queues": _columns(_rows(api_url, "work_queues/filter"), "status", "last_polled", "updated"),
        "workers": _columns(workers, "status", "last_heartbeat_time"),
        "deployments": _columns(_rows(api_url, "deployments/filter"), "status", "last_polled", "updated"),
        "runs": _columns(_rows(api_url, "flow_runs/filter"), "state_name", "updated"),
        "events": ask(api_url, "POST", "events/filter", {"limit": 1})["total"],
    }


def settled_footprint(api_url: str) -> Footprint:
    """What is there once the server has stored the events of before, which it does some seconds late."""
    found, since, give_up_at = footprint(api_url), monotonic(), monotonic() + SETTLES_WITHIN_SECONDS
    while monotonic() - since < STORED_AFTER_SECONDS and monotonic() < give_up_at:
        sleep(0.5)
        newer = footprint(api_url)
        since = since if newer == found else monotonic()
        found = newer
    return found


def _rows(api_url: str, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask(api_url, "POST", path, {})
    return rows


def _columns(rows: list[dict[str, Any]], *names: str) -> dict[str, list[Any]]:
    return {row["id"]: [row.get(name) for name in names] for row in rows}
