"""k8s-no-pod by the cluster: a Job that is gone, has ended, or has no pod for no reason that is told. By hand."""

from dataclasses import replace

import pytest

from lifeguard.cluster import Cluster, Unseen
from tests.builders import ago
from tests.diagnose.kubernetes.seen import (
    CRASHED,
    JOB,
    NAMESPACE,
    SUBMITTED,
    cluster,
    condition,
    event,
    job,
    pod,
    told,
    trouble,
)


def test_a_job_that_was_deleted_is_told() -> None:
    found = told(cluster(jobs=()), run=SUBMITTED)
    assert (found.code, found.words) == ("k8s-no-pod", f'jobs.batch "{JOB}" not found')
    assert found.says == f"the Job {NAMESPACE}/{JOB} is gone: it was deleted, and Prefect was not told"


@pytest.mark.parametrize(
    "seen",
    [
        cluster(jobs=(), namespaces=("team-b",)),
        cluster(jobs=(), unseen=(Unseen("jobs", NAMESPACE, "not allowed", "list"),)),
        cluster(jobs=(), pools=("other",)),
    ],
    ids=["namespace not read", "jobs not read", "another pool"],
)
def test_a_job_is_not_called_deleted_where_nobody_looked(seen: Cluster) -> None:
    assert trouble(seen, run=SUBMITTED) is None


def test_a_job_that_is_only_just_made_is_not_called_deleted() -> None:
    assert trouble(cluster(jobs=()), run=replace(SUBMITTED, state_since=ago(20))) is None


def test_a_run_without_a_job_has_nothing_in_the_cluster() -> None:
    assert trouble(cluster(jobs=()), run=replace(SUBMITTED, infrastructure_id=None)) is None


def test_a_run_that_crashed_needs_no_pod() -> None:
    assert trouble(cluster(jobs=()), run=CRASHED) is None


def test_a_job_without_a_pod_or_a_word_says_so() -> None:
    found = told(cluster(), run=SUBMITTED)
    assert (found.code, found.words) == ("k8s-no-pod", "")
    assert (
        found.says == "the Job is there without a pod, and its events tell no reason: Kubernetes keeps them for an hour"
    )


def test_events_that_could_not_be_read_are_said_to_be() -> None:
    unseen = (Unseen("events", NAMESPACE, "not allowed", "list"),)
    assert told(cluster(unseen=unseen), run=SUBMITTED).says.endswith("and its events could not be read")


@pytest.mark.parametrize(
    "seen",
    [
        cluster(jobs=(job(created=30),)),
        cluster(jobs=(job(active=1),)),
        cluster(unseen=(Unseen("pods", NAMESPACE, "not allowed", "list"),)),
    ],
    ids=["young", "says it has a pod", "pods not read"],
)
def test_a_job_is_not_accused_too_early(seen: Cluster) -> None:
    assert trouble(seen, run=SUBMITTED) is None


def test_a_job_that_ended_without_a_pod_says_how() -> None:
    ended = condition("Failed", reason="DeadlineExceeded", message="Job was active longer than specified deadline")
    found = told(cluster(jobs=(job(conditions=(ended,)),)), run=SUBMITTED)
    assert found.says == "the Job has ended (DeadlineExceeded) without the run"


def test_what_an_earlier_attempt_left_is_not_this_one() -> None:
    again = replace(SUBMITTED, state_since=ago(100))
    failed = job(created=900, conditions=(condition("Failed", reason="BackoffLimitExceeded"),))
    left = pod(phase="Failed", created=900)
    assert trouble(cluster(left, jobs=(failed,), events=[event("BackoffLimitExceeded", kind="Job")]), run=again) is None
