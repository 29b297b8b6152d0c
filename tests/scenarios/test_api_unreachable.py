"""api-unreachable: nothing answers at all, which says nothing about any pool."""

from tests.estate import Estate, Said, look_at
from tests.prefect_server import free_port


def test_an_address_where_nobody_listens_is_critical_and_accuses_no_pool() -> None:
    nobody = f"http://127.0.0.1:{free_port()}/api"
    report = look_at(nobody)
    assert report.said == {Said("api-unreachable", "critical", "server", nobody)}
    assert (report.pools, report.snapshot.is_complete) == ((), False)


def test_the_address_is_shown_without_the_password_in_it() -> None:
    port = free_port()
    finding = look_at(f"http://admin:secret@127.0.0.1:{port}/api").the("api-unreachable")
    assert finding.resource.name == f"http://127.0.0.1:{port}/api"
    assert "secret" not in repr(finding)


def test_a_server_that_answers_is_reachable(estate: Estate) -> None:
    report = estate.look()
    assert (report.said, report.snapshot.is_complete) == (set(), True)
