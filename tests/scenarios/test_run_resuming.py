"""run-resuming: somebody resumed a run, and nobody took it up."""

from tests.estate import Estate, Said


def _resuming(estate: Estate, minutes: float) -> str:
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.pause(run, suspend=True)
    estate.resume(run)
    assert estate.state_of(run)["name"] == "Resuming"
    estate.postpone(run, minutes, "Resuming")
    return run


def test_a_resumed_run_that_nobody_takes_is_a_warning(estate: Estate) -> None:
    estate.staffed_pool("mill")
    run = _resuming(estate, minutes=-2)
    report = estate.look()
    assert report.said == {Said("run-resuming", "warning", "deployment", "flow/grind", 1)}
    assert report.findings[0].remedy[0].endswith(f"lifeguard why {run}")


def test_where_nobody_works_that_explains_it(estate: Estate) -> None:
    estate.pool("mill")
    _resuming(estate, minutes=-2)
    assert estate.said() == {
        Said("pool-no-workers", "critical", "work-pool", "mill", 1),
        Said("run-resuming", "info", "deployment", "flow/grind", 1, "pool-no-workers"),
    }


def test_a_run_that_was_resumed_just_now_is_given_a_minute(estate: Estate) -> None:
    estate.staffed_pool("mill")
    _resuming(estate, minutes=-0.5)
    assert estate.said() == set()
