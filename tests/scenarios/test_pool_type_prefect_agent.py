"""pool-type-prefect-agent: nothing in Prefect 3 works on such a pool, so no worker would help."""

from tests.estate import Estate, Said


def test_due_work_in_an_agent_pool_is_critical(estate: Estate) -> None:
    estate.pool("mill", "prefect-agent")
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("pool-type-prefect-agent", "critical", "work-pool", "mill", 1)}


def test_without_work_it_is_only_a_note(estate: Estate) -> None:
    estate.pool("mill", "prefect-agent")
    assert estate.said() == {Said("pool-type-prefect-agent", "info", "work-pool", "mill")}


def test_a_pool_that_is_only_named_so_is_well(estate: Estate) -> None:
    estate.staffed_pool("old-prefect-agent")
    estate.overdue_run(estate.deployment("grind", "old-prefect-agent"), minutes=0.5)
    assert estate.said() == set()
