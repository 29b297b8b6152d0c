"""What is asked about the server's services, and what is made of the answers: a call each, more only on suspicion."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from lifeguard.facts import Run
from lifeguard.observe.api import Api
from lifeguard.observe.connection import Connection
from lifeguard.observe.made_runs import find_unmade_runs
from lifeguard.observe.stored_events import count_stored_events
from lifeguard.policy import Policy
from lifeguard.services import MADE_BY_SCHEDULER, StoredEvents, UnmadeRun
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests.proxy import Answer, Proxy, Request, as_json

Row = dict[str, Any]
Question = Callable[[Api, Snapshot, Policy], Awaitable[Snapshot]]


@dataclass
class Fake:
    """A server that has made so many runs and stored so many events, and what it was asked."""

    made: int = 0
    events: int = 0
    deployments: Sequence[Row] = ()
    ended: Sequence[Row] = ()
    asked: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])

    def answer(self, request: Request) -> Answer:
        end = request.path.removeprefix("/api/")
        self.asked.append((end, request.json))
        runs = [*self.ended, *[{"id": "made"}] * self.made]
        answers: dict[str, Any] = {"flow_runs/filter": runs, "deployments/filter": list(self.deployments)}
        return as_json(answers.get(end, {"events": [], "total": self.events, "next_page": None}))

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def seen(question: Question, fake: Fake, snapshot: Snapshot) -> Snapshot:
    async def session(api_url: str) -> Snapshot:
        async with Api(Connection(api_url, verify=False), b.policy()) as api:
            return await question(api, snapshot, b.policy())

    with Proxy(fake.answer) as proxy:
        return anyio.run(session, proxy.api_url)


def every(seconds: float, deployment: str = "nightly") -> list[Run]:
    """The runs that the scheduler has made of a quarter of an hour."""
    times = [seconds * number for number in range(1, int(900 // seconds) + 1)]
    named = [(f"{deployment}-{at}", at) for at in times]
    return [b.run(name, overdue=-at, deployment=deployment, tags=[MADE_BY_SCHEDULER]) for name, at in named]


def scheduled(name: str = "nightly", **deviations: Any) -> Row:
    """A deployment with a schedule by the minute."""
    schedule = {
        "active": True,
        "schedule": {"interval": 60},
        "updated": b.ago(86400).isoformat(),
        "id": "s",
        **deviations,
    }
    return {"id": f"deployment-{name}", "name": name, "paused": False, "schedules": [schedule]}


def test_of_deployments_that_run_often_it_is_asked_whether_runs_are_made_an_hour_ahead() -> None:
    fake = Fake(made=3)
    assert seen(find_unmade_runs, fake, b.snapshot(waiting=every(60))).services.unmade == ()
    (path, asked) = fake.asked[0]
    after = datetime.fromisoformat(asked["flow_runs"]["next_scheduled_start_time"]["after_"])
    assert (path, asked["flow_runs"]["deployment_id"]["any_"]) == ("flow_runs/filter", ["deployment-nightly"])
    assert (fake.paths, after) == (["flow_runs/filter"], b.ahead(3600 - 180))


def test_what_is_not_made_is_told_with_its_date() -> None:
    found = seen(find_unmade_runs, Fake(deployments=[scheduled()]), b.snapshot(waiting=every(60))).services.unmade
    due = found[0].due
    assert found == (UnmadeRun("deployment-nightly", "load/nightly", due, b.ahead(3420), b.ago(86400)),)
    assert timedelta() < due - b.ahead(3420) <= timedelta(seconds=60)


@pytest.mark.parametrize("waiting", [every(30), every(600), [b.run(overdue=-60)] * 5, []])
def test_where_nothing_runs_often_enough_and_not_too_often_any_run_at_all_will_do(waiting: list[Run]) -> None:
    fake = Fake(made=1)
    seen(find_unmade_runs, fake, b.snapshot(waiting=waiting))
    asked = fake.asked[0][1]["flow_runs"]
    assert (fake.paths, "deployment_id" in asked) == (["flow_runs/filter"], False)
    assert asked["next_scheduled_start_time"] == {"after_": b.NOW.isoformat()}


@pytest.mark.parametrize(
    "row",
    [
        scheduled(active=False),
        scheduled(max_scheduled_runs=10),
        scheduled(schedule={"rrule": "DTSTART:20200101T000000Z\nRRULE:FREQ=DAILY;UNTIL=20200301T000000Z"}),
        scheduled(schedule={"rrule": "FREQ=MINUTELY"}),
        scheduled(schedule={"lunar": "full"}),
        {**scheduled(), "paused": True},
        {**scheduled(), "schedules": []},
    ],
)
def test_a_schedule_that_owes_no_run_is_no_proof(row: Row) -> None:
    assert seen(find_unmade_runs, Fake(deployments=[row]), b.snapshot()).services.unmade == ()


def test_nothing_is_asked_about_a_scheduler_of_which_the_settings_are_not_told() -> None:
    fake = Fake()
    seen(find_unmade_runs, fake, b.snapshot(missing=[b.unseen("server settings", essential=False)]))
    assert fake.paths == []


def test_events_are_counted_since_the_newest_change_that_is_two_minutes_old() -> None:
    fake = Fake(events=7)
    runs = [b.running("old", since=600), b.running("settled", since=130), b.running("fresh", since=60)]
    found = seen(count_stored_events, fake, b.snapshot(active=runs)).services.events
    assert found == StoredEvents(b.ago(130), "run 'settled' became Running", 7)
    assert fake.asked == [
        ("events/filter", {"filter": {"occurred": {"since": b.ago(131).isoformat()}}, "limit": 1}),
    ]


QUIET = [
    b.snapshot(active=[b.running(since=60)]),
    b.snapshot(active=[b.running(since=4000)]),
    b.snapshot(waiting=[b.run(overdue=-60)]),
]


@pytest.mark.parametrize("snapshot", QUIET)
def test_where_no_run_changed_lately_the_one_that_ended_last_is_the_proof(snapshot: Snapshot) -> None:
    state = {"timestamp": b.ago(200).isoformat()}
    ended = {"id": "r", "name": "done", "state_type": "COMPLETED", "state_name": "Completed", "state": state}
    fake = Fake(events=1, ended=[ended])
    found = seen(count_stored_events, fake, snapshot).services.events
    assert found == StoredEvents(b.ago(200), "run 'done' became Completed", 1)
    window = {"after_": b.ago(3600).isoformat(), "before_": b.ago(120).isoformat()}
    assert fake.asked[0][1]["flow_runs"] == {"end_time": window}


@pytest.mark.parametrize("snapshot", QUIET)
def test_where_nothing_must_have_left_an_event_none_is_asked_for(snapshot: Snapshot) -> None:
    fake = Fake()
    assert (seen(count_stored_events, fake, snapshot).services.events, fake.paths) == (None, ["flow_runs/filter"])


def test_nothing_is_asked_about_events_where_the_settings_are_not_told() -> None:
    fake = Fake()
    seen(count_stored_events, fake, b.snapshot(missing=[b.unseen("server settings", essential=False)]))
    assert fake.paths == []


@pytest.mark.parametrize(
    ("question", "what"), [(find_unmade_runs, "runs made ahead"), (count_stored_events, "stored events")]
)
def test_what_could_not_be_asked_is_named_and_proves_nothing(question: Question, what: str) -> None:
    fake = Fake()
    fake.answer = lambda _: Answer(500)  # type: ignore[method-assign]
    found = seen(question, fake, b.snapshot(active=[b.running()]))
    assert [(missing.what, missing.essential) for missing in found.missing] == [(what, False)]
    assert replace(found, missing=()) == b.snapshot(active=[b.running()])
