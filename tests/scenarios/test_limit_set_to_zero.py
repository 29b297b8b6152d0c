"""limit-set-to-zero: a limit of 0 lets nothing start, whatever it is set on."""

from lifeguard.policy import Policy
from tests.estate import Estate, Said


def test_a_pool_whose_limit_is_zero_starts_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=0)
    estate.overdue_run(estate.deployment("grind", "mill"))
    assert estate.said() == {Said("limit-set-to-zero", "warning", "work-pool", "mill", 1)}


def test_it_is_critical_once_a_run_has_waited_for_too_long(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=0)
    estate.overdue_run(estate.deployment("grind", "mill"))
    policy = Policy(pause_critical_after_seconds=300)
    assert estate.said(policy) == {Said("limit-set-to-zero", "critical", "work-pool", "mill", 1)}


def test_a_queue_whose_limit_is_zero_starts_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill")
    estate.queue("mill", "hot", limit=0)
    estate.poll("mill")
    estate.overdue_run(estate.deployment("grind", "mill", "hot"))
    assert estate.said() == {Said("limit-set-to-zero", "warning", "work-queue", "hot", 1)}


def test_a_deployment_whose_limit_is_zero_starts_nothing(estate: Estate) -> None:
    estate.staffed_pool("mill")
    grind = estate.deployment("grind", "mill", limit=1)
    estate.change_limit(f"deployment:{grind}", limit=0)
    assert estate.try_to_claim(estate.overdue_run(grind)) != "Pending"
    report = estate.look()
    assert report.said == {Said("limit-set-to-zero", "warning", "concurrency-limit", f"deployment:{grind}", 1)}
    assert "Deployment 'flow/grind'" in report.findings[0].title


def test_a_tag_or_a_name_with_a_limit_of_zero_is_a_note(estate: Estate) -> None:
    estate.tag_limit("heavy", 0)
    estate.global_limit("database", 0)
    assert estate.said() == {
        Said("limit-set-to-zero", "info", "concurrency-limit", "tag:heavy"),
        Said("limit-set-to-zero", "info", "concurrency-limit", "database"),
    }


def test_a_limit_of_zero_that_is_switched_off_limits_nothing(estate: Estate) -> None:
    estate.global_limit("database", 0)
    estate.change_limit("database", active=False)
    assert estate.said() == set()


def test_a_limit_of_one_that_is_free_is_no_zero(estate: Estate) -> None:
    estate.staffed_pool("mill", limit=1)
    estate.overdue_run(estate.deployment("grind", "mill", limit=1), minutes=0.5)
    assert estate.said() == set()
