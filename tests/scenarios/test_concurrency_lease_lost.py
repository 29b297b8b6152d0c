"""concurrency-lease-lost: runs that were ended in the middle, since nobody kept their slot."""

from tests.estate import Estate, Said

ENDED = "Execution was cancelled by the runtime environment."
LOST = (
    "Concurrency lease renewal failed - slots are no longer reserved. Terminating execution to prevent over-allocation."
)


def _crashed(estate: Estate, deployment: str, log: str) -> str:
    run = estate.running_run(deployment, worker="ann")
    estate.log_error(run, log)
    estate.crash(run, ENDED)
    return run


def test_one_run_that_lost_its_lease_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = _crashed(estate, estate.deployment("grind", "mill"), LOST)
    report = estate.look()
    assert report.said == {Said("concurrency-lease-lost", "warning", "server", estate.api_url, 1)}
    assert report.findings[0].remedy[0] == f"Run it again: prefect flow-run retry {run}"


def test_several_at_once_are_critical(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    for _ in range(3):
        _crashed(estate, grind, LOST)
    assert estate.said() == {Said("concurrency-lease-lost", "critical", "server", estate.api_url, 3)}


def test_a_run_that_was_ended_for_another_reason_lost_no_lease(estate: Estate) -> None:
    estate.staffed_pool("mill")
    _crashed(estate, estate.deployment("grind", "mill"), "the pod was evicted")
    assert estate.said() == set()
