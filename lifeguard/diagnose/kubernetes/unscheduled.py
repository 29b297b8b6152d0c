"""k8s-unschedulable: no node for a pod, with what stands in its way on how many nodes, and whether it can ever fit."""

from collections import Counter
from collections.abc import Sequence

from lifeguard.diagnose.kubernetes.autoscaling import autoscaler
from lifeguard.diagnose.kubernetes.room import Room, room
from lifeguard.diagnose.kubernetes.scheduler_words import (
    Obstacle,
    Reason,
    number_of_nodes,
    reasons,
    without_preemption,
)
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import describe_pod, mend_template, one_line, show, tell
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import PodTrouble

CODE = "k8s-unschedulable"
NORMAL_SECONDS = 15
"""A scheduler that is busy, or a node that has just come, takes no longer."""
UNSEEN_BY_SCHEDULERS_SECONDS = 60
GATED = "SchedulingGated"
NOT_ASKED: tuple[str, Evidence] = ("", {})
NODES_WOULD_HELP = frozenset({Obstacle.ROOM, Obstacle.TAINT, Obstacle.SELECTOR, Obstacle.CORDON, Obstacle.NO_NODES})


def unscheduled(sight: Sight) -> PodTrouble | None:
    """Find a pod that the scheduler cannot place, or that no scheduler looks at."""
    pod, scheduled = sight.pod, sight.condition("PodScheduled")
    if pod is None or pod.phase not in ("Pending", "") or pod.node_name or not sight.run.is_pending:
        return None
    if scheduled is None:
        return _unseen_by_schedulers(sight)
    since = scheduled.since or pod.created
    if scheduled.status != "False" or (since and not sight.is_older(since, NORMAL_SECONDS)):
        return None
    return _told(sight, scheduled.message or scheduled.reason, scheduled.reason)


def _unseen_by_schedulers(sight: Sight) -> PodTrouble | None:
    pod = sight.pod
    if pod is None or pod.phase != "Pending" or not sight.is_older(pod.created, UNSEEN_BY_SCHEDULERS_SECONDS):
        return None
    says = "no scheduler has looked at the pod: none runs, or none has the name in its schedulerName"
    remedy = (describe_pod(sight), "kubectl get pods -n kube-system -l component=kube-scheduler")
    return tell(sight, CODE, says, pod.phase, pod.created, {}, remedy)


def _told(sight: Sight, message: str, reason: str) -> PodTrouble:
    words = without_preemption(message)
    why = reasons(words)
    scheduled = sight.condition("PodScheduled")
    since = (scheduled.since if scheduled else None) or (sight.pod.created if sight.pod else None)
    kinds = {Obstacle.GATED} if reason == GATED else {each.obstacle for each in why}
    space = room(sight) if Obstacle.ROOM in kinds else None
    answer, said = autoscaler(sight, since) if kinds & NODES_WOULD_HELP else NOT_ASKED
    says = "; ".join(filter(None, (_obstacles(sight, why, kinds, words, space), space.says if space else "", answer)))
    short_of = [each.resource for each in why if each.obstacle is Obstacle.ROOM]
    evidence = {**_evidence(why, words), **(space.evidence(short_of) if space else {}), **said}
    return tell(sight, CODE, says, words, since, evidence, _remedy(sight, why, kinds, space))


def _obstacles(sight: Sight, why: Sequence[Reason], kinds: set[Obstacle], words: str, space: Room | None) -> str:
    """Each reason with its nodes; what is too large for every node needs no such sentence beside its numbers."""
    if Obstacle.GATED in kinds:
        return "the pod may not be scheduled yet: a scheduling gate of it is closed"
    if space and space.beyond and kinds == {Obstacle.ROOM}:
        return ""
    total = number_of_nodes(words)
    return ", ".join(_obstacle(sight, each) + _on(each, total) for each in why) or "Kubernetes finds no node for it"


def _obstacle(sight: Sight, reason: Reason) -> str:
    selector = (
        ", ".join(f"{name}={value}" for name, value in sorted(sight.pod.node_selector.items())) if sight.pod else ""
    )
    return {
        Obstacle.ROOM: f"too little {reason.resource} free",
        Obstacle.TAINT: f"a taint that the pod does not tolerate{f' ({reason.taint})' if reason.taint else ''}",
        Obstacle.VOLUME: f"the volume claim '{reason.claim}' is not there" if reason.claim else one_line(reason.text),
        Obstacle.CORDON: "cordoned",
        Obstacle.SELECTOR: f"no match with the pod's node selector or affinity{f' ({selector})' if selector else ''}",
        Obstacle.NO_NODES: "the cluster has no node that takes pods",
        Obstacle.GATED: "",
        Obstacle.OTHER: one_line(reason.text),
    }[reason.obstacle]


def _on(reason: Reason, total: int | None) -> str:
    """For how many nodes a reason holds; what is said of a volume claim, 1.20 numbers with all of them."""
    if reason.nodes is None or total is None or reason.claim:
        return ""
    return f" on {reason.nodes} of {total} {'node' if total == 1 else 'nodes'}"


def _evidence(why: Sequence[Reason], words: str) -> Evidence:
    counts: Counter[str] = Counter()
    for each in why:
        counts[f"nodes_{each.obstacle}"] += each.nodes or 0
    looked_at = number_of_nodes(words)
    return {**({"nodes_looked_at": looked_at} if looked_at else {}), **+counts}


def _remedy(sight: Sight, why: Sequence[Reason], kinds: set[Obstacle], space: Room | None) -> tuple[str, ...]:
    claims = [show("persistentvolumeclaim", each.claim, sight.namespace) for each in why if each.claim]
    look = (describe_pod(sight), *claims, *(["kubectl get nodes -o wide"] if kinds & NODES_WOULD_HELP else []))
    if claims:
        return (
            *look,
            "Once the claim is there, the pod is scheduled by itself",
            *mend_template(sight, "Or name another claim"),
        )
    if space and space.beyond:
        return (*look, "Add a node that is large enough", *mend_template(sight, "Or ask for less"))
    steps = {
        Obstacle.ROOM: ("Add a node, or wait until other pods end",),
        Obstacle.CORDON: ("Let a node take pods again: kubectl uncordon NODE",),
        Obstacle.NO_NODES: ("Add a node: the pod is then scheduled by itself",),
        Obstacle.TAINT: mend_template(sight, "Add a toleration to the pod, if it may run there"),
        Obstacle.SELECTOR: mend_template(sight, "Label a node, or mend the node selector or affinity"),
    }
    return (*look, *(step for kind in Obstacle if kind in kinds for step in steps.get(kind, ())))
