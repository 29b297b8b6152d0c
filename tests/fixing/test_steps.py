"""Each kind of step on a real server: it does what it says, and it is not done where somebody was quicker."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lifeguard.diagnose.scene import Scene
from lifeguard.facts import Run, seconds
from lifeguard.fixes import StepFate
from lifeguard.remedies.old_workers import old_workers
from lifeguard.remedies.steps import Call, HandOver, SetState, Switch
from tests.estate import PATIENT, Estate, wait_until
from tests.fixing.mending import Mending, do, fates, scene_of

DONE, SKIPPED, FAILED, NOT_TRIED = StepFate.DONE, StepFate.SKIPPED, StepFate.FAILED, StepFate.NOT_TRIED
HOSTILE = 'it\'s | \u202e `50` "🙂" {x}?#'


def the_run(estate: Estate, id: str) -> Run:
    seen = estate.look().snapshot
    return next(run for run in (*seen.active, *seen.waiting, *seen.cancelling, *seen.retrying) if run.id == id)


def grinding(estate: Estate) -> str:
    """A deployment on a staffed pool."""
    return estate.deployment("grind", estate.staffed_pool("mill"))


def leaky(estate: Estate) -> str:
    """The run that waits for a slot that is leaked."""
    grind = estate.deployment("grind", estate.staffed_pool("mill"), limit=1)
    estate.change_limit(f"deployment:{grind}", active_slots=1)
    run = estate.overdue_run(grind)
    assert estate.try_to_claim(run) == "AwaitingConcurrencySlot"
    return run


def test_a_pool_and_a_queue_of_any_name_are_resumed(mending: Mending) -> None:
    mending.estate.pool(HOSTILE, paused=True)
    mending.estate.queue(HOSTILE, f"{HOSTILE} too", paused=True)
    for code in ("pool-paused", "queue-paused"):
        applied = mending.apply(mending.planned(code))
        assert (fates(applied.fix.steps), applied.fix.held) == ([DONE], True)


def test_a_deployment_is_resumed_and_its_only_schedule_switched_on(mending: Mending) -> None:
    grind = grinding(mending.estate)
    mending.estate.inactive_schedule(grind)
    mending.estate.pause_deployment(grind)
    for code in ("deployment-paused", "schedule-inactive"):
        applied = mending.apply(mending.planned(code))
        assert (fates(applied.fix.steps), applied.fix.held) == ([DONE], True)


def test_what_somebody_has_resumed_meanwhile_is_skipped(mending: Mending) -> None:
    mending.estate.pool("mill", paused=True)
    made = mending.planned("pool-paused")
    mending.estate.change_pool("mill", is_paused=False)
    applied = mending.apply(made)
    assert applied.fix.steps[0].why == "somebody has done it already"
    assert (fates(applied.fix.steps), applied.is_recorded) == ([SKIPPED], None)


def test_a_pool_that_was_made_anew_under_the_same_name_is_left_alone(mending: Mending) -> None:
    mending.estate.pool("mill", paused=True)
    made = mending.planned("pool-paused")
    mending.estate.delete_pool("mill")
    mending.estate.pool("mill", paused=True)
    assert mending.apply(made).fix.steps[0].why == "it is no longer there"
    assert mending.estate.look().snapshot.pools[0].is_paused


def test_a_leaked_slot_of_a_deployment_is_freed(mending: Mending) -> None:
    run = leaky(mending.estate)
    applied = mending.apply(mending.planned("deployment-limit-leaked"))
    assert (fates(applied.fix.steps), applied.fix.held) == ([DONE], True)
    mending.estate.postpone(run, -1)
    assert mending.estate.try_to_claim(run) == "Pending"


def test_a_counter_that_has_moved_meanwhile_is_left_alone(mending: Mending) -> None:
    leaky(mending.estate)
    made = mending.planned("deployment-limit-leaked")
    limit = made.finding.resource.id
    mending.estate.change_limit(f"deployment:{limit}", active_slots=0)
    assert mending.apply(made).fix.steps[0].why == "the counter has moved and is 0 now"


def test_a_slot_that_a_run_holds_by_now_is_left_to_it(mending: Mending) -> None:
    run = leaky(mending.estate)
    made = mending.planned("deployment-limit-leaked")
    mending.estate.change_limit(f"deployment:{made.finding.resource.id}", active_slots=0)
    mending.estate.postpone(run, -1)
    mending.estate.claim(run)
    assert mending.apply(made).fix.steps[0].why == "1 slot is held now"


def test_a_leaked_slot_of_a_tag_is_freed(mending: Mending) -> None:
    mending.estate.tag_limit("heavy", 1)
    mending.estate.change_limit("tag:heavy", active_slots=1)
    applied = mending.apply(mending.planned("tag-limit-leaked-slots"))
    assert (fates(applied.fix.steps), applied.fix.held) == ([DONE], True)


def test_an_orphan_is_cancelled_and_its_slot_is_free(mending: Mending) -> None:
    grind = mending.estate.deployment("grind", mending.estate.staffed_pool("mill"), limit=1)
    stuck = mending.estate.pending_run(grind)
    applied = mending.apply(mending.planned("stuck-pending-orphan"))
    assert (fates(applied.fix.steps), applied.fix.held) == ([DONE], True)
    assert mending.estate.state_of(stuck)["name"] == "Cancelled"
    mending.estate.pending_run(grind)


def test_an_orphan_is_put_back_to_scheduled_and_can_be_claimed(mending: Mending) -> None:
    stuck = mending.estate.pending_run(grinding(mending.estate))
    applied = mending.apply(mending.planned("stuck-pending-orphan", again=True))
    assert (fates(applied.fix.steps), applied.fix.held) == ([DONE], True)
    assert mending.estate.try_to_claim(stuck) == "Pending"


def test_a_run_that_has_begun_meanwhile_is_not_killed(mending: Mending) -> None:
    stuck = mending.estate.pending_run(grinding(mending.estate))
    made = mending.planned("stuck-pending-orphan")
    mending.estate.start(stuck)
    assert mending.apply(made).fix.steps[0].why == "it has gone on and is Running now"
    assert mending.estate.state_of(stuck)["type"] == "RUNNING"


def test_what_is_left_by_at_most_is_still_found(mending: Mending) -> None:
    grind = grinding(mending.estate)
    for _ in range(3):
        mending.estate.pending_run(grind)
    applied = mending.apply(mending.planned("stuck-pending-orphan", at_most=2))
    assert (fates(applied.fix.steps), applied.fix.held) == ([DONE, DONE], False)
    assert applied.again is not None and applied.again.title.startswith("1 run ")


def test_a_run_of_lifeguard_is_refused_even_where_a_plan_names_it(estate: Estate) -> None:
    own = estate.pending_run(grinding(estate), tags=["lifeguard"])
    done = do(estate, SetState(the_run(estate, own), "CANCELLED", "a mistake"))
    assert (done[0].fate, done[0].why) == (SKIPPED, "it is one of Lifeguard's own runs")


def test_a_zombie_is_made_crashed_unless_it_was_heard_again(estate: Estate) -> None:
    grind = grinding(estate)
    mute, heard = estate.start(estate.pending_run(grind), is_heard=False), estate.running_run(grind)
    wait_until(lambda: estate.heartbeats_kept(heard) > 0, "the server keeps its heartbeat")
    an_hour_ago = datetime.now(UTC) - seconds(3600)
    steps = [SetState(the_run(estate, run), "CRASHED", "silent", an_hour_ago) for run in (mute, heard)]
    assert fates(do(estate, *steps)) == [DONE, SKIPPED]
    assert [estate.state_of(run)["type"] for run in (mute, heard)] == ["CRASHED", "RUNNING"]


def test_a_run_that_stays_cancelling_is_ended(estate: Estate) -> None:
    run = estate.ask_to_cancel(estate.running_run(grinding(estate)))
    assert fates(do(estate, SetState(the_run(estate, run), "CANCELLED", "it stayed Cancelling"))) == [DONE]
    assert estate.state_of(run)["name"] == "Cancelled"


def test_an_orphaned_retry_is_handed_out_to_a_worker_with_its_policy(estate: Estate) -> None:
    run = estate.start(estate.pending_run(grinding(estate)), is_heard=False)
    estate.await_retry(run, -2)
    seen = the_run(estate, run)
    assert fates(do(estate, HandOver(seen), HandOver(seen))) == [DONE, SKIPPED]
    assert run in estate.handed_out("mill")


def test_the_next_steps_are_not_tried_once_one_has_failed(estate: Estate) -> None:
    estate.pool("mill", paused=True)
    id = estate.look().snapshot.pools[0].id
    wrong = Switch(
        "a pool", id, "work_pools/mill", "is_paused", Call("PATCH", "work_pools/nowhere", {"is_paused": False})
    )
    right = replace(wrong, call=Call("PATCH", "work_pools/mill", {"is_paused": False}))
    done = do(estate, wrong, right)
    assert (fates(done), done[0].why) == ([FAILED, NOT_TRIED], "HTTP 404")
    assert estate.look().snapshot.pools[0].is_paused


@pytest.mark.parametrize("name", ["ann", HOSTILE])
def test_the_record_of_a_worker_is_deleted_and_no_other(estate: Estate, name: str) -> None:
    estate.pool("mill")
    for each in (name, "eve"):
        estate.worker("mill", each)
    made = old_workers(tomorrow(estate), estate.look().snapshot.pools[0], "1h", datetime.now(UTC), 1)
    assert fates(do(estate, *made.steps)) == [DONE]
    assert workers(estate) == ["eve"]


def test_a_worker_that_was_heard_again_keeps_its_record(estate: Estate) -> None:
    estate.pool("mill")
    estate.worker("mill")
    made = old_workers(tomorrow(estate), estate.look().snapshot.pools[0], "1h", datetime.now(UTC), 20)
    estate.worker("mill")
    assert fates(do(estate, *made.steps)) == [SKIPPED]
    assert workers(estate) == ["ann"]


def workers(estate: Estate) -> list[str]:
    seen = estate.look().snapshot
    return [worker.name for worker in seen.workers[seen.pools[0].id]]


def tomorrow(estate: Estate) -> Scene:
    """The estate as if nobody had been heard since yesterday."""
    now = scene_of(estate)
    return Scene(now.snapshot, PATIENT, now.now + seconds(86_400))
