"""Troubles of pods become findings: how loud, for which deployment, and what they explain."""

from dataclasses import replace

import pytest

from lifeguard.cluster import Cluster, Pod
from lifeguard.facts import Run
from lifeguard.snapshot import Snapshot
from tests import builders as b

KUBERNETES = [b.pool(type="kubernetes")]


def waiting(diagnosis: str, since: float, number: int = 1) -> Snapshot:
    runs = [b.submitted(f"waits-{n}", state="InfrastructurePending", since=since + 5) for n in range(number)]
    return b.snapshot(
        pools=KUBERNETES,
        active=runs,
        pod_events=tuple(b.pod_event(run, diagnosis=diagnosis, ago=since) for run in runs),
    )


@pytest.mark.parametrize(
    ("diagnosis", "since", "severity"),
    [
        ("Unschedulable", 299, "info"),
        ("Unschedulable", 301, "warning"),
        ("Unschedulable", 901, "critical"),
        ("ImagePullError", 59, "info"),
        ("ImagePullError", 61, "warning"),
        ("ImagePullError", 301, "critical"),
        ("CrashLoopBackOff", 5, "warning"),
        ("CrashLoopBackOff", 301, "critical"),
    ],
)
def test_it_gets_louder_with_time(diagnosis: str, since: float, severity: str) -> None:
    assert [each.severity.value for each in b.judged(waiting(diagnosis, since))] == [severity]


def test_the_runs_of_a_deployment_are_one_finding() -> None:
    (found,) = b.judged(waiting("Unschedulable", 60, number=3))
    assert (found.resource.kind, len(found.run_ids)) == ("deployment", 3)


def test_a_run_whose_pod_waits_is_no_orphan() -> None:
    assert [each.code for each in b.judged(waiting("Unschedulable", 5000))] == ["k8s-unschedulable"]


def test_a_pool_that_lost_its_worker_does_not_hide_why_a_pod_waits() -> None:
    seen = replace(waiting("Unschedulable", 5000), workers={"pool-etl": (b.worker(silent=400),)})
    found = {each.code: (each.severity.value, each.caused_by) for each in b.judged(seen)}
    assert (found["k8s-unschedulable"], found["pool-no-workers"]) == (("critical", None), ("info", None))


def test_what_waits_behind_its_slot_is_explained_by_it() -> None:
    seen = waiting("Unschedulable", 5000)
    full = replace(
        seen, pools=(b.pool(type="kubernetes", limit=1, active_slots=1),), waiting=(b.run("next", overdue=400),)
    )
    found = b.judged(full)
    assert [(each.code, each.severity.value) for each in found] == [
        ("k8s-unschedulable", "critical"),
        ("pool-limit-saturated", "info"),
    ]
    assert found[0].run_ids == ("id-of-waits-0", "id-of-next")


def refused(name: str) -> Run:
    message = "Failed to submit flow run to infrastructure: InfrastructureError: Unable to create Kubernetes job: "
    said = f'Forbidden: jobs.batch "{name}-x7k2p" is forbidden: exceeded quota: jobs. Hint: Check the resource quotas'
    return replace(b.crashed(name), state_message=message + said)


@pytest.mark.parametrize(("number", "severity"), [(1, "warning"), (3, "critical")])
def test_refused_jobs_are_told_once_and_critical_when_the_deployment_does_not_run_at_all(
    number: int, severity: str
) -> None:
    found = b.judged(b.snapshot(ended=[refused(f"refused-{each}") for each in range(number)]))
    assert [(each.code, each.severity.value) for each in found] == [("k8s-rbac-or-quota", severity)]
    assert found[0].evidence["kubernetes_says"] == "jobs.batch is forbidden: exceeded quota: jobs"


def test_a_missing_right_names_the_account_and_the_command_that_asks_for_it() -> None:
    said = (
        'Unable to create Kubernetes job: Forbidden: jobs.batch is forbidden: User "system:serviceaccount:prefect:worker" '
        'cannot create resource "jobs" in API group "batch" in the namespace "team-b". Hint: Check that your service account'
    )
    (found,) = b.judged(b.snapshot(ended=[replace(b.crashed(), state_message=said)]))
    asked = "kubectl auth can-i create jobs.batch --namespace team-b --as system:serviceaccount:prefect:worker"
    assert (found.code, found.remedy[0]) == ("k8s-rbac-or-quota", asked)


def asked(*runs: Run, **more: object) -> Snapshot:
    return b.snapshot(pools=KUBERNETES, active=runs, pods_asked=frozenset(run.id for run in runs), **more)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("since", "severities"), [(59, []), (61, ["warning"]), (301, ["critical"])])
def test_a_job_without_a_pod_is_told_after_a_minute(since: float, severities: list[str]) -> None:
    found = b.judged(asked(b.submitted(since=since)))
    assert [each.severity.value for each in found if each.code == "k8s-no-pod"] == severities


def test_no_pod_is_not_said_where_the_events_were_not_read() -> None:
    seen = replace(asked(b.submitted(since=200)), pods_asked=frozenset[str]())
    assert b.judged(seen) == []


def test_no_pod_is_not_said_where_the_worker_is_dead() -> None:
    seen = asked(b.submitted(since=200), workers=[b.worker(silent=600)])
    assert "k8s-no-pod" not in {each.code for each in b.judged(seen)}


def running(number: int) -> list[Run]:
    return [replace(b.running(f"r{n}", since=600), infrastructure_id=f"mills:r{n}") for n in range(number)]


def test_runs_without_a_word_of_their_pods_mean_that_nobody_observes() -> None:
    (found,) = b.judged(asked(*running(3)))
    assert (found.code, found.severity.value, found.resource.kind) == ("k8s-observer-down", "warning", "work-pool")


def test_a_job_without_a_pod_is_explained_by_an_observer_that_is_down() -> None:
    found = {each.code: each for each in b.judged(asked(*running(2), b.submitted(since=400)))}
    assert found["k8s-no-pod"].caused_by == found["k8s-observer-down"].fingerprint
    assert found["k8s-observer-down"].caused_by is None


def test_one_word_of_one_pod_is_enough_for_an_observer() -> None:
    runs = running(3)
    assert b.judged(replace(asked(*runs), pod_events=(b.pod_event(runs[0], "running"),))) == []


def test_two_runs_without_a_word_may_be_odd_ones() -> None:
    assert b.judged(asked(*running(2))) == []


def test_a_server_that_stores_no_events_has_no_words_of_pods_either() -> None:
    found = b.judged(asked(*running(3), services=b.ServicesSeen(events=b.stored(0))))
    assert "k8s-observer-down" not in {each.code for each in found}


def test_what_the_cluster_shows_now_counts_more_than_what_prefect_was_told_once() -> None:
    told = waiting("Unschedulable", 5000)
    by_id = Pod("mills", "pod-1", "uid", "Pending", run_id="id-of-waits-0")
    by_job = Pod("mills", "pod-1", "uid", "Pending", job_name="waits-0-x7k2p")
    for pod in (by_id, by_job):
        seen = replace(told, clusters=(Cluster("prod", pools=(b.ETL,), pods=(pod,)),))
        assert "k8s-unschedulable" not in {each.code for each in b.judged(seen)}


def test_a_cluster_that_does_not_show_the_pod_leaves_what_prefect_was_told() -> None:
    other = Pod("mills", "pod-2", "uid", "Running", run_id="id-of-another")
    seen = replace(waiting("Unschedulable", 5000), clusters=(Cluster("prod", pools=(b.ETL,), pods=(other,)),))
    assert [each.code for each in b.judged(seen)] == ["k8s-unschedulable"]
