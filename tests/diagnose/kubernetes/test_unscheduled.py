"""k8s-unschedulable: which node lacks what, if it can ever fit, who adds a node. What 1.28 and later say is by hand."""

from typing import Any

import pytest

from lifeguard.cluster import Unseen
from tests.builders import ago
from tests.diagnose.kubernetes.seen import (
    NAMESPACE,
    POOL,
    asking,
    cluster,
    condition,
    container,
    event,
    node,
    pod,
    told,
    trouble,
    unplaced,
)

LACKS_CPU = "0/1 nodes are available: 1 Insufficient cpu."
MODERN = (
    "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. "
    "preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for "
    "scheduling."
)
"""As 1.28 and later write it; by hand."""
SCHEDULING = event("FailedScheduling", LACKS_CPU)


def test_modern_words_are_cut_before_what_they_say_of_preemption() -> None:
    assert told(cluster(unplaced(MODERN))).words == (
        "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint "
        "{node-role.kubernetes.io/control-plane: }."
    )


def test_several_reasons_are_told_with_the_nodes_of_each() -> None:
    found = told(cluster(unplaced(MODERN)))
    assert found.says == (
        "too little cpu free on 1 of 3 nodes, a taint that the pod does not tolerate (node-role.kubernetes.io/control-plane) "
        "on 2 of 3 nodes"
    )
    assert (found.evidence["nodes_short_of_room"], found.evidence["nodes_tainted"]) == (1, 2)


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (
            "0/2 nodes are available: 1 node(s) had taint {dedicated: gpu}, that the pod didn't tolerate, 1 "
            "Insufficient memory.",
            "a taint that the pod does not tolerate (dedicated: gpu) on 1 of 2 nodes, too little memory free on 1 of 2 nodes",
        ),
        (
            "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
            "no match with the pod's node selector or affinity on 2 of 2 nodes",
        ),
        ("0/2 nodes are available: 2 node(s) were unschedulable.", "cordoned on 2 of 2 nodes"),
        ("0/1 nodes are available: 1 Too many pods.", "too little pods free on 1 of 1 node"),
        ("no nodes available to schedule pods", "the cluster has no node that takes pods"),
        ('0/1 nodes are available: persistentvolumeclaim "data" not found.', "the volume claim 'data' is not there"),
        (
            "0/3 nodes are available: 3 node(s) had volume node affinity conflict.",
            "node(s) had volume node affinity conflict on 3 of 3 nodes",
        ),
        (
            "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
            "node(s) didn't match pod anti-affinity rules on 3 of 3 nodes",
        ),
        ("something new", "something new"),
    ],
)
def test_each_reason_has_its_words(message: str, says: str) -> None:
    assert told(cluster(unplaced(message))).says == says


def test_a_closed_gate_is_no_matter_of_nodes() -> None:
    gated = unplaced("Scheduling is blocked due to non-empty scheduling gates", reason="SchedulingGated")
    assert told(cluster(gated, events=[SCHEDULING])).says == (
        "the pod may not be scheduled yet: a scheduling gate of it is closed"
    )


def test_what_would_fit_waits_for_others_to_end() -> None:
    found = told(cluster(unplaced(LACKS_CPU, asking(cpu="1500m"))))
    assert found.says == "too little cpu free on 1 of 1 node; 1 of 1 node could hold it once other pods end"
    assert (found.evidence["asks_cpu"], found.evidence["largest_node_cpu"]) == ("1.5", "2")


def test_init_containers_ask_one_after_the_other_and_the_others_together() -> None:
    first = asking(memory="12Gi")
    both = (container("", is_init=True, requests=first.requests), asking(memory="3Gi"), asking(memory="4Gi"))
    found = told(cluster(unplaced("0/1 nodes are available: 1 Insufficient memory.", *both)))
    assert found.says == "a pod asks for 12Gi memory and the largest node has 8Gi: no node there can ever hold it"
    assert found.evidence["missing_memory"] == "4Gi"


def test_what_no_node_has_at_all_is_missing_altogether() -> None:
    wants = unplaced("0/1 nodes are available: 1 Insufficient nvidia.com/gpu.", asking(**{"nvidia.com/gpu": "1"}))
    found = told(cluster(wants))
    assert found.says == "a pod asks for 1 nvidia.com/gpu and the largest node has 0: no node there can ever hold it"
    assert found.evidence["missing_nvidia_com_gpu"] == "1"


