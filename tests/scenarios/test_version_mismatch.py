"""version-mismatch: a live worker that is newer than its server."""

from tests.estate import Estate, Said


def test_a_newer_worker_is_a_warning_and_says_to_upgrade_the_server_first(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.worker_event("mill", "ann", 600, version="3.99.0")
    estate.wait_for_worker_events("mill", 1)
    report = estate.look()
    assert report.said == {Said("version-mismatch", "warning", "work-pool", "mill")}
    assert report.the("version-mismatch").remedy[0].startswith("Upgrade the server first, to 3.99.0")


def test_it_is_critical_once_the_server_refuses_its_runs(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.worker_event("mill", "ann", 600, version="3.99.0")
    run = estate.pending_run(estate.deployment("grind", "mill"), 1, "ann")
    estate.crash(run, "Failed to submit flow run to infrastructure: Client error '422 Unprocessable Entity' for url")
    estate.wait_for_worker_events("mill", 1)
    assert Said("version-mismatch", "critical", "work-pool", "mill", 1) in estate.said()


def test_an_older_worker_and_one_with_a_newer_patch_agree_with_the_server(estate: Estate) -> None:
    estate.staffed_pool("mill")
    version = estate.look().snapshot.server.version or ""
    estate.worker("mill", "bob")
    estate.worker_event("mill", "ann", 600, version="3.1.0")
    estate.worker_event("mill", "bob", 600, version=f"{version.rpartition('.')[0]}.99")
    estate.wait_for_worker_events("mill", 2)
    assert estate.said() == set()
