"""k8s-rbac-or-quota: Kubernetes forbids the Job of a run, and the message of the crashed run says why."""

from tests.estate import Estate, Said
from tests.pods.recording import message_of


def test_a_job_that_a_quota_forbids_is_told_in_the_words_of_kubernetes(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    estate.crash(estate.pending_run(estate.deployment("grind", "mill")), message_of("run-jobquota"))
    report = estate.look()
    assert report.said == {Said("k8s-rbac-or-quota", "warning", "deployment", "flow/grind", 1)}
    assert "exceeded quota: jobs, requested: count/jobs.batch=1" in report.findings[0].title


def test_three_in_a_row_are_critical(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    grind = estate.deployment("grind", "mill")
    for _ in range(3):
        estate.crash(estate.pending_run(grind), message_of("run-jobquota"))
    assert estate.said() == {Said("k8s-rbac-or-quota", "critical", "deployment", "flow/grind", 3)}


def test_a_namespace_that_is_missing_is_no_right_and_no_quota(estate: Estate) -> None:
    estate.staffed_pool("mill", "kubernetes")
    estate.crash(estate.pending_run(estate.deployment("grind", "mill")), message_of("run-nons"))
    assert estate.said() == {Said("infra-submit-failed", "warning", "deployment", "flow/grind", 1)}
