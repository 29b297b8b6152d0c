"""cancelling-stuck: a run was asked to end, and the server never ends it."""

from tests.estate import Estate, Said, wait_until
from tests.scenarios.conftest import IMPATIENT


def test_a_run_that_stays_cancelling_is_found_after_the_timeout_of_the_server(deserted: Estate) -> None:
    grind = deserted.deployment("grind", deserted.staffed_pool("mill"))
    deserted.ask_to_cancel(deserted.running_run(grind, worker="ann"))
    server = deserted.api_url
    expected = {
        Said("cancelling-stuck", "warning", "server", server, 1),
        Said("events-stalled", "warning", "server", server),
    }
    wait_until(lambda: deserted.said(IMPATIENT) == expected, "the cleanup should have ended it")
    assert "its cleanup is switched off" in deserted.look(IMPATIENT).the("cancelling-stuck").title


def test_a_run_that_is_asked_to_end_has_five_minutes(estate: Estate) -> None:
    grind = estate.deployment("grind", estate.staffed_pool("mill"))
    estate.ask_to_cancel(estate.running_run(grind, worker="ann"))
    report = estate.look()
    assert (report.said, [run.state_name for run in report.snapshot.cancelling]) == (set(), ["Cancelling"])