def test_no_single_node_may_have_everything() -> None:
    nodes = [
        node("wide", allocatable={"cpu": "8", "memory": "1Gi"}),
        node("deep", allocatable={"cpu": "1", "memory": "64Gi"}),
    ]
    wants = unplaced(LACKS_CPU, asking(cpu="4", memory="8Gi"))
    assert told(cluster(wants, nodes=nodes)).says.endswith(
        "no node there is large enough in everything that a pod asks for"
    )


@pytest.mark.parametrize("closed", [{"is_unschedulable": True}, {"taints": ("dedicated=gpu:NoSchedule",)}])
def test_a_large_node_that_is_closed_is_not_promised(closed: dict[str, Any]) -> None:
    nodes = [node("small", allocatable={"cpu": "1"}), node("large", allocatable={"cpu": "9"}, **closed)]
    wants = unplaced(LACKS_CPU, asking(cpu="4"))
    assert told(cluster(wants, nodes=nodes)).says.endswith("only nodes that are cordoned or tainted are large enough")


def test_nodes_that_could_not_be_read_are_not_reckoned_with() -> None:
    unseen = (Unseen("nodes", None, "not allowed to list nodes", "list"),)
    wants = unplaced(LACKS_CPU, asking(cpu="64"))
    assert told(cluster(wants, unseen=unseen)).says == "too little cpu free on 1 of 1 node"


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("TriggeredScaleUp", "the cluster autoscaler adds a node"),
        ("Nominated", "Karpenter has chosen a node for it"),
        ("NotTriggerScaleUp", "the autoscaler adds no node"),
    ],
)
def test_an_autoscaler_is_heard(reason: str, says: str) -> None:
    """These events are by hand: no autoscaler was recorded."""
    answer = event(reason, "pod didn't trigger scale-up: 1 max node group size reached")
    found = told(cluster(unplaced(LACKS_CPU), events=[SCHEDULING, answer]))
    assert found.says.endswith(says)
    assert found.evidence["autoscaler_says"] == answer.message


def test_an_autoscaler_has_two_minutes_to_react() -> None:
    assert "autoscaler" not in told(cluster(unplaced(LACKS_CPU, since=100), events=[SCHEDULING])).says
    assert told(cluster(unplaced(LACKS_CPU, since=130), events=[SCHEDULING])).says.endswith("no autoscaler reacted")


def test_after_an_hour_only_the_last_one_is_known() -> None:
    late = told(cluster(unplaced(LACKS_CPU, since=8000), events=[SCHEDULING]))
    assert late.says.endswith("no autoscaler reacted within the last hour")


def test_without_events_nothing_is_said_of_an_autoscaler() -> None:
    unseen = (Unseen("events", NAMESPACE, "not allowed to list events", "list"),)
    assert "autoscaler" not in told(cluster(unplaced(LACKS_CPU))).says
    assert "autoscaler" not in told(cluster(unplaced(LACKS_CPU), events=[SCHEDULING], unseen=unseen)).says


def test_a_claim_that_is_missing_is_no_matter_of_an_autoscaler() -> None:
    lost = unplaced('0/1 nodes are available: persistentvolumeclaim "data" not found.')
    assert "autoscaler" not in told(cluster(lost, events=[SCHEDULING])).says


def test_a_pod_that_no_scheduler_looks_at_is_told_after_a_minute() -> None:
    waits = [pod(container(""), node_name=None, conditions=(), created=age) for age in (50, 70)]
    assert trouble(cluster(waits[0])) is None
    assert told(cluster(waits[1])).says.startswith("no scheduler has looked at the pod")


def test_a_scheduler_may_take_a_moment() -> None:
    assert trouble(cluster(unplaced(LACKS_CPU, since=5))) is None


def test_a_pod_that_was_scheduled_is_not_unschedulable() -> None:
    assert trouble(cluster(pod(container("waiting", "ContainerCreating")))) is None
    assert trouble(cluster(pod(container("running"), phase="Running"))) is None


def test_it_lasts_since_the_scheduler_first_failed() -> None:
    assert told(cluster(unplaced(LACKS_CPU, since=300))).since == ago(300)


def test_the_steps_of_asking_for_less_end_with_a_new_run() -> None:
    found = told(cluster(unplaced(LACKS_CPU, asking(cpu="64"))))
    assert found.remedy[-2:] == (
        "Or ask for less: in the job variables of the deployment, or for the whole pool in its base job template: "
        f"prefect work-pool update --base-job-template template.json {POOL}",
        "A Job stays as it was made: cancel what waits then, and run it again",
    )


def test_a_condition_without_a_time_is_as_old_as_its_pod() -> None:
    timeless = pod(
        node_name=None,
        conditions=(condition(status="False", reason="Unschedulable", message=LACKS_CPU),),
    )
    assert told(cluster(timeless)).since == ago(400)
