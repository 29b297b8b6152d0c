"""What would be done about each code: the steps, what is left for later, and what is never touched."""

import shlex
from dataclasses import replace
from io import StringIO

import orjson
import pytest
from rich.console import Console

from lifeguard.cli import app
from lifeguard.diagnose.checks import diagnose
from lifeguard.facts import OWN_TAG, Run, StoppedSchedule, seconds
from lifeguard.findings import CATALOGUE
from lifeguard.fixable import FIXES, is_addressable, is_fixable
from lifeguard.remedies.old_workers import old_workers
from lifeguard.remedies.plan import PLANNERS, Plan, plan
from lifeguard.remedies.steps import Call, DeleteWorker, SetState
from lifeguard.report.fix_json import plan_json
from lifeguard.report.fix_phrases import done_by
from lifeguard.report.fix_terminal import show_by_hand, show_plan
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests.every_code import findings_of_every_code, scenes_of_findings
from tests.report.test_formats import FORBIDDEN, every_name

OWN = (OWN_TAG,)


def planned(seen: Snapshot, code: str, *, again: bool = False, at_most: int = 20) -> Plan:
    scene = b.scene(seen)
    found = next(finding for finding in diagnose(scene) if finding.code == code)
    return plan(found, scene, again=again, at_most=at_most)


def printed(shown: Plan) -> str:
    screen = StringIO()
    console = Console(file=screen, width=400, highlight=False)
    if shown.steps:
        show_plan(shown, b.API_URL, console)
    else:
        show_by_hand(shown, console)
    return screen.getvalue()


def calls(shown: Plan) -> list[Call]:
    return [step.call for step in shown.steps]


def names(shown: Plan) -> list[str]:
    return [step.run.name for step in shown.steps if isinstance(step, SetState)]


def orphans(*own: Run) -> Snapshot:
    """Three runs that were claimed an hour ago, and these."""
    stuck = [b.pending(f"stuck-{number}", since=3600 + number) for number in range(3)]
    return b.snapshot(active=[*stuck, *own])


def silent(*silences: float, tags: tuple[str, ...] = ()) -> Snapshot:
    """Runs of a live worker that were last heard so many seconds ago, and one with these tags."""
    runs = [b.running(f"silent-{number}", since=9000) for number in range(len(silences))]
    own = b.running("own", since=9000, tags=tags)
    heard = [b.heard(run, silence) for run, silence in zip(runs, silences, strict=True)]
    beats = {id: each for some in [*heard, b.heard(own, 9000)] for id, each in some.items()}
    return b.snapshot(active=[*runs, *([own] if tags else [])], heartbeats=beats)


def test_every_code_that_is_said_to_be_fixable_is_one_that_can_be_planned() -> None:
    assert set(FIXES) == set(PLANNERS)
    assert set(FIXES) <= set(CATALOGUE)


@every_name
def test_a_finding_has_steps_exactly_where_its_command_is_offered(name: str) -> None:
    scenes = scenes_of_findings(name)
    assert set(FIXES) <= set(scenes)
    assert [
        code for code, (found, scene) in scenes.items() if bool(plan(found, scene).steps) != is_fixable(found)
    ] == []


@every_name
def test_a_plan_shows_every_name_and_obeys_none(name: str) -> None:
    text = "".join(printed(plan(found, scene)) for found, scene in scenes_of_findings(name).values())
    assert not [character for character in FORBIDDEN if character in text]


@every_name
def test_every_command_of_a_plan_is_one_that_lifeguard_takes(name: str) -> None:
    shown = [plan(found, scene, at_most=7) for found, scene in scenes_of_findings(name).values()]
    pool = b.pool(name)
    shown.append(old_workers(b.scene(b.snapshot(pools=[pool])), pool, "1h", b.NOW, 20))
    if any(not character.isprintable() for character in name):
        shown.pop()  # $'...' is the shell's, which shlex does not know
    for each in shown:
        app.parse_args(shlex.split(done_by(each))[1:], exit_on_error=False, print_error=False)


@every_name
def test_json_gives_every_call_back_as_it_is_made(name: str) -> None:
    for found, scene in scenes_of_findings(name).values():
        made = plan(found, scene)
        told = orjson.loads(plan_json(made))
        assert [(step["method"], step["path"]) for step in told["steps"]] == [(c.method, c.path) for c in calls(made)]
        assert told["finding"]["resource"]["name"] == found.resource.name


def test_what_nothing_can_be_done_about_comes_with_what_to_do_by_hand() -> None:
    found = findings_of_every_code()["foreman-stalled"]
    text = printed(plan(found, b.scene()))
    assert "cannot do anything about it; by hand:" in text
    assert all(step in text for step in found.remedy)


