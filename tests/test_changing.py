"""What changed before an incident: from a real server's events to the history, and what that costs."""

from collections.abc import Generator
from pathlib import Path

import anyio
import pytest

from lifeguard.history import Life
from lifeguard.page.events import changed
from lifeguard.record.database import default_database
from lifeguard.record.incident_queries import read_incident
from lifeguard.report.changed_phrases import lines
from tests.estate import Estate, wait_until
from tests.patience import ask
from tests.patrolling import AT_ONCE, patrolled
from tests.prefect_server import PrefectServer
from tests.proxy import Proxy, answering, delayed, ending

QUESTION = ending("events/filter", "POST")


@pytest.fixture
def throttled(either_server: PrefectServer) -> Generator[Estate, None, None]:
    """A pool whose limit went from 10 to 1 just now, with one run that runs and one that waits for too long."""
    with Estate(either_server.api_url) as built:
        built.raze()
        built.staffed_pool("mill", limit=10)
        grind = built.deployment("grind", "mill")
        built.running_run(grind, worker="ann")
        built.overdue_run(grind, minutes=30)
        built.change_pool("mill", concurrency_limit=1)
        wait_until(lambda: _is_stored(built, "prefect.work-pool.updated"), "the server has stored what was changed")
        yield built
        built.raze()


def _is_stored(estate: Estate, event: str) -> bool:
    wanted = {"filter": {"event": {"name": [event]}, "any_resource": {"id": [f"prefect.work-pool.{_id(estate)}"]}}}
    return ask(estate.api_url, "POST", "events/filter", wanted)["total"] > 0


def _id(estate: Estate) -> str:
    return str(ask(estate.api_url, "GET", "work_pools/mill")["id"])


def _life(home: Path, id: int) -> Life:
    found = anyio.run(read_incident, default_database(home), id)
    assert found is not None
    return found


def test_the_limit_that_was_lowered_stands_beside_the_incident_and_stays(throttled: Estate, tmp_path: Path) -> None:
    opened = patrolled(throttled.api_url, tmp_path).changes.opened
    patrolled(throttled.api_url, tmp_path)
    (full,) = [each for each in opened if each.finding.code == "pool-limit-saturated"]
    kept = _life(tmp_path, full.id or 0).incident
    assert kept.what_changed == full.what_changed
    assert lines(kept)[-1].startswith("the limit of work pool 'mill' went from 10 to 1 at ")
    assert changed(kept)[0] == lines(kept)[-1]
    assert "what changed" not in kept.finding.evidence


def test_a_patrol_in_which_nothing_opens_asks_no_event(throttled: Estate, tmp_path: Path) -> None:
    with Proxy(throttled.api_url) as proxy:
        asked = list[int]()
        for _ in range(2):
            proxy.heal()
            patrolled(proxy.api_url, tmp_path, {**AT_ONCE, "LIFEGUARD_SERVER_NAME": "the mill"})
            asked.append(sum(b"any_resource" in request.body for request in proxy.requests))
    assert asked == [1, 0]


def test_where_events_cannot_be_read_that_is_said_and_everything_else_goes_on(
    throttled: Estate, tmp_path: Path
) -> None:
    with Proxy(throttled.api_url) as proxy:
        proxy.fail(QUESTION, answering(500))
        opened = patrolled(proxy.api_url, tmp_path).changes.opened
    full = next(each for each in opened if each.finding.code == "pool-limit-saturated")
    assert lines(full) == ["what changed before could not be looked up: HTTP 500"]


def test_people_do_not_wait_long_for_what_changed(
    throttled: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lifeguard.observe.happenings.LOOKS_AT_MOST_SECONDS", 0.5)
    with Proxy(throttled.api_url) as proxy:
        proxy.fail(QUESTION, delayed(60))
        hurried = {**AT_ONCE, "LIFEGUARD_REQUEST_TIMEOUT_SECONDS": "2"}
        opened = patrolled(proxy.api_url, tmp_path, hurried).changes.opened
    full = next(each for each in opened if each.finding.code == "pool-limit-saturated")
    assert lines(full) == ["what changed before could not be looked up: the server's events took longer than 0.5 s"]
