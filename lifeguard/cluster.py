"""What was seen in a Kubernetes cluster: immutable facts, in Kubernetes' own words. No judgement, no client, no clock.

Times are aware and UTC. Quantities are texts as Kubernetes writes them (`500m`, `2Gi`). None is 'not told', never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

RUN_LABEL = "prefect.io/flow-run-id"
"""On the Job and on its pods (prefect-kubernetes); values of the other labels are slugified and cut, so ids alone join."""

Quantities = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a pod, Job, node or Deployment. `status` is `True`, `False` or `Unknown`, as Kubernetes writes it."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod: as it was asked for, how it is, and how it last ended.

    `state` is `waiting`, `running`, `terminated` or "" where Kubernetes has not said it. `last_*` is `lastState.terminated`.
    """

    name: str
    image: str = ""
    is_init: bool = False
    state: str = ""
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    restarts: int = 0
    last_reason: str = ""
    last_exit_code: int | None = None
    last_finished: datetime | None = None
    requests: Quantities = field(default_factory=dict[str, str])
    limits: Quantities = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod. `run_id` is from its label; `job_name` from its labels too, for pods without the former.

    `deleted` is when it was told to end: one that lasts on a node that answers no more never does.
    """

    namespace: str
    name: str
    uid: str
    phase: str
    created: datetime | None = None
    run_id: str | None = None
    job_name: str | None = None
    node_name: str | None = None
    reason: str = ""
    message: str = ""
    conditions: tuple[Condition, ...] = ()
    containers: tuple[Container, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    deleted: datetime | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Job:
    """A Job that a worker made for a run. `active` and its kin are None where the controller has not said anything yet."""

    namespace: str
    name: str
    uid: str
    created: datetime | None = None
    run_id: str | None = None
    active: int | None = None
    failed: int | None = None
    succeeded: int | None = None
    is_suspended: bool = False
    service_account: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterEvent:
    """An Event of the core API, about the object `kind`/`name`; Kubernetes keeps them for an hour by default."""

    namespace: str
    kind: str
    name: str
    uid: str
    reason: str
    message: str
    type: str = "Warning"
    count: int = 1
    component: str = ""
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """A ResourceQuota, `status.hard` and `status.used`."""

    namespace: str
    name: str
    hard: Quantities
    used: Quantities


@dataclass(frozen=True, slots=True)
class LimitRange:
    """A LimitRange: each limit as `(type, which, resource, quantity)`, such as `Container max cpu 1`."""

    namespace: str
    name: str
    limits: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node: what it can hold, and whether it takes pods."""

    name: str
    allocatable: Quantities = field(default_factory=dict[str, str])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    taints: tuple[str, ...] = ()
    is_unschedulable: bool = False
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerDeployment:
    """A Deployment that runs workers: `pool_name` is from `--pool` or `-p` of its container's command and arguments.

    `available` is zero where Kubernetes leaves it out. `autoscaled_by` names its HorizontalPodAutoscaler, None where there
    is none or that could not be seen. `pods` are those of its selector.
    """

    namespace: str
    name: str
    pool_name: str
    replicas: int
    available: int = 0
    container: Container | None = None
    has_liveness_probe: bool = False
    conditions: tuple[Condition, ...] = ()
    pods: tuple[Pod, ...] = ()
    autoscaled_by: str | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """What of a cluster could not be read, and why, as one sentence that says what to grant or mend.

    `kind` is the plural that Kubernetes uses (`pods`, `events`, `nodes`), `namespace` is None of what has none, and `verb`
    is the missing one where a right is missing, None where it was something else.
    """

    kind: str
    namespace: str | None
    because: str
    verb: str | None = None


@dataclass(frozen=True, slots=True)
class Right:
    """One rule of what the credentials may do, as Kubernetes lists them itself; `*` stands for all.

    `names` are the only objects that it is about; none where it is about all.
    """

    namespace: str
    verbs: tuple[str, ...]
    groups: tuple[str, ...]
    resources: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster as it was seen through one access. `name` is that of the access; `pools` are the work pools it is for.

    What is about no run that was asked for is not in it. `reads` counts calls; `unseen` is everything that could not be read.
    `rights` is None where they were not asked for. `asked` are the ids of the runs that were asked about, None where it was
    about every one: of a run that was not, nothing in it says anything.
    """

    name: str
    pools: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    pods: tuple[Pod, ...] = ()
    jobs: tuple[Job, ...] = ()
    events: tuple[ClusterEvent, ...] = ()
    quotas: tuple[Quota, ...] = ()
    limit_ranges: tuple[LimitRange, ...] = ()
    nodes: tuple[Node, ...] = ()
    deployments: tuple[WorkerDeployment, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    rights: tuple[Right, ...] | None = None
    reads: int = 0
    asked: frozenset[str] | None = None

    def sees(self, kind: str, namespace: str | None = None) -> bool:
        """Whether this kind was read to its end, there."""
        return all(each.kind != kind or each.namespace not in (namespace, None) for each in self.unseen)
