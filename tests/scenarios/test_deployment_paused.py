"""deployment-paused: a deployment that ran by schedule is paused."""

from tests.estate import Estate, Said


def test_a_paused_deployment_that_ran_by_schedule_is_information(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.inactive_schedule(grind)
    estate.pause_deployment(grind)
    report = estate.look()
    assert report.said == {Said("deployment-paused", "info", "deployment", "flow/grind")}
    assert report.findings[0].remedy == (f"prefect api POST /deployments/{grind}/resume_deployment",)


def test_a_paused_deployment_that_never_ran_by_schedule_is_no_news(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.complete(estate.running_run(grind))
    estate.pause_deployment(grind)
    assert estate.said() == set()
