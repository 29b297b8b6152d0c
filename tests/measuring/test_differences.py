"""Two looks are compared by what they found, and a run that became due in between is no difference."""

from benchmarks.patrol.differences import Differences, differences, told

DOWN, PAUSED = "pool-no-workers:work-pool:1 critical 4 None", "pool-paused:work-pool:2 warning 1 None"


def test_what_only_one_of_them_found_is_a_difference() -> None:
    found = differences([DOWN], [DOWN, PAUSED])
    assert (found.first, list(found.second)) == ([], ["pool-paused:work-pool:2 warning because of None"])


def test_another_severity_or_cause_is_a_difference() -> None:
    assert not differences([DOWN], [DOWN.replace("critical", "warning")]).is_same
    assert not differences([DOWN], [DOWN.replace("None", "scheduler-stalled:server:x")]).is_same


def test_another_number_of_runs_is_told_and_is_none() -> None:
    found = differences([DOWN], [DOWN.replace(" 4 ", " 5 ")])
    assert found.is_same and list(found.numbers.values()) == [("4", "5")]


def test_differences_are_named_with_who_found_them() -> None:
    lines = told([Differences(), differences([DOWN], [])], "cheap", "full")
    assert lines[0].endswith("the same in 1 of 2")
    assert lines[1] == "  only 'cheap': pool-no-workers:work-pool:1 critical because of None"
