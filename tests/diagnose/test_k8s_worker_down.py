"""k8s-worker-down: when no pod of a worker's Deployment works, what is said of it, and what looks like it and is none."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from lifeguard.cluster import Condition, Unseen, WorkerDeployment
from lifeguard.diagnose.k8s_worker_down import k8s_worker_down
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.worker_deployments import trouble_of
from lifeguard.findings import Finding
from tests import builders as b
from tests import worker_deployments as w
from tests.cluster.recorded import recorded_cluster, recorded_pod

DUE = b.run(overdue=400)
NO_NODE = Condition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available: 1 Insufficient cpu.")
NO_SECRET = w.container(
    state="waiting", reason="CreateContainerConfigError", message='secret "prefect-api-key" not found'
)
NO_IMAGE = w.container(
    image="nope:1", state="waiting", reason="ImagePullBackOff", message='Back-off pulling image "nope:1"'
)
REFUSED = Condition("ReplicaFailure", "True", "FailedCreate", 'pods "x" is forbidden: exceeded quota: compute')


def found(*deployments: WorkerDeployment, **deviations: Any) -> list[Finding]:
    """What the check says of these Deployments, with due work unless told otherwise."""
    own: dict[str, Any] = {"waiting": [DUE], **deviations}
    return k8s_worker_down(b.scene(w.snapshot(w.cluster(*deployments), **own)))


def the(*deployments: WorkerDeployment, **deviations: Any) -> Finding:
    """The only finding."""
    (one,) = found(*deployments, **deviations)
    return one


@pytest.mark.parametrize(
    ("deployment", "says", "words"),
    [
        (w.deployment(replicas=0, available=0), "is scaled to zero, on purpose or by an autoscaler", "spec.replicas: 0"),
        (w.deployment(w.pod(w.crashing()), available=0), "crashes again and again (6 restarts", "CrashLoopBackOff: back-off"),
        (w.deployment(w.pod(w.killed())), "more memory than its limit of 32Mi (6 restarts)", "OOMKilled"),
        (w.deployment(w.pod(NO_IMAGE), available=0), "cannot pull its image 'nope:1'", "ImagePullBackOff: Back-off"),
        (w.deployment(w.pod(NO_SECRET), available=0), "cannot be made", 'secret "prefect-api-key" not found'),
        (w.deployment(w.pod(w.container(state=""), conditions=[NO_NODE]), available=0), "fits on no node", "1 Insufficient"),
        (w.deployment(available=0, pods=(), conditions=(REFUSED,)), "Kubernetes refuses them", "FailedCreate: pods"),
        (w.deployment(available=0, pods=(), conditions=(w.unavailable(),)), "no pod available", "MinimumReplicasUnavailable"),
    ],
)  # fmt: skip
def test_the_title_says_what_keeps_it_and_the_evidence_says_it_in_the_words_of_kubernetes(
    deployment: WorkerDeployment, says: str, words: str
) -> None:
    finding = the(deployment)
    assert says in finding.title
    assert words in str(finding.evidence["kubernetes_says"])


@pytest.mark.parametrize(
    ("run", "severity"), [(DUE, "critical"), (b.run(overdue=-600), "warning"), (b.run(overdue=-7200), "info")]
)
def test_zero_replicas_harm_as_much_as_the_demand_is(run: Any, severity: str) -> None:
    assert the(w.deployment(replicas=0), waiting=[run]).severity == severity


def test_a_worker_that_crashes_is_a_warning_before_work_is_due() -> None:
    assert the(w.deployment(w.pod(w.crashing())), waiting=[]).severity == "warning"


def test_it_explains_that_nobody_works_on_the_pool() -> None:
    seen = w.snapshot(w.cluster(w.deployment(replicas=0)), waiting=[DUE])
    told = {each.code: each.caused_by for each in b.judged(seen)}
    assert told == {"k8s-worker-down": None, "pool-no-workers": "k8s-worker-down:work-pool:pool-etl"}


def test_it_explains_a_crash_loop_that_prefect_sees_by_why_kubernetes_says_it_is_one() -> None:
    starts = [b.worker_event(ago=number) for number in (400, 300, 200, 100)]
    seen = w.snapshot(w.cluster(w.deployment(w.pod(w.killed()))), waiting=[DUE], worker_events=starts)
    told = {each.code: (each.severity.value, bool(each.caused_by)) for each in b.judged(seen)}
    assert told == {
        "k8s-worker-down": ("critical", False),
        "worker-crash-loop": ("info", True),
        "pool-no-workers": ("info", True),
    }


def test_a_heartbeat_between_two_crashes_is_no_life() -> None:
    just_now = b.worker(silent=5, created=40)
    assert the(w.deployment(w.pod(w.killed())), workers=[just_now]).severity == "critical"


def test_where_another_worker_lives_a_crashing_one_is_a_warning_and_accuses_of_no_run() -> None:
    finding = the(w.deployment(w.pod(w.crashing())), alive=True)
    assert (finding.severity, finding.run_ids) == ("warning", ())


@pytest.mark.parametrize(
    "deployment",
    [
        w.deployment(),
        w.deployment(w.pod(w.container(restarts=1, last_reason="Error", last_exit_code=1, last_finished=b.ago(86_400)))),
        w.deployment(w.pod(w.container(restarts=7, last_reason="OOMKilled", last_exit_code=137, last_finished=b.ago(3600)))),
        w.deployment(w.pod(w.container(state="waiting", reason="ContainerCreating"), created=b.ago(20)),
                     available=0, conditions=(w.unavailable(20),)),
        w.deployment(w.pod(NO_IMAGE, created=b.ago(20)), w.pod()),
        w.deployment(w.pod(w.crashing()), w.pod(), replicas=2),
        w.deployment(pool_name="another"),
    ],
    ids=["healthy", "one-restart-a-day-ago", "healed", "rolls-out", "an-old-pod-works", "one-of-two", "another-pool"],
)  # fmt: skip
def test_what_looks_like_it_is_none(deployment: WorkerDeployment) -> None:
    assert found(deployment) == []


def test_a_pod_that_is_told_to_end_works_no_more() -> None:
    ending = replace(w.pod(), deleted=b.ago(5))
    assert "crashes again and again" in the(w.deployment(ending, w.pod(w.crashing()))).title


@pytest.mark.parametrize(("file", "time"), [("pods.earlier", "01:32:00"), ("pods", "01:36:40")])
def test_the_recorded_crash_loops_are_named_at_any_moment_of_theirs(file: str, time: str) -> None:
    scene = Scene(b.snapshot(), b.policy(), datetime.fromisoformat(f"2026-11-22T{time}Z"))
    crash, memory = (
        replace(each, pods=(recorded_pod(f"{each.name}-{'7' if each.name.endswith('worker') else '8'}", file),))
        for each in recorded_cluster().deployments
    )
    told = [(each.is_crash, each.is_out_of_memory) for one in (crash, memory) if (each := trouble_of(scene, one))]
    assert told == [(True, False), (True, True)]


def test_one_deployment_that_works_is_enough() -> None:
    assert found(w.deployment(w.pod(w.crashing()), available=0), w.deployment(name="second")) == []


def test_a_pool_that_was_scaled_to_zero_here_and_is_served_elsewhere_is_no_outage() -> None:
    assert found(w.deployment(replicas=0), alive=True) == []


def test_the_deployment_of_a_pool_that_the_access_is_not_for_is_that_of_another_server() -> None:
    seen = w.snapshot(w.cluster(w.deployment(replicas=0), pools=("other",)), waiting=[DUE])
    assert k8s_worker_down(b.scene(seen)) == []


def test_without_a_look_at_its_pods_the_deployment_itself_is_believed() -> None:
    unseen = (Unseen("pods", "prefect", "not allowed to list pods in prefect", "list"),)
    seen = w.snapshot(w.cluster(w.deployment(pods=()), unseen=unseen), waiting=[DUE])
    assert k8s_worker_down(b.scene(seen)) == []


def test_the_next_step_is_the_log_of_the_container_that_ended() -> None:
    steps = the(w.deployment(w.pod(w.crashing()))).remedy
    logs = "kubectl logs --previous --namespace prefect --container prefect-worker prefect-worker-74574db446-7vfmq"
    known = f"What is known of such lines: {logs} | lifeguard signatures -"
    assert steps == (logs, known, "Then look again: lifeguard check --pool etl")


def test_who_was_scaled_to_zero_is_scaled_up_again_by_name() -> None:
    first, second, _ = the(w.deployment(replicas=0)).remedy
    assert first == "If nobody wants that: kubectl scale deployment --namespace prefect --replicas 1 prefect-worker"
    assert second == "Who did it: kubectl describe deployment --namespace prefect prefect-worker"
