"""The server's own background services: what they left undone, and when that proves nothing."""

from dataclasses import replace

import pytest

from lifeguard.facts import Server, ServerSettings
from lifeguard.services import ServiceSettings, ServicesSeen, UnmadeRun
from lifeguard.snapshot import Snapshot
from tests.builders import (
    API_URL,
    NOW,
    cancelling,
    judged,
    policy,
    pool,
    queue,
    run,
    severities,
    snapshot,
    stored,
    unmade,
    unseen,
    worker,
)

CORPSE = replace(worker("two", silent=4000), status="ONLINE")
UNMARKED = run(overdue=400, state="Scheduled")
NO_EVENT = ServicesSeen(events=stored(0))

SIGNS: dict[str, Snapshot] = {
    "scheduler-stalled": snapshot(services=ServicesSeen((unmade(after=3000, due=3060),))),
    "late-runs-service-stalled": snapshot(waiting=[UNMARKED]),
    "foreman-stalled": snapshot(workers=[worker(), CORPSE]),
    "events-stalled": snapshot(services=NO_EVENT),
    "cancelling-stuck": snapshot(cancelling=[cancelling(since=4000)]),
}


def said(seen: Snapshot) -> dict[str, str]:
    """What is found beside that runs wait."""
    return {code: each for code, each in severities(judged(seen)).items() if code != "run-overdue-unexplained"}


def of_a_server(seen: Snapshot, **settings: bool | float | None) -> Snapshot:
    """The same, on a server whose services are set otherwise."""
    services = ServiceSettings(**settings)  # pyright: ignore[reportArgumentType]
    return replace(seen, server=Server(API_URL, ready=True, settings=ServerSettings(services=services)))


@pytest.mark.parametrize("code", SIGNS)
def test_one_stalled_service_is_a_warning(code: str) -> None:
    assert said(SIGNS[code]) == {code: "warning"}


@pytest.mark.parametrize("code", SIGNS)
def test_a_server_that_does_not_tell_its_settings_is_not_accused(code: str) -> None:
    assert said(replace(SIGNS[code], missing=(unseen("server settings", essential=False),))) == {}


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("scheduler-stalled", "scheduler_enabled"),
        ("late-runs-service-stalled", "late_runs_enabled"),
        ("foreman-stalled", "foreman_enabled"),
        ("events-stalled", "event_persister_enabled"),
    ],
)
def test_a_service_that_is_switched_off_has_not_stalled(code: str, setting: str) -> None:
    assert said(of_a_server(SIGNS[code], **{setting: False})) == {}


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("scheduler-stalled", "scheduler_loop_seconds"),
        ("late-runs-service-stalled", "late_runs_loop_seconds"),
        ("foreman-stalled", "foreman_loop_seconds"),
        ("cancelling-stuck", "cancellation_loop_seconds"),
    ],
)
def test_a_service_with_a_slower_rhythm_is_waited_for(code: str, setting: str) -> None:
    assert said(of_a_server(SIGNS[code], **{setting: 86_400})) == {}


def test_a_longer_patience_waits_too() -> None:
    found = judged(SIGNS["foreman-stalled"], policy(service_stalled_after_seconds=86_400))
    assert severities(found) == {}


def test_without_any_run_left_a_dead_scheduler_is_critical() -> None:
    assert said(snapshot(services=ServicesSeen((unmade(after=0),)))) == {"scheduler-stalled": "critical"}


@pytest.mark.parametrize("owed", [unmade(unchanged=100), replace(unmade(), schedule_since=None)])
def test_a_schedule_that_was_changed_just_now_or_at_an_unknown_time_owes_no_run_yet(owed: UnmadeRun) -> None:
    assert said(snapshot(services=ServicesSeen((owed,)))) == {}


def test_a_run_that_was_made_just_now_for_a_time_long_past_is_not_late_yet() -> None:
    made = replace(UNMARKED, state_since=NOW)
    assert said(snapshot(waiting=[made])) == {}


def test_a_backlog_that_is_being_marked_is_no_stalled_service() -> None:
    marked = replace(run("marked", overdue=400), state_since=NOW)
    assert said(snapshot(waiting=[UNMARKED, marked])) == {}


def test_a_run_that_waits_for_a_slot_is_never_marked() -> None:
    assert "late-runs-service-stalled" not in said(
        snapshot(waiting=[run(overdue=400, state="AwaitingConcurrencySlot")])
    )


def test_a_queue_that_stays_ready_is_a_sign_of_the_foreman_too() -> None:
    ready = replace(queue("hot", silent=4000), status="READY")
    assert said(snapshot(queues=[queue(), ready])) == {"foreman-stalled": "warning"}


@pytest.mark.parametrize("silent", [95, 145])
def test_a_dead_worker_is_online_until_the_foreman_comes_round(silent: float) -> None:
    just_died = replace(worker("two", silent=silent), status="ONLINE")
    assert said(snapshot(workers=[worker(), just_died])) == {}


def test_one_event_is_enough() -> None:
    assert said(snapshot(services=ServicesSeen(events=stored(1)))) == {}


def test_a_run_that_is_being_cancelled_has_its_time() -> None:
    assert said(snapshot(cancelling=[cancelling(since=350)])) == {}


def test_a_cleanup_that_is_switched_off_is_said() -> None:
    seen = of_a_server(SIGNS["cancelling-stuck"], cancellation_enabled=False)
    assert "switched off" in judged(seen)[0].title


def test_a_server_that_never_ends_cancellations_by_itself_owes_none() -> None:
    assert said(of_a_server(SIGNS["cancelling-stuck"], cancelling_timeout_seconds=None)) == {}


def test_two_signs_are_explained_by_what_they_have_in_common() -> None:
    found = judged(snapshot(waiting=[UNMARKED], services=NO_EVENT))
    dead = next(each for each in found if each.code == "background-services-dead")
    assert (dead.severity.value, dead.evidence["signs"]) == ("critical", "late-runs-service-stalled, events-stalled")
    assert {each.code: each.caused_by for each in found if each.code in SIGNS} == {
        "late-runs-service-stalled": dead.fingerprint,
        "events-stalled": dead.fingerprint,
    }


def test_a_cleanup_that_is_switched_off_is_no_sign_of_death() -> None:
    seen = replace(SIGNS["cancelling-stuck"], services=NO_EVENT)
    assert said(of_a_server(seen, cancellation_enabled=False)) == {
        "cancelling-stuck": "warning",
        "events-stalled": "warning",
    }


def test_no_incident_opens_before_a_second_look_agrees() -> None:
    found = judged(snapshot(waiting=[UNMARKED], services=NO_EVENT, workers=[worker(), CORPSE]))
    assert [each.code for each in found if each.is_confirmed] == ["run-overdue-unexplained"]


def test_the_names_of_users_stay_text() -> None:
    hostile = 'x | `y` {{z}} "q" \u202e\n'
    found = judged(
        snapshot(pools=[pool(hostile)], workers=[worker(pool=hostile), replace(CORPSE, pool_id=f"pool-{hostile}")])
    )
    assert hostile in found[0].title and not any(hostile in step for step in found[0].remedy)
