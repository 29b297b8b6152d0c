"""What a day came to: which time is compared with which, whose runs were held up, and what was told in it."""

from datetime import timedelta

from lifeguard.digest import Digest, Held, Wait, held_up, in_all, windows, worst
from lifeguard.history import History
from lifeguard.incidents import Incident
from lifeguard.pickups import Pickups
from tests import builders as b
from tests.report.boards import opened

DAY = 86_400.0


def of_a_day(*incidents: Incident) -> Digest:
    return Digest(History(b.API_URL, b.ago(DAY), b.NOW, incidents))


def test_a_day_is_compared_with_the_day_before_and_with_that_day_a_week_ago() -> None:
    now, before, week_before = windows(b.NOW, 1)
    assert (now.start, before, week_before.end) == (b.ago(DAY), (b.ago(2 * DAY), b.ago(DAY)), b.ago(7 * DAY))


def test_a_week_is_compared_with_the_week_before() -> None:
    now, before, week_before = windows(b.NOW, 7)
    assert now.start - before.start == timedelta(days=7) and before == week_before


def test_only_what_was_told_in_the_window_was_opened_in_it() -> None:
    early = opened(b.finding())
    digest = Digest(History(b.API_URL, b.ago(300), b.NOW, (early,)))
    assert (digest.opened, of_a_day(early).opened, of_a_day(early).resolved) == ([], [early], [])


def test_the_runs_of_incidents_for_which_work_waited_are_named_once() -> None:
    waited, idle = opened(b.finding(runs=2, due=90)), opened(b.finding(pool="idle", runs=2))
    assert held_up([waited, idle, waited]) == ["run-0-of-etl", "run-1-of-etl"]


def test_the_five_deployments_with_most_runs_are_the_worst() -> None:
    waits = [Wait(f"id-{n}", f"flow/{n}", 60.0 * run) for n in range(7) for run in range(n + 1)]
    assert worst(waits)[0] == Held("id-6", "flow/6", 7, 360.0)
    assert [held.runs for held in worst(waits)] == [7, 6, 5, 4, 3]


def test_of_deployments_with_as_many_runs_the_one_that_waited_longest_is_worse() -> None:
    assert [held.name for held in worst([Wait("a", "short", 1), Wait("b", "long", 9)])] == ["long", "short"]


def test_all_pools_together_have_all_the_runs() -> None:
    assert in_all({"a": Pickups.of([1, 2]), "b": Pickups.of([3])}).runs == 3
    assert in_all({}).runs == 0
