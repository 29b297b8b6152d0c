"""From a worker's death to a message and back, on real servers: how often people hear of what, and in which order.

Each server has its own people, whose stories run at the same time; the tests are about what was heard in the end.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from lifeguard.findings import Severity
from lifeguard.page.pagers import Pager
from tests.conftest import OLD_PREFECT
from tests.estate import Said, as_said, wait_until
from tests.page.arming import BOTH, pager
from tests.page.real_workers import Plan, Story, Telling, Town, town, until
from tests.page.receiver import answering, dropping, slow
from tests.page.restarting import servers
from tests.patience import ask

pytestmark = pytest.mark.timeout(600)

FLAPS = 10
TRIES = 4
"""So often does Prefect post one message to a receiver that does not take it."""
SLOW_SECONDS = 3
URGENT = frozenset({Severity.CRITICAL})
NO_WORKERS = "pool-no-workers"
OPENED, TOO_LATE, RESOLVED = "CRITICAL", "CRITICAL, over by now", "RESOLVED"


# The stories


def killed(here: Town) -> Story:
    """A real worker dies with work due, and comes back."""
    deployment = here.errand(here.estate.pool("mill"))
    worker = here.start_worker("mill", "ann")
    yield
    yield from until(lambda: here.is_staffed("mill"), "the worker works")
    worker.kill()
    run = here.estate.overdue_run(deployment, minutes=0)
    yield from until(lambda: len(here.heard("mill")) == 1, "its death is told")
    here.start_worker("mill", "ann")
    yield from until(lambda: here.estate.state_of(run)["type"] == "PENDING", "it takes what was due")
    yield from until(lambda: len(here.heard("mill")) >= 2, "its return is told")


def flapping(here: Town) -> Story:
    """A worker comes, and goes with work due, ten times; then it stays."""
    deployment = here.estate.deployment("of-moth", here.estate.pool("moth"))
    yield

    def come() -> None:
        here.estate.worker("moth", every=1)
        here.estate.last_polled("moth", "default", seconds_ago=0)

    for number in range(FLAPS):
        yield from until(lambda: here.is_staffed("moth"), f"it is seen to come, {number}", come)
        run = here.estate.overdue_run(deployment)
        yield from until(lambda: here.finds(NO_WORKERS, "moth"), f"it is seen to be gone, {number}")
        here.estate.cancel(run)
    here.estate.worker("moth")
    yield from until(lambda: len(here.heard("moth")) >= 2, "its end is told")


def calm(here: Town) -> Story:
    """Pools without a worker that harm nobody, and two with overdue runs that wait for a person or for nobody."""
    for pool in ("calm-paused", "calm-deleted", "calm-left"):
        here.estate.staffed_pool(pool)
    here.estate.change_pool("calm-paused", is_paused=True)
    here.estate.delete_pool("calm-deleted")
    here.estate.pool("calm-new")
    here.estate.pool("calm-push", "ecs:push")
    here.estate.overdue_run(here.estate.deployment("left", "calm-left"))
    here.estate.delete_pool("calm-left")
    yield


def held(here: Town) -> Story:
    """A pool with overdue runs is paused."""
    here.deserted("held-paused")
    here.estate.change_pool("held-paused", is_paused=True)
    yield from until(lambda: here.heard("tower", "'held-paused'") != [], "those who want warnings hear of the pause")


def away(name: str, attempts: int = 1) -> Telling:
    """Nobody hears that work is due until the receiver is back; then, that somebody does it."""

    def story(here: Town) -> Story:
        run = here.deserted(name)
        yield from _until_it_is_back(here, name, attempts)
        yield from until(lambda: len(here.heard(name)) == 1, "it is told")
        here.relieve(name, run)
        yield from until(lambda: len(here.heard(name)) >= 2, "its end is told")

    story.__name__ = name
    return story


def over(here: Town) -> Story:
    """It is over before the receiver is back."""
    run = here.deserted("over")
    yield from until(lambda: (NO_WORKERS, "over") in here.incidents(), "the incident is open")
    here.relieve("over", run)
    yield from _until_it_is_back(here, "over")
    yield from until(lambda: len(here.heard("over")) >= 2, "both are told")


def late(here: Town) -> Story:
    """The receiver takes every message, after three seconds."""
    run = here.deserted("late")
    yield from until(lambda: len(here.heard("late")) == 1, "it is told")
    here.relieve("late", run)
    yield from until(lambda: len(here.heard("late")) >= 2, "its end is told")


def restarted(here: Town) -> Story:
    """The server is restarted between the two ends of an incident."""
    run = here.deserted("ship-1")
    yield from until(lambda: len(here.heard("ship")) == 1 and here.is_settled(), "it is told")
    here.server.stop()
    here.server.start()
    here.server.wait_until_ready()
    here.relieve("ship-1", run)
    yield from until(lambda: len(here.heard("ship")) >= 2, "its end is told")


def crashed(here: Town) -> Story:
    """The server is killed after a patrol has posted two incidents, while one of the messages is on its way."""
    runs = {name: here.deserted(f"{name}-2") for name in ("ship", "late")}
    before = here.phones.requests["late"]
    yield
    wait_until(lambda: here.phones.requests["late"] > before, "one message is on its way")
    wait_until(lambda: set(_stored(here)) >= {"ship-2", "late-2"}, "the server has stored both events")
    here.server.kill()
    here.server.start()
    here.server.wait_until_ready()
    for name in runs:
        yield from until(lambda name=name: OPENED in here.heard(name, f"'{name}-2'"), f"the {name} hears of it")
    yield from until(here.is_settled, "both are known to have arrived")
    for name, run in runs.items():
        here.relieve(f"{name}-2", run)
    for name in runs:
        yield from until(lambda name=name: RESOLVED in here.heard(name, f"'{name}-2'"), f"the {name} hears its end")


def at_last(here: Town) -> Story:
    """Once nothing is to be told any more, whoever hears of pools of one name hears of one more such pool."""
    yield from until(here.is_settled, "everything was told")
    for name in _of_one_name(here):
        here.deserted(f"{name}-last")
    for name in _of_one_name(here):
        yield from until(lambda name=name: here.heard(name, f"'{name}-last'") != [], f"the {name} hears of one more")
    yield from until(here.is_settled, "nothing is told again")


def _until_it_is_back(here: Town, name: str, attempts: int = 1) -> Story:
    """The receiver is back when so many attempts are over, so that what Prefect still tries cannot arrive as well."""

    def has_refused() -> bool:
        attempted, rest = divmod(here.phones.requests[name], TRIES)
        return attempted >= attempts and not rest

    yield from until(has_refused, "the receiver refused what was tried")
    assert here.heard(name) == [], "it was away"
    here.behave(name)
    yield from until(lambda: ("page-undelivered", name) in here.incidents(), "the patrols name the pager")


def _stored(here: Town) -> list[str]:
    """What the server has stored that incidents opened about."""
    opened = {"filter": {"event": {"name": ["lifeguard.incident.opened"]}}}
    found = ask(here.estate.api_url, "POST", "events/filter", opened)
    return [event["resource"]["prefect.resource.name"] for event in found.get("events", ())]


def _of_one_name(here: Town) -> list[str]:
    return [each.name for each in here.plan.pagers if each.name != "tower"]


# The towns


def own(name: str, severities: frozenset[Severity] = BOTH) -> Pager:
    """A pager for the pools whose names begin with its own."""
    return pager(name, severities, (f"{name}*",))


gone, failing, long_gone = away("gone"), away("failing"), away("long-gone", attempts=2)
IMPATIENT = {"LIFEGUARD_RETELL_AFTER_SECONDS": "25"}
FLAPS_ARE_ONE = {"LIFEGUARD_POOLS": '{"moth": {"critical_recovery_seconds": 40}}'}
VILLAGERS = (own("mill"), own("moth"), own("calm"), own("held", URGENT), own("long-gone"), pager("tower"))
VILLAGE = Plan(
    VILLAGERS,
    ((killed, flapping, calm, held, long_gone), (at_last,)),
    {"long-gone": answering(503)},
    {**FLAPS_ARE_ONE, **IMPATIENT},
)
OLD_VILLAGE = Plan(
    (own("mill"), own("calm"), own("gone")), ((killed, calm, gone), (at_last,)), {"gone": dropping}, IMPATIENT
)
HARBOUR = Plan(
    (own("gone"), own("failing"), own("over"), own("late"), own("ship"), pager("tower")),
    ((gone, failing, over, late), (restarted,), (crashed,), (at_last,)),
    {"gone": dropping, "failing": answering(500), "over": dropping, "late": slow(SLOW_SECONDS)},
    IMPATIENT,
)
NEW, OLD = "3.9.1", "3.8.8"


@pytest.fixture(scope="module")
def towns(request: pytest.FixtureRequest) -> dict[str, Town]:
    """What was heard in each town, after all that happened there."""
    plans = {NEW: (VILLAGE, Path(sys.executable)), "harbour": (HARBOUR, Path(sys.executable))}
    tests = [item for item in request.session.items if item.path == request.path]
    if OLD_PREFECT in os.environ and any(item.get_closest_marker("old_server") for item in tests):
        plans[OLD] = (OLD_VILLAGE, Path(os.environ[OLD_PREFECT]).parent / "python")
    with servers([python for _, python in plans.values()]) as running, ExitStack() as stack:
        built = [stack.enter_context(town(each, plan)) for each, (plan, _) in zip(running, plans.values(), strict=True)]
        with ThreadPoolExecutor() as threads:
            list(threads.map(Town.live, built))
    return dict(zip(plans, built, strict=True))


@pytest.fixture
def village(towns: dict[str, Town], request: pytest.FixtureRequest) -> Town:
    """The people of the newest version of Prefect, or of the one that a test asks for."""
    version: str = getattr(request, "param", NEW)
    if version not in towns:
        pytest.skip(f"{OLD_PREFECT} does not name the executable of Prefect {version}")
    return towns[version]


@pytest.fixture
def harbour(towns: dict[str, Town]) -> Town:
    return towns["harbour"]


old = pytest.param(OLD, marks=pytest.mark.old_server)
on_both = pytest.mark.parametrize("village", [NEW, old], indirect=True)


def heard(here: Town, name: str, story: Telling, about: str = "") -> list[str]:
    """What a pager heard in a story: all that it ever heard, but for the message that was the last in its town."""
    here.check(story)
    here.check(at_last)
    *_, last = here.phones.subjects(name)
    assert f"'{name}-last'" in last
    return here.heard(name, about)[:-1] if about in last else here.heard(name, about)


def said(here: Town, name: str) -> set[Said]:
    """What the last patrol found in the pools whose names begin so."""
    pools = [each for each in here.findings if each.resource.kind == "work-pool"]
    return {as_said(each) for each in pools if each.resource.name.startswith(f"{name}-")}


# The tests


@on_both
def test_a_killed_worker_is_one_message_and_its_return_is_another(village: Town) -> None:
    assert heard(village, "mill", killed) == [OPENED, RESOLVED]


def test_a_worker_that_flaps_ten_times_is_one_incident_and_two_messages(village: Town) -> None:
    assert heard(village, "moth", flapping) == [OPENED, RESOLVED]
    assert [name for _, name in village.chronicle].count("moth") == 1


@on_both
def test_pools_that_are_paused_deleted_new_or_push_are_no_message(village: Town) -> None:
    assert heard(village, "calm", calm) == []
    assert said(village, "calm") == {
        Said("pool-paused", "info", "work-pool", "calm-paused"),
        Said("push-pool-on-oss", "info", "work-pool", "calm-push"),
        Said("pool-no-workers", "critical", "work-pool", "calm-last", 1),
    }


def test_a_paused_pool_with_overdue_runs_is_no_message_to_whoever_hears_only_of_what_is_critical(village: Town) -> None:
    assert heard(village, "held", held) == []
    assert village.heard("tower", "'held-paused'") == ["WARNING"]


def test_overdue_runs_of_a_deleted_pool_are_told_to_whoever_hears_of_every_pool(village: Town) -> None:
    assert heard(village, "calm", calm) == []
    assert village.heard("tower", "'flow/left'") == [OPENED]


@pytest.mark.parametrize("story", [gone, failing, late], ids=lambda story: story.__name__)
def test_a_receiver_that_is_away_or_slow_gets_one_message_for_each_change(harbour: Town, story: Telling) -> None:
    name = story.__name__
    assert heard(harbour, name, story, f"'{name}'") == [OPENED, RESOLVED]


def test_what_is_over_before_the_receiver_is_back_is_told_from_the_beginning(harbour: Town) -> None:
    assert heard(harbour, "over", over, "'over'") == [TOO_LATE, RESOLVED]


def test_a_receiver_that_is_away_for_longer_gets_one_message_for_each_change(village: Town) -> None:
    assert heard(village, "long-gone", long_gone) == [OPENED, RESOLVED]
    assert village.phones.requests["long-gone"] >= 2 * TRIES + len([OPENED, RESOLVED, "last"])


@pytest.mark.parametrize("village", [old], indirect=True)
def test_a_receiver_that_is_away_gets_one_message_for_each_change_from_an_old_server(village: Town) -> None:
    assert heard(village, "gone", gone) == [OPENED, RESOLVED]


@pytest.mark.parametrize("story", [gone, failing, over], ids=lambda story: story.__name__)
def test_others_hear_at_once_of_what_is_wrong_and_of_who_is_not_reached(harbour: Town, story: Telling) -> None:
    harbour.check(story)
    name = story.__name__
    assert harbour.heard("tower", f"Work pool '{name}'") == [OPENED, RESOLVED]
    assert harbour.heard("tower", f"The pager {name} was not reached") == [OPENED, RESOLVED]


def test_both_ends_of_an_incident_are_told_once_although_the_server_is_restarted_between_them(harbour: Town) -> None:
    assert heard(harbour, "ship", restarted, "'ship-1'") == [OPENED, RESOLVED]


@pytest.mark.parametrize("name", ["ship", "late"])
def test_what_was_posted_before_the_server_was_killed_is_told_once_or_twice(harbour: Town, name: str) -> None:
    told = heard(harbour, name, crashed, f"'{name}-2'")
    assert told in ([OPENED, RESOLVED], [OPENED, OPENED, RESOLVED])
