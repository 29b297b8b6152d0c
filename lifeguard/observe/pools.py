"""Work pools, their queues, and the limits that are set on anything."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from lifeguard.configuration import ConfigurationError
from lifeguard.facts import Limit, Pool, Queue
from lifeguard.memory import Memory
from lifeguard.observe import answers
from lifeguard.observe.api import Api, CallFailed
from lifeguard.observe.attempt import attempt
from lifeguard.observe.paging import ListMoved, every_row
from lifeguard.observe.pool_paths import pool_path
from lifeguard.observe.queue_list import queues_among_equals
from lifeguard.observe.server import not_a_prefect_api, refuse_if_locked_out
from lifeguard.policy import Policy
from lifeguard.snapshot import WORK_QUEUES, Missing, Snapshot

BASE_JOB_TEMPLATE = "base_job_template"
"""1.1 MB of JSON for 200 pools with Prefect's own (3.9.1)."""


async def inspect_pools(api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str] = ()) -> Snapshot:
    """Add the pools (all, or `only` those), their queues and all limits.

    Raises `ConfigurationError` for a pool that does not exist and for credentials that are not accepted.
    """
    pools, pools_missing = await read_pools(api, snapshot, policy, only)
    queues, queues_missing = await _read_queues(api, snapshot, pools, only)
    limits, limits_missing = await _read_limits(api, snapshot)
    return replace(
        snapshot,
        pools=pools,
        queues=queues,
        limits=limits,
        missing=snapshot.missing + pools_missing + queues_missing + limits_missing,
    )


async def inspect_one_pool(api: Api, snapshot: Snapshot, name: str) -> Snapshot:
    """Add one pool and its queues, and no limits; nothing where the pool is gone."""
    page_size = snapshot.server.settings.page_size
    pools, no_pools = await attempt(_all_pools(api, [name], page_size), (), lambda why: Missing("work pools", why))
    queues, no_queues = await attempt(_queues_of(api, pools, page_size), (), lambda why: Missing(WORK_QUEUES, why))
    return replace(snapshot, pools=pools, queues=queues, missing=snapshot.missing + no_pools + no_queues)


async def refuse_unknown_pool(api: Api, name: str) -> None:
    """Raise `ConfigurationError` where there is no such pool."""
    found = await every_row(api, "work_pools/filter", _named([name]), 200)
    await _refuse_unknown(api, [name], {row["name"] for row in found})


async def read_pools(
    api: Api, snapshot: Snapshot, policy: Policy, only: Sequence[str]
) -> tuple[tuple[Pool, ...], tuple[Missing, ...]]:
    """The pools that are to be looked at, or what was missing; raises as `inspect_pools`."""
    reading = _all_pools(api, only, snapshot.server.settings.page_size)
    pools, missing = await attempt(reading, tuple[Pool, ...](), lambda why: Missing("work pools", why))
    if not missing:
        await _refuse_unknown(api, only, {pool.name for pool in pools})
    return tuple(pool for pool in pools if pool.name in only or not policy.ignores(pool.name)), missing


async def _all_pools(api: Api, only: Sequence[str], page_size: int) -> tuple[Pool, ...]:
    try:
        rows = await every_row(api, "work_pools/filter", _named(only), page_size, without={BASE_JOB_TEMPLATE})
        return tuple(answers.pool(row) for row in rows)
    except CallFailed as failure:
        refuse_if_locked_out(api, failure)
        if failure.status == 404:
            raise not_a_prefect_api(api, failure) from failure
        raise


def _named(only: Sequence[str]) -> dict[str, Any]:
    return {"work_pools": {"name": {"any_": list(only)}}} if only else {}


async def _refuse_unknown(api: Api, only: Sequence[str], found: Collection[str]) -> None:
    for name in only:
        if name not in found:
            known = [row["name"] for row in await every_row(api, "work_pools/filter", {}, 200)]
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "`prefect work-pool ls` lists those that do."
            raise ConfigurationError(f"There is no work pool {name!r} at {api.connection.shown_url}; {hint}")


async def _read_queues(
    api: Api, snapshot: Snapshot, pools: Sequence[Pool], only: Sequence[str]
) -> tuple[tuple[Queue, ...], tuple[Missing, ...]]:
    """One list for all pools; only a look at some pools asks pool by pool."""
    page_size = snapshot.server.settings.page_size
    reading = _queues_of(api, pools, page_size) if only else _all_queues(api, snapshot, pools)
    return await attempt(reading, tuple[Queue, ...](), lambda why: Missing(WORK_QUEUES, why))


async def _all_queues(api: Api, snapshot: Snapshot, pools: Sequence[Pool]) -> tuple[Queue, ...]:
    known, page_size = {pool.id for pool in pools}, snapshot.server.settings.page_size
    try:
        rows = await every_row(api, "work_queues/filter", {}, page_size)
    except ListMoved:
        rows = await queues_among_equals(api, pools, _remembered(snapshot.memory), page_size)
    return tuple(answers.queue(row) for row in rows if row["work_pool_id"] in known)


def _remembered(memory: Memory) -> set[str]:
    """The ids of the queues of everything that an earlier look read."""
    runs = (run.queue_id for stretches in memory.runs.values() for each in stretches for run in each.runs)
    deployments = (deployment.queue_id for each in memory.deployments for deployment in each.deployments)
    return {id for id in (*runs, *deployments) if id}


async def _queues_of(api: Api, pools: Sequence[Pool], page_size: int) -> tuple[Queue, ...]:
    queues: list[Queue] = []
    for pool in pools:
        rows = await every_row(api, pool_path(pool.name, "queues/filter"), {}, page_size)
        queues += [answers.queue(row) for row in rows]
    return tuple(queues)


async def _read_limits(api: Api, snapshot: Snapshot) -> tuple[tuple[Limit, ...], tuple[Missing, ...]]:
    reading = _all_limits(api, snapshot.server.settings.page_size)
    return await attempt(reading, tuple[Limit, ...](), lambda why: Missing("concurrency limits", why))


async def _all_limits(api: Api, page_size: int) -> tuple[Limit, ...]:
    return tuple(answers.limit(row) for row in await every_row(api, "v2/concurrency_limits/filter", {}, page_size))
