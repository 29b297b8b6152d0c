"""k8s-rbac-or-quota: a Job whose pod is refused. All but the quota's words are by hand."""

import pytest

from lifeguard.cluster import LimitRange, Quota, Unseen
from tests.builders import ago
from tests.diagnose.kubernetes.seen import (
    JOB,
    NAMESPACE,
    SUBMITTED,
    cluster,
    container,
    event,
    job,
    pod,
    refusal,
    told,
    trouble,
)

FORBIDDEN = f'pods "{JOB}-x7f2q" is forbidden: '
FULL = "exceeded quota: team, requested: requests.cpu=2, used: requests.cpu=3, limited: requests.cpu=4"
MEMORY = (
    "exceeded quota: team, requested: requests.memory=1Gi, used: requests.memory=7936Mi, limited: requests.memory=8Gi"
)
RANGES = "minimum memory usage per Pod is 64Mi, but request is 16Mi, maximum cpu usage per Pod is 1, but limit is 2"
WORDS = [
    (f"{FORBIDDEN}{FULL}", FULL, "quota 'team' refuses the pod: 2 requests.cpu asked (3 of 4 taken)"),
    (
        f"{FORBIDDEN}{MEMORY}",
        MEMORY,
        "quota 'team' refuses the pod: 1Gi requests.memory asked (7.75Gi of 8Gi taken)",
    ),
    (
        f"{FORBIDDEN}failed quota: team: must specify limits.cpu for: prefect-job; limits.memory for: prefect-job",
        "failed quota: team: must specify limits.cpu for: prefect-job; limits.memory for: prefect-job",
        "quota 'team' demands limits.cpu, limits.memory of every pod, and the pod has none",
    ),
    (
        f"{FORBIDDEN}maximum cpu usage per Container is 1, but limit is 2",
        "maximum cpu usage per Container is 1, but limit is 2",
        "a limit range refuses the pod: maximum cpu usage per Container is 1, but limit is 2",
    ),
    (
        f"{FORBIDDEN}[{RANGES}]",
        f"[{RANGES}]",
        f"a limit range refuses the pod: {RANGES}",
    ),
    (
        'admission webhook "policy.acme.test" denied the request: images come from registry.acme.test only',
        'admission webhook "policy.acme.test" denied the request: images come from registry.acme.test only',
        "admission webhook 'policy.acme.test' denies the pod",
    ),
    (
        'Internal error occurred: failed calling webhook "inject.acme.test": connect: connection refused',
        'Internal error occurred: failed calling webhook "inject.acme.test": connect: connection refused',
        "admission webhook 'inject.acme.test' does not answer, so no pod is let through",
    ),
    (
        f"{FORBIDDEN}ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: tag latest",
        "ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: tag latest",
        "admission policy 'no-latest' denies the pod",
    ),
    (
        f'{FORBIDDEN}violates PodSecurity "restricted:latest": runAsNonRoot != true',
        'violates PodSecurity "restricted:latest": runAsNonRoot != true',
        "the namespace's Pod Security standard 'restricted:latest' forbids the pod",
    ),
    (
        f"{FORBIDDEN}no PriorityClass with name urgent was found",
        "no PriorityClass with name urgent was found",
        "priority class 'urgent' is not there",
    ),
    (
        f"{FORBIDDEN}unable to create new content in namespace {NAMESPACE} because it is being terminated",
        f"unable to create new content in namespace {NAMESPACE} because it is being terminated",
        "the namespace is being deleted",
    ),
    (f"{FORBIDDEN}something new", "something new", "Kubernetes refuses to make the pod"),
    (
        f'Pod "{JOB}-x7f2q" is invalid: spec.containers[0].image: Required value',
        "Pod is invalid: spec.containers[0].image: Required value",
        "Kubernetes refuses to make the pod",
    ),
]


