"""Leaked slots of deployments and tags: how loud, and what the command sets the counter to."""

import pytest

from lifeguard.facts import Leak, Run, TaskWait
from tests import builders as b

NAME = "deployment:deployment-nightly"


@pytest.mark.parametrize(
    ("limit", "held", "waiting", "severity"),
    [
        (1, 0, [b.refused(waits=400)], "critical"),
        (1, 0, [], "warning"),
        (2, 1, [b.refused(waits=400)], "warning"),
        (3, 0, [], "info"),
    ],
)
def test_the_harm_of_a_leak_is_that_of_the_runs_that_wait_for_it(
    limit: int, held: int, waiting: list[Run], severity: str
) -> None:
    taken = min(limit, held + 1)
    seen = b.snapshot(limits=[b.limit(slots=limit, active=taken)], leaks=(Leak(NAME, taken, held),), waiting=waiting)
    (leak,) = [each for each in b.judged(seen) if each.code == "deployment-limit-leaked"]
    assert leak.severity == severity
    assert leak.remedy[0] == f"prefect gcl update --active-slots {held} {NAME}"


def test_the_leak_of_a_deployment_that_was_deleted_is_nobodys() -> None:
    seen = b.snapshot(limits=[b.limit(active=1)], leaks=(Leak(NAME, 1, 0),), deployments=[])
    assert b.judged(seen) == []


def test_a_tag_whose_last_slot_is_leaked_is_critical_where_task_runs_wait() -> None:
    waits = [TaskWait("db", "id-of-running-1", 2, b.ago(400))]
    seen = b.snapshot(
        limits=[b.limit("tag:db", active=1)], leaks=(Leak("tag:db", 1, 0),), active=[b.running()], task_waits=waits
    )
    found = b.judged(seen)
    assert b.severities(found) == {"tag-limit-leaked-slots": "critical", "tag-limit-waiting": "info"}
    assert "it says that 1 slot is taken, and task runs hold none; 2 task runs wait" in found[0].title
