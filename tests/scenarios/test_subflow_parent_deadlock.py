"""subflow-parent-deadlock: parents hold the slots that their own children wait for."""

from tests.estate import Estate, Said


def _parent_and_child(estate: Estate, deployment: str, child: str | None = None) -> None:
    """A running parent and its due subflow, which is of the same deployment unless another is given."""
    task = estate.task(estate.running_run(deployment, worker="ann"))
    estate.overdue_run(child or deployment, parent_task_run_id=task)


def test_a_pool_full_of_parents_that_wait_for_their_children_is_critical(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=2)
    grind, sift = estate.deployment("grind", "mill"), estate.deployment("sift", "mill")
    _parent_and_child(estate, grind, sift)
    _parent_and_child(estate, grind, sift)
    assert estate.said() == {
        Said("subflow-parent-deadlock", "critical", "work-pool", "mill", 2),
        Said("pool-limit-saturated", "info", "work-pool", "mill", 2, "subflow-parent-deadlock"),
    }


def test_a_queue_can_be_full_of_parents_too(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot", limit=1)
    estate.poll("mill")
    _parent_and_child(estate, estate.deployment("grind", "mill", "hot"))
    assert estate.said() == {
        Said("subflow-parent-deadlock", "critical", "work-queue", "hot", 1),
        Said("queue-limit-saturated", "info", "work-queue", "hot", 1, "subflow-parent-deadlock"),
    }


def test_a_deployment_can_be_full_of_parents_too(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    task = estate.task(estate.running_run(grind, worker="ann"))
    estate.try_to_claim(estate.overdue_run(grind, parent_task_run_id=task))
    assert estate.said() == {
        Said("subflow-parent-deadlock", "critical", "deployment", "flow/grind", 1),
        Said("deployment-limit-waiting", "info", "deployment", "flow/grind", 1, "subflow-parent-deadlock"),
    }


def test_a_holder_that_is_nobodys_parent_will_free_its_slot(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=2)
    grind = estate.deployment("grind", "mill")
    _parent_and_child(estate, grind)
    estate.running_run(grind, worker="ann")
    assert estate.said() == {Said("pool-limit-saturated", "warning", "work-pool", "mill", 1)}


def test_a_child_in_a_pool_of_its_own_does_not_wait_for_its_parent(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    estate.staffed_pool("forge", limit=1)
    task = estate.task(estate.running_run(estate.deployment("grind", "mill"), worker="ann"))
    estate.overdue_run(estate.deployment("weld", "forge"), minutes=0.5, parent_task_run_id=task)
    assert estate.said() == set()
