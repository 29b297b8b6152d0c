"""run-orphaned-no-queue: the queue or the pool of a run was deleted, and nothing brings the run back to a worker."""

from tests.estate import Estate, Said


def test_a_run_whose_queue_was_deleted_is_critical(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    estate.overdue_run(estate.deployment("grind", "mill", "hot"))
    estate.delete_queue("mill", "hot")
    report = estate.look()
    assert report.said == {Said("run-orphaned-no-queue", "critical", "deployment", "flow/grind", 1)}
    assert "its work queue 'hot' or that queue's pool was deleted" in report.findings[0].title


def test_a_run_whose_pool_was_deleted_is_critical(estate: Estate) -> None:
    estate.pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.overdue_run(grind)
    estate.delete_pool("mill")
    estate.overdue_run(grind)
    assert estate.said() == {Said("run-orphaned-no-queue", "critical", "deployment", "flow/grind", 2)}


def test_a_run_of_its_own_queue_can_be_orphaned_while_its_deployment_is_well(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot")
    grind = estate.deployment("grind", "mill")
    estate.overdue_run(grind, work_queue_name="hot")
    estate.overdue_run(grind, minutes=0.5)
    estate.delete_queue("mill", "hot")
    report = estate.look()
    assert report.said == {Said("run-orphaned-no-queue", "critical", "deployment", "flow/grind", 1)}
    assert "their work queue 'hot' was deleted" in report.findings[0].title


def test_an_orphan_that_is_not_due_is_not_mentioned(estate: Estate) -> None:
    estate.pool("mill")
    estate.future_run(estate.deployment("grind", "mill"))
    estate.delete_pool("mill")
    assert estate.said() == set()


def test_a_deployment_that_a_process_serves_is_no_orphan(estate: Estate) -> None:
    grind = estate.deployment("grind")
    estate.serve(grind)
    estate.overdue_run(grind, minutes=0.5)
    assert estate.said() == set()
