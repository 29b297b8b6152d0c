"""foreman-stalled: a worker is long dead, and its status says ONLINE."""

from tests.estate import Estate, Said, wait_until
from tests.scenarios.conftest import IMPATIENT


def test_a_dead_worker_that_stays_online_was_seen_by_no_foreman(deserted: Estate) -> None:
    deserted.worker(deserted.staffed_pool("mill"), "bob", every=1)
    expected = {Said("foreman-stalled", "warning", "server", deserted.api_url)}
    wait_until(lambda: deserted.said(IMPATIENT) == expected, "the Foreman should have been here")
    assert deserted.look(IMPATIENT).the("foreman-stalled").evidence["worker"] == "bob"


def test_a_worker_that_has_just_died_is_online_on_a_healthy_server_too(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.dead_worker("mill")
    assert estate.said() == set()
