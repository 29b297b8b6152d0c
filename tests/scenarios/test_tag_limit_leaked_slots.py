"""tag-limit-leaked-slots: a slot of a tag that nobody holds, made as it comes about: a server is killed while one is held."""

from collections.abc import Generator
from pathlib import Path

import pytest

from lifeguard.policy import Policy
from tests.estate import Estate, Said, wait_until
from tests.page.restarted_server import RestartedServer, restarted_server
from tests.why.asking import holding, why

AT_ONCE = Policy(task_wait_after_seconds=0)
FOR_SURE = Policy(task_wait_after_seconds=3)
"""A busy server's `Date` is up to two seconds old, so that a look may be dated before the one that went before it."""


@pytest.fixture
def killed(tmp_path: Path) -> Generator[RestartedServer, None, None]:
    with restarted_server(tmp_path, {}) as server:
        yield server


def test_a_slot_that_was_held_when_the_server_was_killed_is_never_given_back(killed: RestartedServer) -> None:
    with Estate(killed.api_url) as estate:
        estate.staffed_pool("mill")
        estate.tag_limit("heavy", 1)
        grind = estate.deployment("grind", "mill")
        holder, waits = estate.running_run(grind, worker="ann"), estate.running_run(grind, worker="ann")
        held = estate.running_task(holder, "heavy")
        killed.kill()
        killed.start()
        estate.end_task(held, "heavy")
        estate.complete(holder)
        estate.task(waits, tags=["heavy"])
        estate.worker("mill")
        estate.poll("mill")
        wait_until(lambda: bool(estate.look(FOR_SURE).snapshot.task_waits), "the task has waited for three seconds")
        report = estate.look(AT_ONCE)
        leak = report.the("tag-limit-leaked-slots")
        assert (leak.severity, leak.run_ids) == ("critical", (waits,))
        assert leak.remedy[0] == "prefect gcl update --active-slots 0 tag:heavy"
        assert report.the("tag-limit-waiting").caused_by == leak.fingerprint
        explanation = why(estate, waits, environment={"LIFEGUARD_TASK_WAIT_AFTER_SECONDS": "0"})
        assert holding(explanation) == ["tag-limit-leaked-slots"]
        assert explanation.next == (
            "prefect gcl update --active-slots 0 tag:heavy",
            f"lifeguard fix {leak.fingerprint}",
        )


def test_a_counter_without_a_holder_is_a_warning_while_nobody_waits(estate: Estate) -> None:
    estate.tag_limit("heavy", 1)
    estate.change_limit("tag:heavy", active_slots=1)
    assert estate.said() == {Said("tag-limit-leaked-slots", "warning", "concurrency-limit", "tag:heavy")}


def test_a_slot_that_a_running_task_holds_is_not_leaked(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.tag_limit("heavy", 1)
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.running_task(run, "heavy")
    assert estate.said() == set()