def test_a_paused_pool_is_resumed_by_one_call() -> None:
    made = planned(b.snapshot(pools=[b.pool("it's 50%", is_paused=True)]), "pool-paused")
    assert calls(made) == [Call("PATCH", "work_pools/it%27s%2050%25", {"is_paused": False})]


def test_a_pool_that_no_path_can_name_is_left_alone() -> None:
    made = planned(b.snapshot(pools=[b.pool("..", is_paused=True)]), "pool-paused")
    assert (made.steps, len(made.untouched)) == ((), 1)


def test_orphans_are_cancelled_by_force_longest_first() -> None:
    made = planned(orphans(), "stuck-pending-orphan")
    message = "Set by `lifeguard fix`: it was claimed and nobody starts it"
    assert names(made) == ["stuck-2", "stuck-1", "stuck-0"]
    body = {"state": {"type": "CANCELLED", "message": message}, "force": True}
    assert calls(made)[0] == Call("POST", "flow_runs/id-of-stuck-2/set_state", body)


def test_orphans_are_run_again_where_that_is_asked_for() -> None:
    made = planned(orphans(), "stuck-pending-orphan", again=True)
    assert {step.type for step in made.steps if isinstance(step, SetState)} == {"SCHEDULED"}
    assert "--again" in done_by(made)


def test_no_more_is_done_at_a_time_than_asked_for() -> None:
    made = planned(orphans(), "stuck-pending-orphan", at_most=2)
    assert (len(made.steps), made.left) == (2, 1)
    assert "--at-most 2" in done_by(made)


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        (orphans(b.pending("own", since=9000, tags=OWN)), "stuck-pending-orphan"),
        (silent(9000, tags=OWN), "zombie-running"),
        (
            b.snapshot(retrying=[b.retrying(due=600), replace(b.retrying("own", due=600), tags=frozenset(OWN))]),
            "awaiting-retry-orphaned",
        ),
        (
            b.snapshot(
                cancelling=[b.cancelling(since=9000), replace(b.cancelling("own", since=9000), tags=frozenset(OWN))]
            ),
            "cancelling-stuck",
        ),
    ],
    ids=["claimed", "running", "retrying", "cancelling"],
)
def test_runs_of_lifeguard_are_never_touched_and_that_is_said(seen: Snapshot, code: str) -> None:
    made = planned(seen, code)
    assert [step.says for step in made.steps if "'own'" in step.says] == []
    assert made.untouched == ("Lifeguard's own runs, 1 of them",)


def test_a_run_that_may_only_be_busy_is_left_alone() -> None:
    made = planned(silent(9000, 600), "zombie-running")
    assert names(made) == ["silent-0"]
    assert made.untouched == ("run 'silent-1' (id-of-silent-1): it may only be busy",)


def test_which_of_several_schedules_is_wanted_is_left_to_people() -> None:
    seen = b.snapshot(stopped_schedules=[StoppedSchedule("deployment-nightly", False, 2, b.ago(60), "a-schedule")])
    made = planned(seen, "schedule-inactive")
    assert made.steps == ()
    assert "2 schedules" in made.untouched[0]


def test_records_of_workers_are_deleted_oldest_first_and_never_those_of_live_ones() -> None:
    day = 86_400.0
    gone = [b.worker("old", silent=4 * day), b.worker("older", silent=5 * day)]
    crew = [b.worker("new"), *gone, b.worker("never", silent=None)]
    made = old_workers(b.scene(b.snapshot(workers=crew)), b.pool(), "3d", b.NOW - seconds(3 * day), 20)
    assert [step.worker.name for step in made.steps if isinstance(step, DeleteWorker)] == ["older", "old"]
    assert done_by(made) == "lifeguard fix --yes --old-workers etl --older-than 3d"


def test_a_worker_whose_path_would_be_that_of_its_pool_is_left_alone() -> None:
    crew = [b.worker(name, silent=90_000) for name in ("..", ".", "a/b", "a\nb", "a b")]
    made = old_workers(b.scene(b.snapshot(workers=crew)), b.pool(), "1h", b.ago(3600), 20)
    assert [call.path for call in calls(made)] == ["work_pools/etl/workers/a%20b"]
    assert len(made.untouched) == 4


def test_a_worker_that_promises_a_beat_a_week_is_not_gone_after_a_day() -> None:
    slow = b.worker("slow", silent=86_400, heartbeat=604_800)
    assert old_workers(b.scene(b.snapshot(workers=[slow])), b.pool(), "1h", b.ago(3600), 20).steps == ()


def test_a_name_is_addressable_only_where_its_path_names_it_alone() -> None:
    assert [name for name in ("a", "..a", "a%2F..", "?", "..", ".", "../x", "a\tb") if is_addressable(name)] == [
        *("a", "..a", "a%2F..", "?"),
    ]
