"""k8s-node-lost: a node that no longer answers under a pod that has not ended. None was recorded: all of it is by hand."""

from dataclasses import replace
from typing import Any

import pytest

from lifeguard.cluster import Unseen
from tests.builders import ago
from tests.diagnose.kubernetes.seen import (
    BEGUN,
    CRASHED,
    WAITS,
    cluster,
    condition,
    container,
    node,
    pod,
    told,
    trouble,
)

RUNS = pod(container("running"), phase="Running")
STOPPED = "Kubelet stopped posting node status."
LOST = node(ready="Unknown", since=300, message=STOPPED)


@pytest.mark.parametrize("run", [WAITS, BEGUN], ids=["pending", "running"])
def test_a_run_on_a_node_that_does_not_answer_is_lost(run: Any) -> None:
    found = told(cluster(RUNS, nodes=[LOST]), run=run)
    assert (found.code, found.words, found.since) == ("k8s-node-lost", STOPPED, ago(300))
    assert found.says == "node 'node-1' of the pod does not answer since 2026-11-22 11:55:00 UTC"
    assert found.remedy[0] == "kubectl describe node node-1"


def test_a_node_that_says_itself_that_it_is_not_ready_answers() -> None:
    broken = node(ready="False", since=300, message="container runtime is down")
    found = told(cluster(RUNS, nodes=[broken]), run=BEGUN)
    assert found.says == "node 'node-1' of the pod is not ready since 2026-11-22 11:55:00 UTC"


def test_a_node_that_is_gone_from_a_whole_list_is_lost() -> None:
    found = told(cluster(RUNS, nodes=[node("node-2")]), run=BEGUN)
    assert found.words == 'nodes "node-1" not found'


@pytest.mark.parametrize(
    "seen",
    [
        cluster(RUNS, nodes=[node()]),
        cluster(RUNS, nodes=[]),
        cluster(RUNS, nodes=[node("node-2")], unseen=(Unseen("nodes", None, "cut off"),)),
        cluster(RUNS, nodes=[node(), node("node-2", ready="Unknown")]),
        cluster(pod(container("terminated", "Completed", exit_code=0), phase="Succeeded"), nodes=[LOST]),
    ],
    ids=["ready", "nodes not read", "nodes cut off", "another node", "succeeded"],
)
def test_a_node_is_not_called_lost_without_proof(seen: Any) -> None:
    assert trouble(seen, run=BEGUN) is None


@pytest.mark.parametrize(("phase", "reason"), [("Unknown", ""), ("Running", "NodeLost")])
def test_older_versions_say_it_of_the_pod(phase: str, reason: str) -> None:
    lost = pod(
        container("running"), phase=phase, reason=reason, message="Node node-1 which was running pod is unresponsive"
    )
    found = told(cluster(lost, nodes=[]), run=BEGUN)
    assert found.words == "Node node-1 which was running pod is unresponsive"


def test_a_run_that_has_crashed_is_on_no_node() -> None:
    assert trouble(cluster(RUNS, nodes=[LOST]), run=CRASHED) is None


def test_pressure_on_the_node_is_evidence() -> None:
    full = node(ready="Unknown", since=300)
    pressed = type(full)(full.name, full.allocatable, conditions=(*full.conditions, condition("DiskPressure", "True")))
    assert told(cluster(RUNS, nodes=[pressed]), run=BEGUN).evidence["node_pressure"] == "DiskPressure"


def test_a_pod_that_was_to_be_gone_is_still_on_a_node_that_does_not_end_it() -> None:
    lasts = replace(RUNS, deleted=ago(90))
    assert told(cluster(lasts), run=BEGUN).words == "Terminating"
    assert trouble(cluster(replace(RUNS, deleted=ago(30))), run=BEGUN) is None
