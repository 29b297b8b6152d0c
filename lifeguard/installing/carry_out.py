"""Doing what is planned: first what others need, each thing told when it is done."""

from collections.abc import Callable

from lifeguard.installing.arming import arm
from lifeguard.installing.block_types import register
from lifeguard.installing.changes import Change
from lifeguard.installing.deploying import deploy
from lifeguard.installing.differences import differences
from lifeguard.installing.history_block import save
from lifeguard.installing.memory import remember
from lifeguard.installing.plan import Plan, automation_changes
from lifeguard.installing.pool_choice import NewPool
from lifeguard.installing.survey import deployments
from lifeguard.observe.api import Api, CallFailed

Tell = Callable[[Change], None]

DESCRIPTION = "Made by `lifeguard install` for its own deployments; `lifeguard uninstall` removes it."
ALREADY_THERE = 409


async def carry_out(api: Api, plan: Plan, pool: str, tell: Tell) -> None:
    """Do it; raises `CallFailed`. What is done by then is remembered, and installing again goes on from there."""
    if not plan.is_settled:
        await remember(api, plan.memory, plan.memory_before)
    if plan.new_pool:
        await _make_pool(api, plan.new_pool)
    tell(plan.pool)
    await _register(plan, tell)
    if plan.new_address:
        await save(plan.new_address)
    for change in plan.database:
        tell(change)
    await _deploy(api, plan, pool, tell)
    if plan.arming.armed:
        await _arm(api, plan, tell)


async def _make_pool(api: Api, new: NewPool) -> None:
    body = {"name": new.name, "type": new.type, "base_job_template": new.base_job_template, "description": DESCRIPTION}
    try:
        await api.change("POST", "work_pools/", body)
    except CallFailed as failure:
        if failure.status != ALREADY_THERE:
            raise


async def _register(plan: Plan, tell: Tell) -> None:
    for slug, change in plan.block_types.items():
        if change.is_change:
            await register(slug)
        tell(change)


async def _deploy(api: Api, plan: Plan, pool: str, tell: Tell) -> None:
    chosen = [each for each in plan.declared if plan.deployments[each.full_name].is_change]
    if chosen:
        await deploy([each.name for each in chosen], pool, api.connection)
    there = await deployments(api, [each.full_name for each in chosen])
    for each in chosen:
        row = there[each.full_name]
        wrong = ["all of it"] if row is None else differences(each, row)
        if wrong:
            raise CallFailed(f"{each.full_name} is not as prefect.yaml declares it: {', '.join(wrong)}")
    for change in plan.deployments.values():
        tell(change)


async def _arm(api: Api, plan: Plan, tell: Tell) -> None:
    done = await arm(api, plan.arming)
    for change in (*plan.pager, *automation_changes(plan.arming, done)):
        tell(change)
