"""background-services-dead: the API of a server answers, and none of its background services runs."""

from tests.estate import Estate, Said, wait_until
from tests.scenarios.conftest import IMPATIENT

SIGNS = ("scheduler-stalled", "late-runs-service-stalled", "foreman-stalled")


def work_for_everybody(estate: Estate) -> None:
    """What each service would have to do something about: a schedule, a run that is due, and a worker that dies."""
    estate.worker(estate.pool("mill"), every=1)
    grind = estate.deployment("grind", "mill")
    estate.schedule(grind, {"interval": 60})
    estate.overdue_run(grind)


def test_services_that_are_dead_at_once_have_one_cause_that_names_them(deserted: Estate) -> None:
    work_for_everybody(deserted)
    server = deserted.api_url
    expected = {
        Said("background-services-dead", "critical", "server", server),
        *(Said(sign, "info", "server", server, caused_by="background-services-dead") for sign in SIGNS),
        Said("pool-no-workers", "critical", "work-pool", "mill", 1),
    }
    wait_until(lambda: deserted.said(IMPATIENT) == expected, "all signs are seen")
    assert deserted.look(IMPATIENT).the("background-services-dead").evidence["signs"] == ", ".join(SIGNS)


def test_the_same_work_on_a_healthy_server_is_done(estate: Estate) -> None:
    work_for_everybody(estate)
    assert [each.code for each in estate.findings() if each.resource.kind == "server"] == []
