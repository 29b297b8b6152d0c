"""The policy: defaults that fit a plain server, bounds that keep a look cheap, exceptions by pool."""

from typing import Any

import pytest
from pydantic import ValidationError

from lifeguard.policy import Policy, PoolPolicy
from tests.builders import policy

DEFAULTS: dict[str, Any] = {
    "overdue_after_seconds": None,
    "look_ahead_seconds": 900,
    "wait_warning_after_seconds": 300,
    "pause_critical_after_seconds": 3600,
    "unexplained_after_seconds": 60,
    "backlog_target_seconds": 600,
    "pending_stuck_after_seconds": 300,
    "infrastructure_stuck_after_seconds": 900,
    "queue_silent_after_seconds": 60,
    "service_stalled_after_seconds": 60,
    "task_wait_after_seconds": 30,
    "heartbeat_silent_after_seconds": 540,
    "dispatch_slow_after_seconds": 120,
    "backlog_runs": 20,
    "failed_lookback_seconds": 3600,
    "failed_in_a_row": 3,
    "server_name": None,
    "critical_for_seconds": 0,
    "warning_for_seconds": 45,
    "info_for_seconds": 45,
    "critical_recovery_seconds": 300,
    "warning_recovery_seconds": 300,
    "info_recovery_seconds": 300,
    "second_look_after_seconds": 30,
    "retell_after_seconds": 90,
    "patrol_late_after_seconds": 120,
    "parts_within_seconds": 240,
    "reread_after_seconds": 600,
    "server_processes": None,
    "database_connections": None,
    "keep_readings_days": 7,
    "keep_hours_days": 400,
    "keep_incidents_days": 400,
    "ignore_pools": (),
    "pools": {},
    "concurrency": 2,
    "pace": 3,
    "call_ceiling": 5000,
    "look_within_seconds": 240,
    "request_timeout_seconds": 10,
    "retry_attempts": 3,
    "retry_wait_ceiling_seconds": 20,
}
OUT_OF_BOUNDS: list[tuple[str, Any]] = [
    ("look_ahead_seconds", -1),
    ("look_ahead_seconds", 31_536_001),
    ("overdue_after_seconds", -0.1),
    ("failed_in_a_row", 0),
    ("backlog_runs", 0),
    ("backlog_target_seconds", 59),
    ("concurrency", 0),
    ("concurrency", 65),
    ("call_ceiling", 9),
    ("pace", -0.1),
    ("pace", 11),
    ("look_within_seconds", 0),
    ("look_within_seconds", 541),
    ("request_timeout_seconds", 0),
    ("parts_within_seconds", 9),
    ("parts_within_seconds", 541),
    ("retry_attempts", -1),
    ("retry_attempts", 11),
    ("retry_wait_ceiling_seconds", 301),
    ("look_ahead_seconds", float("nan")),
    ("look_ahead_seconds", float("inf")),
]


def test_the_defaults_are_those_that_are_documented() -> None:
    assert policy().model_dump() == DEFAULTS


@pytest.mark.parametrize(("name", "value"), OUT_OF_BOUNDS)
def test_a_value_out_of_bounds_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        policy(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("concurrency", 1), ("concurrency", 64), ("call_ceiling", 10), ("retry_attempts", 0), ("look_ahead_seconds", 0)],
)
def test_the_bounds_themselves_are_allowed(name: str, value: Any) -> None:
    assert getattr(policy(**{name: value}), name) == value


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="look_ahed"):
        policy(look_ahed_seconds=1)


def test_an_exception_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="concurrency"):
        policy(pools={"etl": {"concurrency": 1}})


def test_a_policy_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(policy(), "concurrency", 5)  # noqa: B010 - pyright knows that an assignment is forbidden


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Policy.model_fields.items() if not field.description] == []


def test_every_exception_is_a_setting() -> None:
    assert PoolPolicy.model_fields.keys() - Policy.model_fields.keys() == set()


def test_a_pool_without_exceptions_has_the_policy_of_all() -> None:
    own = policy(pools={"ml-*": {"look_ahead_seconds": 1}})
    assert own.for_pool("etl") is own


def test_a_run_without_a_pool_has_the_policy_of_all() -> None:
    own = policy(pools={"*": {"look_ahead_seconds": 1}})
    assert own.for_pool(None) is own


def test_an_exception_overrides_what_it_names_and_nothing_else() -> None:
    own = policy(unexplained_after_seconds=7, pools={"etl": {"look_ahead_seconds": 1}}).for_pool("etl")
    assert (own.look_ahead_seconds, own.unexplained_after_seconds) == (1, 7)


def test_an_exception_of_zero_is_one() -> None:
    assert policy(pools={"etl": {"look_ahead_seconds": 0}}).for_pool("etl").look_ahead_seconds == 0


def test_later_exceptions_win() -> None:
    exceptions = {"*": {"look_ahead_seconds": 1, "unexplained_after_seconds": 2}, "etl*": {"look_ahead_seconds": 3}}
    own = policy(pools=exceptions).for_pool("etl-prod")
    assert (own.look_ahead_seconds, own.unexplained_after_seconds) == (3, 2)


def test_the_order_of_exceptions_is_that_in_which_they_are_written() -> None:
    exceptions = {"etl*": {"look_ahead_seconds": 3}, "*": {"look_ahead_seconds": 1}}
    assert policy(pools=exceptions).for_pool("etl").look_ahead_seconds == 1


@pytest.mark.parametrize(
    ("glob", "name", "is_ignored"),
    [
        ("sandbox-*", "sandbox-1", True),
        ("sandbox-*", "my-sandbox-1", False),
        ("ETL", "etl", False),
        ("etl", "etl", True),
        ("pool-[ab]", "pool-b", True),
        ("pool-?", "pool-10", False),
        ("", "etl", False),
    ],
)
def test_pools_are_ignored_by_glob_and_case(glob: str, name: str, is_ignored: bool) -> None:
    assert policy(ignore_pools=(glob,)).ignores(name) == is_ignored


def test_one_glob_of_several_is_enough() -> None:
    assert policy(ignore_pools=("a*", "b*")).ignores("bench")


def test_nothing_is_ignored_by_default() -> None:
    assert not policy().ignores("anything")
