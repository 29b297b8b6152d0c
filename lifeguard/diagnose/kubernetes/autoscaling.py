"""Whether anybody adds a node for a pod that finds none: only its events tell, and Kubernetes keeps them for an hour.

`TriggeredScaleUp` and `NotTriggerScaleUp` are of the cluster autoscaler (kubernetes/autoscaler#5692); its reasons can mislead
(#3268). `Nominated` is of Karpenter. None of the three was seen in a recorded cluster.
"""

from datetime import datetime

from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import one_line
from lifeguard.findings import Evidence

REACTS_WITHIN_SECONDS = 120
EVENTS_LIVE_SECONDS = 3300
ADDS = {"TriggeredScaleUp": "the cluster autoscaler adds a node", "Nominated": "Karpenter has chosen a node for it"}
ADDS_NONE = "NotTriggerScaleUp"


def autoscaler(sight: Sight, since: datetime | None) -> tuple[str, Evidence]:
    """What is known of an autoscaler, for a sentence and as evidence; "" where nothing can be said."""
    said = next((each for each in reversed(sight.pod_events) if each.reason in {*ADDS, ADDS_NONE}), None)
    if said:
        return ADDS.get(said.reason, "the autoscaler adds no node"), {"autoscaler_says": one_line(said.message)}
    if not sight.pod_events or not sight.sees("events") or not sight.is_older(since, REACTS_WITHIN_SECONDS):
        return "", {}
    lately = " within the last hour" if sight.is_older(since, EVENTS_LIVE_SECONDS) else ""
    return f"no autoscaler reacted{lately}", {}