@pytest.mark.parametrize(("message", "words", "says"), WORDS)
def test_what_refuses_a_pod(message: str, words: str, says: str) -> None:
    found = told(cluster(events=[refusal(message)]), run=SUBMITTED)
    assert (found.code, found.words, found.says) == ("k8s-rbac-or-quota", words, says)


def test_tries_are_counted_whether_they_are_one_event_or_many() -> None:
    tries = [refusal(f'pods "{JOB}-{name}" is forbidden: {FULL}', seen=seen) for name, seen in (("a", 90), ("b", 30))]
    found = told(cluster(events=[*tries, refusal("x", seen=200, count=4)]), run=SUBMITTED)
    assert (found.evidence["tries"], found.evidence["last_try"], found.words) == (6, ago(30), FULL)


def test_a_quota_with_room_again_is_said_to_have_it() -> None:
    freed = Quota(NAMESPACE, "team", {"requests.cpu": "4"}, {"requests.cpu": "1"})
    found = told(cluster(events=[refusal(f"{FORBIDDEN}{FULL}")], quotas=(freed,)), run=SUBMITTED)
    assert found.says.endswith("; it has room again, so Kubernetes makes it within 6 minutes")
    assert (found.evidence["used_requests_cpu"], found.evidence["limited_requests_cpu"]) == ("1", "4")


def test_a_quota_that_is_still_full_is_not_said_to_have_room() -> None:
    full = Quota(NAMESPACE, "team", {"requests.cpu": "4"}, {"requests.cpu": "3"})
    other = Quota("team-b", "team", {"requests.cpu": "40"}, {"requests.cpu": "3"})
    found = told(cluster(events=[refusal(f"{FORBIDDEN}{FULL}")], quotas=(other, full)), run=SUBMITTED)
    assert "room again" not in found.says


def test_limit_ranges_of_the_namespace_are_named() -> None:
    ranges = (LimitRange(NAMESPACE, "small"), LimitRange("team-b", "other"))
    found = told(cluster(events=[refusal(WORDS[3][0])], limit_ranges=ranges), run=SUBMITTED)
    assert found.evidence["limit_ranges"] == "small"
    assert found.remedy[1] == f"kubectl describe limitrange --namespace {NAMESPACE}"


def test_a_pod_that_was_made_after_all_is_not_refused() -> None:
    past = [refusal(f"{FORBIDDEN}{FULL}", seen=200), event("SuccessfulCreate", kind="Job", seen=100)]
    found = trouble(cluster(events=past), run=SUBMITTED)
    assert found is None or found.code == "k8s-no-pod"


def test_a_pod_that_is_there_is_asked_itself() -> None:
    seen = cluster(pod(container("running"), phase="Running"), events=[refusal(f"{FORBIDDEN}{FULL}")])
    assert trouble(seen) is None


@pytest.mark.parametrize("kind", ["pods", "jobs"])
def test_a_refusal_is_told_though_pods_or_jobs_may_not_be_read(kind: str) -> None:
    unseen = (Unseen(kind, NAMESPACE, "not allowed", "list"),)
    gone = {"jobs": ()} if kind == "jobs" else {}
    found = told(cluster(events=[refusal(f"{FORBIDDEN}{FULL}")], unseen=unseen, **gone), run=SUBMITTED)
    assert found.words == FULL


def test_a_suspended_job_is_held_back() -> None:
    held = cluster(jobs=(job(is_suspended=True),), events=[event("Suspended", "Job suspended", kind="Job")])
    found = told(held, run=SUBMITTED)
    assert (found.code, found.words) == ("k8s-rbac-or-quota", "Job suspended")
    assert found.says == "the Job is suspended: Kubernetes makes no pod until it is resumed"


def test_without_a_word_a_full_quota_is_the_likely_reason() -> None:
    full = Quota(NAMESPACE, "few", {"pods": "5"}, {"pods": "5"})
    found = told(cluster(quotas=(full,)), run=SUBMITTED)
    assert found.says == "no pod is made, and quota 'few' is full (pods: 5 of 5)"
