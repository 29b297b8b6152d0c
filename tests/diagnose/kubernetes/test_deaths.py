"""k8s-oom-evicted-crashloop: how a container died, `lastState` first, and what only looks like it. All of it by hand."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import ago
from tests.diagnose.kubernetes.seen import BEGUN, CRASHED, WAITS, cluster, condition, container, pod, told, trouble

NOT_READY = condition("Ready", "False", since=120)


def ended(reason: str = "Error", code: int | None = 1, **more: Any) -> Any:
    """A container that has ended."""
    return container("terminated", reason, exit_code=code, **more)


def failed(*containers: Any, **more: Any) -> Any:
    """A pod that has failed for two minutes."""
    return pod(*containers, phase="Failed", conditions=(condition(), NOT_READY), **more)


@pytest.mark.parametrize(
    ("reason", "code", "says"),
    [
        ("OOMKilled", 137, "out of memory, that of its node: it has no limit"),
        ("StartError", 128, "its command cannot be started"),
        ("ContainerCannotRun", 127, "its command cannot be started"),
        ("Error", 1, "it ended with exit code 1"),
        ("Error", 126, "its command may not be executed (exit code 126)"),
        ("Error", 127, "its command was not found (exit code 127)"),
        ("Error", 137, "it was killed (exit code 137, SIGKILL)"),
        ("Error", 139, "it crashed in native code (exit code 139, SIGSEGV)"),
        ("Error", 143, "it was told to end (exit code 143, SIGTERM)"),
        ("ContainerStatusUnknown", None, "ContainerStatusUnknown"),
    ],
)
def test_how_a_container_died(reason: str, code: int | None, says: str) -> None:
    found = told(cluster(failed(ended(reason, code))), run=CRASHED)
    assert (found.code, found.says) == ("k8s-oom-evicted-crashloop", f"container 'prefect-job' died: {says}")
    assert found.is_over and found.since == ago(120)


def test_an_eviction_is_what_kubernetes_calls_so() -> None:
    message = (
        "The node was low on resource: memory. Container prefect-job was using 2Gi, which exceeds its request of 0."
    )
    found = told(cluster(failed(ended("Error", 137), reason="Evicted", message=message)), run=CRASHED)
    assert (found.says, found.words) == ("the node evicted the pod", message)


def test_since_126_a_condition_tells_who_took_a_pod_away() -> None:
    target = condition(
        "DisruptionTarget", "True", "PreemptionByScheduler", "default-scheduler: preempting to accommodate a pod"
    )
    found = told(cluster(pod(ended("Error", 143), phase="Failed", conditions=(target,))), run=CRASHED)
    assert found.says == "Kubernetes took the pod away (PreemptionByScheduler)"
    assert found.words == "default-scheduler: preempting to accommodate a pod"


def test_a_loop_is_explained_by_its_last_end() -> None:
    loops = container("waiting", "CrashLoopBackOff", restarts=4, last_reason="OOMKilled", last_exit_code=137)
    found = told(cluster(pod(replace(loops, limits={"memory": "64Mi"}), phase="Running")))
    assert found.says == "container 'prefect-job' dies again and again (4 restarts): out of memory, its limit is 64Mi"
    assert "--previous" in found.remedy[1]


def test_a_container_that_runs_after_two_deaths_is_in_a_loop() -> None:
    runs = container("running", restarts=2, last_reason="Error", last_exit_code=1)
    assert told(cluster(pod(runs, phase="Running"))).says.startswith("container 'prefect-job' dies again and again")
    assert trouble(cluster(pod(replace(runs, restarts=1), phase="Running"))) is None


def test_the_container_that_ran_out_of_memory_is_told_first() -> None:
    sidecar = replace(ended("Error", 2), name="sidecar")
    found = told(cluster(failed(sidecar, ended("OOMKilled", 137))), run=CRASHED)
    assert found.evidence["container"] == "prefect-job"


def test_an_init_container_that_failed_is_told_by_its_name() -> None:
    init = replace(ended("Error", 3, is_init=True), name="fetch")
    found = told(cluster(failed(container("waiting", "PodInitializing"), init)), run=CRASHED)
    assert found.says == "container 'fetch' died: it ended with exit code 3"


@pytest.mark.parametrize(
    "seen",
    [
        pod(container("terminated", "Completed", exit_code=0), phase="Succeeded"),
        pod(container("running"), phase="Running"),
        pod(container("running"), replace(ended("Error", 1), name="sidecar"), phase="Running"),
    ],
    ids=["succeeded", "runs", "a sidecar ended"],
)
@pytest.mark.parametrize("run", [WAITS, BEGUN, CRASHED], ids=["pending", "running", "crashed"])
def test_what_did_not_die_is_no_trouble(seen: Any, run: Any) -> None:
    assert trouble(cluster(seen), run=run) is None


def test_a_flow_that_began_and_ended_itself_is_no_matter_of_the_cluster() -> None:
    began = replace(CRASHED, run_count=1)
    assert trouble(cluster(failed(ended("Error", 1))), run=began) is None
    assert told(cluster(failed(ended("OOMKilled", 137))), run=began).code == "k8s-oom-evicted-crashloop"


def test_a_running_run_whose_pod_has_failed_is_told_after_a_minute() -> None:
    young = pod(ended("OOMKilled", 137), phase="Failed", conditions=(condition("Ready", "False", since=30),))
    assert trouble(cluster(young), run=BEGUN) is None
    found = told(cluster(failed(ended("OOMKilled", 137))), run=BEGUN)
    assert not found.is_over


def test_what_ended_after_prefect_was_asked_is_left_for_the_next_look() -> None:
    later = pod(ended("Error", 1), phase="Failed", conditions=(condition("Ready", "False", since=-5),))
    assert trouble(cluster(later)) is None
