"""push-pool-on-oss: only Prefect Cloud runs what is in such a pool, so it lacks no worker."""

import pytest

from tests.estate import Estate, Said


@pytest.mark.parametrize("type", ["ecs:push", "prefect:managed"])
def test_due_work_in_a_pool_that_only_the_cloud_runs_is_critical(estate: Estate, type: str) -> None:
    estate.pool("mill", type)
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("push-pool-on-oss", "critical", "work-pool", "mill", 1)}


def test_work_that_is_expected_soon_makes_it_a_warning(estate: Estate) -> None:
    estate.pool("mill", "ecs:push")
    estate.future_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("push-pool-on-oss", "warning", "work-pool", "mill")}


def test_without_work_it_is_only_a_note(estate: Estate) -> None:
    estate.pool("mill", "ecs:push")
    assert estate.said() == {Said("push-pool-on-oss", "info", "work-pool", "mill")}


def test_a_pool_of_the_same_infrastructure_with_workers_is_well(estate: Estate) -> None:
    estate.staffed_pool("mill", "ecs")
    estate.overdue_run(estate.deployment("grind", "mill"), minutes=0.5)
    assert estate.said() == set()
