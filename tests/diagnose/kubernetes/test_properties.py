"""What holds for every cluster, whatever is missing in it: nothing raises, and what is told is whole."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifeguard.cluster import Cluster, ClusterEvent, Condition, Container, Job, LimitRange, Node, Pod, Quota, Unseen
from lifeguard.diagnose.kubernetes.denials import denial, words_of
from lifeguard.diagnose.kubernetes.scheduler_words import reasons
from lifeguard.diagnose.kubernetes.telling import one_line
from lifeguard.facts import Run
from lifeguard.findings import CATALOGUE
from tests.builders import ago
from tests.diagnose.kubernetes.seen import BEGUN, CRASHED, JOB, NAMESPACE, POD, POOL, SUBMITTED, WAITS, troubles_of
from tests.diagnose.kubernetes.test_refusals import WORDS
from tests.diagnose.kubernetes.test_unscheduled import MODERN

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
REASONS = (
    "", "Unschedulable", "SchedulingGated", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull",
    "CreateContainerConfigError", "ContainerCreating", "PodInitializing", "CrashLoopBackOff", "OOMKilled", "Error",
    "Completed", "Evicted", "NodeLost", "DeadlineExceeded",
)  # fmt: skip
EVENTS = (
    "FailedCreate", "SuccessfulCreate", "FailedMount", "FailedAttachVolume", "Failed", "FailedScheduling", "TriggeredScaleUp",
    "NotTriggerScaleUp", "Suspended",
)  # fmt: skip
SAID = (
    "",
    MODERN,
    'secret "x" not found',
    "no nodes available to schedule pods",
    *(message for message, _, _ in WORDS),
)
messages = st.sampled_from(SAID) | st.text(max_size=30)
times = st.none() | st.sampled_from((-5, 0, 5, 100, 4000)).map(ago)
texts = st.sampled_from(("", "x", "a b", "-n", "'", "…"))
quantities = st.dictionaries(
    st.sampled_from(("cpu", "memory", "pods", "requests.cpu", "x.y/z")),
    st.sampled_from(("1", "500m", "2Gi", "", "bad")),
    max_size=3,
)


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


kinds = one_of("PodScheduled", "PodScheduled", "Ready", "DisruptionTarget", "Failed", "Complete", "Suspended")
conditions = st.lists(
    st.builds(Condition, kinds, one_of("True", "False", "Unknown", ""), one_of(*REASONS), messages, times),
    max_size=2,
    unique_by=lambda each: each.type,
).map(tuple)
containers = st.builds(
    Container,
    texts,
    texts,
    st.booleans(),
    one_of("", "waiting", "running", "terminated"),
    one_of(*REASONS),
    messages,
    st.none() | one_of(0, 1, 127, 137, -1),
    one_of(0, 1, 5),
    one_of(*REASONS),
    st.none() | one_of(0, 137),
    times,
    quantities,
    quantities,
)
pods = st.builds(
    Pod,
    namespace=one_of(NAMESPACE, NAMESPACE, "team-b"),
    name=one_of(POD, "p2"),
    uid=texts,
    phase=one_of("Pending", "Pending", "Pending", "", "Running", "Failed", "Succeeded", "Unknown"),
    created=times,
    run_id=one_of(WAITS.id, WAITS.id, WAITS.id, None, ""),
    job_name=one_of(JOB, JOB, JOB, None, ""),
    node_name=one_of("node-1", None, ""),
    reason=one_of(*REASONS),
    message=messages,
    conditions=conditions,
    containers=st.lists(containers, max_size=2).map(tuple),
)
jobs = st.builds(
    Job,
    namespace=one_of(NAMESPACE, NAMESPACE, "team-b"),
    name=one_of(JOB, ""),
    uid=texts,
    created=times,
    run_id=st.none() | one_of(WAITS.id),
    active=st.none() | one_of(0, 1),
    is_suspended=st.booleans(),
    conditions=conditions,
)
events = st.builds(
    ClusterEvent,
    namespace=one_of(NAMESPACE, NAMESPACE, "team-b"),
    kind=one_of("Pod", "Job", ""),
    name=one_of(POD, JOB, ""),
    uid=texts,
    reason=one_of(*EVENTS),
    message=messages,
    count=one_of(0, 1, 9),
    last_seen=times,
)
nodes = st.builds(
    Node,
    one_of("node-1", "node-2"),
    quantities,
    taints=one_of((), ("a:NoSchedule",)),
    is_unschedulable=st.booleans(),
    conditions=conditions,
)
clusters = st.builds(
    Cluster,
    name=texts,
    pools=one_of((POOL,), (POOL, "other")),
    namespaces=one_of((NAMESPACE,), ()),
    pods=st.lists(pods, max_size=2).map(tuple),
    jobs=st.lists(jobs, max_size=2).map(tuple),
    events=st.lists(events, max_size=4).map(tuple),
    quotas=st.lists(st.builds(Quota, one_of(NAMESPACE), texts, quantities, quantities), max_size=2).map(tuple),
    limit_ranges=one_of((), (LimitRange(NAMESPACE, "x"),)),
    nodes=st.lists(nodes, max_size=2).map(tuple),
    unseen=st.lists(
        st.builds(Unseen, one_of("pods", "jobs", "events", "nodes"), one_of(NAMESPACE, None), texts), max_size=2
    ).map(tuple),
)
noted = st.sampled_from((WAITS.infrastructure_id, None, "", "process:1234:5", ":", f"{NAMESPACE}:", "123"))
runs = st.tuples(st.sampled_from((WAITS, WAITS, SUBMITTED, BEGUN, CRASHED)), noted, times).map(
    lambda drawn: replace(drawn[0], infrastructure_id=drawn[1], state_since=drawn[2])
)


@many
@given(st.lists(clusters, max_size=2), runs)
def test_nothing_raises_and_what_is_told_is_whole(seen: list[Cluster], run: Run) -> None:
    for found in troubles_of(*seen, runs=[run]).values():
        assert found.code in CATALOGUE and found.says and found.remedy and all(found.remedy)
        assert found.run_id == run.id and "\n" not in found.words and not [key for key in found.evidence if "." in key]


@many
@given(clusters, runs, st.randoms())
def test_the_order_of_what_a_cluster_lists_does_not_matter(seen: Cluster, run: Run, random: Any) -> None:
    def mixed(things: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(things, len(things)))

    unlike = {(pod.namespace, pod.name): pod for pod in seen.pods}
    one = replace(seen, pods=tuple(unlike.values()), jobs=seen.jobs[:1], events=seen.events[:1], nodes=seen.nodes[:1])
    other = replace(one, pods=mixed(one.pods), unseen=mixed(one.unseen))
    assert troubles_of(one, runs=[run]) == troubles_of(other, runs=[run])


@many
@given(messages)
def test_no_words_are_an_error(message: str) -> None:
    assert denial(words_of(message)).says
    assert all(each.text for each in reasons(message))
    assert len(one_line(message * 99).splitlines()) <= 1
