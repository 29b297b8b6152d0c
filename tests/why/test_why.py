"""Why a run has not begun, on real servers: the cause comes first, and what is clear is said to be."""

from pathlib import Path

import pytest

from lifeguard.configuration import ConfigurationError
from tests.estate import Estate, wait_until
from tests.remembering import kept
from tests.why.asking import holding, why


def test_nobody_works_there_and_what_a_worker_would_do_first(estate: Estate) -> None:
    estate.pool("mill")
    grind = estate.deployment("grind", "mill")
    estate.overdue_run(grind, minutes=30)
    explanation = why(estate, estate.overdue_run(grind))
    assert holding(explanation) == ["pool-no-workers", "head-of-line-congestion"]
    assert explanation.next == ("prefect worker start --pool mill --with-healthcheck",)
    assert explanation.outlook == "A worker that comes now first starts the one run that is due before it"


def test_a_pause_explains_more_than_that_nobody_works_there(estate: Estate) -> None:
    estate.pool("mill", paused=True)
    explanation = why(estate, estate.overdue_run(estate.deployment("grind", "mill")))
    assert holding(explanation) == ["pool-paused", "pool-no-workers"]
    assert explanation.outlook == "A worker that comes now would not start it yet: work pool 'mill' is paused"


def test_a_full_pool_names_who_holds_its_slots(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    grind = estate.deployment("grind", "mill")
    holder = estate.running_run(grind)
    explanation = why(estate, estate.overdue_run(grind))
    assert holding(explanation) == ["pool-limit-saturated"]
    assert [each.run_id for each in explanation.holders] == [holder]


def test_a_run_that_was_sent_back_waits_for_its_deployment(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    holder, waiting = estate.running_run(grind), estate.overdue_run(grind)
    assert estate.try_to_claim(waiting) == "AwaitingConcurrencySlot"
    explanation = why(estate, waiting)
    assert holding(explanation) == ["deployment-limit-waiting"]
    assert [each.run_id for each in explanation.holders] == [holder]


def test_a_queue_that_no_worker_asks_for(estate: Estate) -> None:
    estate.pool("mill")
    estate.queue("mill", "gpu")
    estate.worker("mill")
    estate.poll("mill", "default")
    explanation = why(estate, estate.overdue_run(estate.deployment("grind", "mill", "gpu")))
    assert holding(explanation) == ["queue-not-polled"]


def test_a_served_deployment_and_one_that_has_no_home(estate: Estate) -> None:
    served, homeless = estate.deployment("served"), estate.deployment("homeless")
    estate.serve(served)
    assert holding(why(estate, estate.overdue_run(served))) == []
    assert holding(why(estate, estate.overdue_run(homeless))) == ["run-orphaned-no-queue"]


def test_a_run_whose_pool_was_deleted(estate: Estate) -> None:
    estate.pool("mill")
    run = estate.overdue_run(estate.deployment("grind", "mill"))
    estate.delete_pool("mill")
    assert holding(why(estate, run)) == ["run-orphaned-no-queue"]


def test_a_run_of_tomorrow_is_held_by_nothing_but_its_time(estate: Estate) -> None:
    estate.staffed_pool("mill")
    explanation = why(estate, estate.future_run(estate.deployment("grind", "mill"), minutes=60))
    assert holding(explanation) == ["scheduled-in-future"]
    assert explanation.is_held is False


def test_a_claimed_run_names_its_worker(estate: Estate) -> None:
    estate.staffed_pool("mill")
    explanation = why(estate, estate.pending_run(estate.deployment("grind", "mill"), 1, worker="ann"))
    assert holding(explanation) == []
    assert explanation.headline.startswith("Worker 'ann' claimed it: Pending for ")


def test_a_run_that_hangs_behind_a_tag_only_seems_to_run(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.tag_limit("db", 1)
    grind = estate.deployment("grind", "mill")
    estate.running_task(estate.running_run(grind), "db")
    run = estate.running_run(grind)
    estate.task(run, tags=["db"])
    assert holding(why(estate, run)) == []
    impatient = {"LIFEGUARD_TASK_WAIT_AFTER_SECONDS": "1"}
    hangs = ["tag-limit-waiting"]
    wait_until(lambda: holding(why(estate, run, environment=impatient)) == hangs, "the tag to be named")


def test_a_run_that_began_late_is_explained_by_what_was_wrong_then(estate: Estate, tmp_path: Path) -> None:
    database = {"LIFEGUARD_DATABASE_URL": f"sqlite:///{tmp_path / 'history.db'}"}
    estate.pool("mill")
    run = estate.overdue_run(estate.deployment("grind", "mill"))
    kept(estate, tmp_path, database)
    estate.worker("mill")
    estate.claim(run)
    estate.start(run)
    explanation = why(estate, run, tmp_path, database)
    assert [incident.finding.code for incident in explanation.earlier] == ["pool-no-workers"]
    assert explanation.headline.endswith(" after it was due; it is Running")


def test_without_a_history_it_is_said_that_nobody_knows(estate: Estate, tmp_path: Path) -> None:
    estate.staffed_pool("mill")
    run = estate.overdue_run(estate.deployment("grind", "mill"))
    estate.claim(run)
    explanation = why(estate, estate.start(run), tmp_path)
    assert explanation.earlier == ()
    assert explanation.history and explanation.history.startswith("Why it waited is not known: ")


def test_a_run_is_found_by_its_name_and_by_its_page(estate: Estate) -> None:
    run = estate.future_run(estate.deployment("grind"), name="brave | owl")
    assert why(estate, "brave | owl").run.id == run
    assert why(estate, f"http://127.0.0.1:4200/runs/flow-run/{run}?tab=Logs").run.id == run


def test_a_name_that_two_runs_have_is_refused_with_their_ids(estate: Estate) -> None:
    deployment = estate.deployment("grind")
    ids = {estate.future_run(deployment, name="twin") for _ in range(2)}
    with pytest.raises(ConfigurationError) as refused:
        why(estate, "twin")
    assert all(id in str(refused.value) for id in ids)


def test_a_run_that_is_not_there_is_one_sentence(estate: Estate) -> None:
    with pytest.raises(ConfigurationError, match="There is no flow run 'nobody'"):
        why(estate, "nobody")


def test_what_was_done_to_its_pool_is_told_with_the_numbers(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=5)
    grind = estate.deployment("grind", "mill")
    estate.running_run(grind)
    estate.change_pool("mill", concurrency_limit=1)
    run, lowered = estate.overdue_run(grind, minutes=1), "the limit of work pool 'mill' went from 5 to 1"

    def is_told() -> bool:
        changed = why(estate, run).changed
        return changed is not None and lowered in [each.says for each in changed.changes]

    wait_until(is_told, "the event is stored")
