"""tag-limit-waiting: task runs wait behind a tag while their flow run shows RUNNING."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said

AT_ONCE = Policy(task_wait_after_seconds=0)


def _with_full_tag(estate: Estate) -> str:
    """A running flow run of which one task holds the only slot of the tag `heavy`."""
    estate.staffed_pool("mill")
    estate.tag_limit("heavy", 1)
    run = estate.running_run(estate.deployment("grind", "mill"), worker="ann")
    estate.take_slot("tag:heavy")
    estate.task(run, tags=["heavy"], state="RUNNING")
    return run


def test_a_task_run_behind_a_full_tag_is_information_while_the_wait_is_short(estate: Estate) -> None:
    run = _with_full_tag(estate)
    estate.task(run, tags=["heavy"])
    report = estate.look(AT_ONCE)
    assert report.said == {Said("tag-limit-waiting", "info", "concurrency-limit", "tag:heavy", 1)}
    assert report.findings[0].run_ids == (run,)


def test_a_task_run_behind_a_full_tag_is_a_warning_once_it_has_waited_for_too_long(estate: Estate) -> None:
    estate.task(_with_full_tag(estate), tags=["heavy"])
    policy = Policy(task_wait_after_seconds=0, wait_warning_after_seconds=0)
    assert estate.said(policy) == {Said("tag-limit-waiting", "warning", "concurrency-limit", "tag:heavy", 1)}


def test_a_task_run_that_waits_for_something_else_does_not_wait_for_the_tag(estate: Estate) -> None:
    estate.task(_with_full_tag(estate), tags=["light"])
    assert estate.said(AT_ONCE) == set()


def test_a_task_run_that_has_only_just_come_does_not_wait_yet(estate: Estate) -> None:
    estate.task(_with_full_tag(estate), tags=["heavy"])
    assert estate.said() == set()


def test_a_task_run_behind_a_tag_with_a_free_slot_does_not_wait_for_it(estate: Estate) -> None:
    run = _with_full_tag(estate)
    estate.tag_limit("heavy", 2)
    estate.task(run, tags=["heavy"])
    assert estate.said(AT_ONCE) == set()


def test_a_full_tag_holds_back_no_flow_run_that_carries_it(estate: Estate) -> None:
    _with_full_tag(estate)
    estate.overdue_run(estate.deployment("sift", "mill"), minutes=0.5, tags=["heavy"])
    assert estate.said(AT_ONCE) == set()
