"""What Prefect itself tells of the pods of flow runs: events and log lines of the observer in a Kubernetes worker.

Facts only, of prefect-kubernetes 0.8.0. They stay what they were when they were written: a pod that recovers says nothing.
"""

from dataclasses import dataclass
from datetime import datetime

POD_EVENTS = "prefect.kubernetes.pod."
OBSERVER_LOGGER = "prefect.flow_runs.observer"
KUBERNETES = "kubernetes"
"""The type of a work pool whose workers make Jobs of Kubernetes."""

SUBMITTED_AT_LEAST = 3
"""One or two Jobs without a word of a pod may be odd: a manifest of one's own can lack a label that the observer needs."""


@dataclass(frozen=True, slots=True)
class PodEvent:
    """One `prefect.kubernetes.pod.*` event. `received` is the server's time; what it calls `occurred` is the pod's creation.

    `phase` is the end of the event's name: `evicted` is said of every container that failed, and only `reason` tells of
    what. `diagnosis` is the label `kubernetes.diagnosis`, whose values stay (PrefectHQ/prefect#22575).
    """

    run_id: str
    phase: str
    received: datetime
    pod_uid: str = ""
    pod_name: str = ""
    namespace: str = ""
    diagnosis: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ObserverLine:
    """One log record of a run by the observer, which holds Kubernetes' own words."""

    run_id: str
    at: datetime
    text: str
