"""schedule-inactive: a deployment that ran by schedule has no schedule that is on."""

from tests.estate import Estate, Said


def test_a_deployment_whose_only_schedule_is_off_is_information(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.inactive_schedule(estate.deployment("grind", "mill"))
    report = estate.look()
    assert report.said == {Said("schedule-inactive", "info", "deployment", "flow/grind")}
    assert report.findings[0].remedy[0] == "prefect deployment schedule ls flow/grind"


def test_a_deployment_that_a_process_serves_is_no_exception(estate: Estate) -> None:
    estate.inactive_schedule(estate.deployment("served"))
    assert estate.said() == {Said("schedule-inactive", "info", "deployment", "flow/served")}


def test_a_deployment_with_one_schedule_that_is_on_runs(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.inactive_schedule(grind)
    estate.schedule(grind, {"cron": "0 0 2 2 *", "timezone": "UTC"})
    assert estate.said() == set()


def test_a_look_at_another_pool_does_not_speak_of_it(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.staffed_pool("barn")
    estate.inactive_schedule(estate.deployment("grind", "mill"))
    assert estate.said(pools=["barn"]) == set()
