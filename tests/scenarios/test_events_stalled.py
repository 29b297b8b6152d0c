"""events-stalled: runs change their states, and the server keeps no event of it."""

from tests.estate import Estate, Said, wait_until
from tests.scenarios.conftest import IMPATIENT


def test_a_run_that_began_without_a_trace_shows_that_events_are_lost(deserted: Estate) -> None:
    deserted.running_run(deserted.deployment("grind", deserted.staffed_pool("mill")), worker="ann")
    expected = {Said("events-stalled", "warning", "server", deserted.api_url)}
    wait_until(lambda: deserted.said(IMPATIENT) == expected, "the event should be stored")


def test_a_run_that_began_on_a_healthy_server_left_its_event(estate: Estate) -> None:
    run = estate.running_run(estate.deployment("grind", estate.staffed_pool("mill")), worker="ann")
    estate.wait_since_state(run, 5)
    wait_until(lambda: "events-stalled" not in {each.code for each in estate.findings(IMPATIENT)}, "it is stored")
    events = estate.look(IMPATIENT).snapshot.services.events
    assert events is not None and events.number > 0
