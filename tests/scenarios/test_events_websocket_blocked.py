"""events-websocket-blocked: a real worker and its run work through a proxy that speaks no websockets, and are not heard."""

from pathlib import Path

import pytest

from lifeguard.demo.processes import Processes
from lifeguard.demo.workers import start_worker
from lifeguard.observe import worker_events
from lifeguard.policy import Policy
from tests.estate import Estate, Report, Said, wait_until
from tests.patience import ask
from tests.proxy import Proxy

BLOCKED = "events-websocket-blocked"
SILENT_SECONDS = 8
"""Longer than a server needs to store an event, so that a worker that is heard is heard by then."""

EVENTS_OF_A_PAGE = 50
ALERT = Policy(heartbeat_silent_after_seconds=SILENT_SECONDS, request_timeout_seconds=60)
NAP = "from time import sleep\nfrom prefect import flow\n\n@flow\ndef nap() -> None:\n    sleep(3600)\n"


def _nap(estate: Estate, pool: str, folder: Path) -> str:
    """A run that is due and sleeps for long."""
    (folder / "nap.py").write_text(NAP)
    deployment = estate.deployment(f"nap-{pool}", estate.pool(pool), flow="nap")
    ask(estate.api_url, "PATCH", f"deployments/{deployment}", {"path": str(folder), "entrypoint": "nap.py:nap"})
    return estate.overdue_run(deployment, 0)


def _wait_until_running_for_long(estate: Estate, run: str) -> None:
    wait_until(lambda: estate.state_of(run)["type"] == "RUNNING", "the run is RUNNING", 90)
    estate.wait_since_state(run, SILENT_SECONDS + 1)


def _seen_with_both_workers(estate: Estate) -> Report:
    """Real workers, which a busy machine may keep from telling for some seconds that they are there."""
    seen: list[Report] = []

    def are_online() -> bool:
        seen.append(estate.look(ALERT))
        return all(seen[-1].pool(pool).workers_online == 1 for pool in ("mill", "bakery"))

    wait_until(are_online, "both workers are online")
    return seen[-1]


def test_behind_a_proxy_without_websockets_a_worker_is_found_and_one_beside_it_is_not(
    estate: Estate, tmp_path: Path
) -> None:
    with Proxy(estate.api_url) as proxy, Processes() as processes:
        runs = [_nap(estate, pool, tmp_path) for pool in ("mill", "bakery")]
        start_worker(processes, proxy.api_url, "mill", "ann")
        start_worker(processes, estate.api_url, "bakery", "bob")
        for run in runs:
            _wait_until_running_for_long(estate, run)
        estate.keep_noise_alive()
        report = _seen_with_both_workers(estate)
    assert {said for said in report.said if said.code == BLOCKED} == {Said(BLOCKED, "warning", "work-pool", "mill")}
    assert "No event of worker 'ann' of pool 'mill' arrives" in report.the(BLOCKED).title


def test_an_old_client_whose_runs_send_no_heartbeats_is_not_accused(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.worker_event("mill", "ann", 60, version="3.4.0")
    run = estate.start(estate.pending_run(estate.deployment("grind", "mill"), 1, "ann"), is_heard=False)
    estate.wait_for_worker_events("mill", 1)
    estate.wait_since_state(run, SILENT_SECONDS)
    assert BLOCKED not in {finding.code for finding in estate.findings(ALERT)}


def test_a_worker_whose_start_is_beyond_the_newest_events_is_not_accused(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_events, "PAGES_READ", 1)
    estate.staffed_pool("mill")
    run = estate.start(estate.pending_run(estate.deployment("grind", "mill"), 1, "ann"), is_heard=False)
    for number in range(EVENTS_OF_A_PAGE + 1):
        estate.worker_event("mill", f"another-{number}")
    estate.wait_for_worker_events("mill", EVENTS_OF_A_PAGE + 1)
    estate.wait_since_state(run, SILENT_SECONDS)
    assert BLOCKED not in {finding.code for finding in estate.findings(ALERT)}
    monkeypatch.undo()
    assert BLOCKED in {finding.code for finding in estate.findings(ALERT)}
