"""What Lifeguard reads in a cluster, where, and so which rights it needs there: `get` and `list`, and no more. Pure.

`examples/kubernetes/rbac.yaml` grants exactly this; tests hold the two, and what is really read, together.
"""

from dataclasses import dataclass
from enum import StrEnum

VERBS = ("get", "list")


class Where(StrEnum):
    """The namespaces in which a right is needed."""

    JOBS = "the namespaces of flow runs' Jobs"
    WORKERS = "the namespaces of workers"
    CLUSTER = "the whole cluster"


@dataclass(frozen=True, slots=True)
class Need:
    """One kind that is read: `group` is '' for the core API, `serves` what would not be known without it."""

    group: str
    resource: str
    where: Where
    serves: str
    is_optional: bool = False


NEEDS = (
    Need("", "pods", Where.JOBS, "why the pod of a run does not start, and how it ended"),
    Need("", "events", Where.JOBS, "what Kubernetes says of a pod or a Job, in its words"),
    Need("", "resourcequotas", Where.JOBS, "which quota stops a pod, and how much of it is used"),
    Need("", "limitranges", Where.JOBS, "which limit range stops a pod"),
    Need("batch", "jobs", Where.JOBS, "whether the Job of a run exists and has a pod"),
    Need("", "pods", Where.WORKERS, "whether workers crash or are killed"),
    Need("apps", "deployments", Where.WORKERS, "whether workers are scaled to zero, and have a probe"),
    Need("autoscaling", "horizontalpodautoscalers", Where.WORKERS, "whether an autoscaler scales the workers"),
    Need("", "nodes", Where.CLUSTER, "how much the largest node holds, and which node is lost", is_optional=True),
)
