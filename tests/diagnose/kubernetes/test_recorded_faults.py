"""Every fault that was recorded in a real Kubernetes 1.20.2 is named with its code, in Kubernetes' own words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lifeguard.cluster import Cluster
from lifeguard.diagnose.cluster_troubles import cluster_troubles
from lifeguard.diagnose.scene import Scene
from lifeguard.facts import INFRASTRUCTURE_PENDING, Run
from lifeguard.pod_trouble import PodTrouble
from tests.builders import policy, pool, snapshot
from tests.cluster.objects import infrastructure_id, run_id
from tests.cluster.recorded import POOL, recorded_cluster, recorded_pod

RECORDED_AT = datetime(2026, 11, 22, 1, 36, 45, tzinfo=UTC)
CLAIMED_AT = datetime(2026, 11, 22, 1, 26, 20, tzinfo=UTC)
WITHOUT_JOB = ("selector", "pvc", "badname", "neverpull", "cfgerr", "mounterr", "cmdnotfound")
PULL = (
    'Failed to pull image "registry.invalid/acme/etl:1.2.3": rpc error: code = Unknown desc = failed to pull and unpack image '
    '"registry.invalid/acme/etl:1.2.3": failed to resolve reference "registry.invalid/acme/etl:1.2.3": failed to do request: '
    'Head "https://registry.invalid/v2/acme/etl/manifests/1.2.3": dial tcp: lookup registry.invalid on 10.96.0.10:53: '
    "no such host"
)
START = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to "
    'start container process: exec: "prefect": executable file not found in $PATH: unknown'
)
QUOTA = (
    "exceeded quota: compute, requested: limits.cpu=2,requests.cpu=2, used: limits.cpu=0,requests.cpu=0, limited: "
    "limits.cpu=1,requests.cpu=1"
)
FAULTS = {
    "run-toobig": (
        "k8s-unschedulable",
        "0/1 nodes are available: 1 Insufficient cpu.",
        "a pod asks for 64 cpu and the largest node has 2: no node there can ever hold it; no autoscaler reacted",
    ),
    "selector": (
        "k8s-unschedulable",
        "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity.",
        "no match with the pod's node selector or affinity (pool=gpu) on 1 of 1 node; no autoscaler reacted",
    ),
    "pvc": (
        "k8s-unschedulable",
        '0/1 nodes are available: 1 persistentvolumeclaim "nope" not found.',
        "the volume claim 'nope' is not there",
    ),
    "run-badimage": (
        "k8s-image-pull-backoff",
        PULL,
        "image 'registry.invalid/acme/etl:1.2.3' cannot be pulled: the cluster does not know the host of its registry",
    ),
    "badname": (
        "k8s-image-pull-backoff",
        'Failed to apply default image tag "Bad Image:::": couldn\'t parse image reference "Bad Image:::": invalid reference '
        "format: repository name must be lowercase",
        "image 'Bad Image:::' is no name that an image can have",
    ),
    "neverpull": (
        "k8s-image-pull-backoff",
        'Container image "localhost/not-here:1" is not present with pull policy of Never',
        "image 'localhost/not-here:1' is not on the node, and its pull policy is Never",
    ),
    "run-cfgerr": (
        "k8s-container-config",
        'secret "etl-credentials" not found',
        "secret 'etl-credentials' is not there",
    ),
    "cfgerr": ("k8s-container-config", 'secret "prefect-api-key" not found', "secret 'prefect-api-key' is not there"),
    "mounterr": (
        "k8s-container-config",
        'MountVolume.SetUp failed for volume "c" : configmap "no-such-cm" not found',
        "config map 'no-such-cm' is not there",
    ),
    "run-quota": (
        "k8s-rbac-or-quota",
        QUOTA,
        "quota 'compute' refuses the pod: 2 limits.cpu asked (at most 1 allowed), 2 requests.cpu asked (at most 1 allowed)",
    ),
    "run-quota-nolimits": (
        "k8s-rbac-or-quota",
        "failed quota: compute: must specify limits.cpu,requests.cpu",
        "quota 'compute' demands limits.cpu, requests.cpu of every pod, and the pod has none",
    ),
    "run-nosa": (
        "k8s-rbac-or-quota",
        'error looking up service account prefect-jobs/ghost: serviceaccount "ghost" not found',
        "service account 'ghost' is not there",
    ),
    "cmdnotfound": ("k8s-oom-evicted-crashloop", START, "container 'prefect-job' died: its command cannot be started"),
    "run-badcmd": (
        "k8s-oom-evicted-crashloop",
        "Error",
        "container 'prefect-job' died: its command was not found (exit code 127)",
    ),
    "run-oomrun": (
        "k8s-oom-evicted-crashloop",
        "OOMKilled",
        "container 'prefect-job' died: out of memory, its limit is 40Mi",
    ),
}


def recorded_run(name: str, state: str = "PENDING") -> Run:
    """A run as Prefect knew it, with the pod or Job of the recording."""
    noted = None if name in WITHOUT_JOB else infrastructure_id(name)
    shown = INFRASTRUCTURE_PENDING if state == "PENDING" else state.title()
    id = run_id(name)
    run = Run(id, name, state, shown, state_since=CLAIMED_AT, pool_name=POOL, infrastructure_id=noted)
    return replace(run, deployment_id="deployment-nightly")


def seen(run: Run, cluster: Cluster | None = None) -> PodTrouble | None:
    """What the recorded cluster shows of a run."""
    ended, active = ([run], []) if run.state_type == "CRASHED" else ([], [run])
    estate = snapshot(pools=[pool(POOL)], clusters=(cluster or recorded_cluster(),), active=active, ended=ended)
    return cluster_troubles(Scene(estate, policy(), RECORDED_AT)).get(run.id)


@pytest.mark.parametrize("name", FAULTS)
def test_a_recorded_fault_is_named_in_kubernetes_words(name: str) -> None:
    trouble = seen(recorded_run(name))
    assert trouble and (trouble.code, trouble.words, trouble.says) == FAULTS[name]


@pytest.mark.parametrize("name", ["run-badcmd", "run-oomrun", "cmdnotfound"])
def test_a_run_that_crashed_of_it_is_told_as_over(name: str) -> None:
    trouble = seen(recorded_run(name, "CRASHED"))
    assert trouble and trouble.is_over and trouble.code == FAULTS[name][0]


def test_a_run_that_went_well_is_no_trouble() -> None:
    assert seen(recorded_run("run-ok")) is None


def test_an_image_has_the_whole_error_while_kubernetes_only_backs_off() -> None:
    earlier = recorded_cluster(pods=(recorded_pod("run-badimage", "pods.earlier"),))
    trouble = seen(recorded_run("run-badimage"), earlier)
    assert trouble and trouble.words == PULL and trouble.evidence["reason"] == "ImagePullBackOff"


@pytest.mark.parametrize(
    ("which", "name", "says"),
    [
        ("pods.earlier", "prefect-worker-oom", "dies again and again (3 restarts): out of memory, its limit is 32Mi"),
        ("pods", "prefect-worker-oom", "dies again and again (6 restarts): out of memory, its limit is 32Mi"),
        ("pods.earlier", "prefect-worker-7", "dies again and again (4 restarts): it ended with exit code 1"),
        ("pods", "prefect-worker-7", "dies again and again (6 restarts): it ended with exit code 1"),
    ],
)
def test_a_loop_is_told_by_how_it_last_ended_in_every_phase(which: str, name: str, says: str) -> None:
    """No pod of a flow run was recorded in a loop, so those of the workers stand for one."""
    pod = replace(recorded_pod(name, which), run_id=run_id("run-ok"), job_name=None)
    trouble = seen(recorded_run("run-ok"), recorded_cluster(pods=(pod,)))
    assert trouble and trouble.says == f"container 'prefect-worker' {says}"


def test_the_numbers_of_what_does_not_fit_are_evidence() -> None:
    trouble = seen(recorded_run("run-toobig"))
    assert trouble and dict(trouble.evidence) == {
        "cluster": "recorded",
        "namespace": "prefect-jobs",
        "job": "run-toobig-d62qg",
        "pod": "run-toobig-d62qg-f8cxs",
        "nodes_looked_at": 1,
        "nodes_short_of_room": 1,
        "nodes_seen": 1,
        "nodes_large_enough": 0,
        "asks_cpu": "64",
        "largest_node_cpu": "2",
        "missing_cpu": "62",
    }


def test_the_numbers_of_a_quota_are_evidence() -> None:
    trouble = seen(recorded_run("run-quota"))
    assert trouble and {key: trouble.evidence[key] for key in ("resourcequota", "tries", "asks_limits_cpu")} == {
        "resourcequota": "compute",
        "tries": 6,
        "asks_limits_cpu": "2",
    }
    assert (trouble.evidence["used_limits_cpu"], trouble.evidence["limited_limits_cpu"]) == ("0", "1")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (
            "run-toobig",
            f"kubectl describe pod --namespace prefect-jobs --selector prefect.io/flow-run-id={run_id('run-toobig')}",
        ),
        ("run-quota", "kubectl describe job --namespace team-b run-quota-jlhkm"),
    ],
)
def test_the_first_thing_to_do_is_the_command_that_shows_it(name: str, command: str) -> None:
    trouble = seen(recorded_run(name))
    assert trouble and trouble.remedy[0] == command


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("run-cfgerr", "kubectl get --namespace prefect-jobs secret etl-credentials"),
        ("mounterr", "kubectl get --namespace prefect-jobs configmap no-such-cm"),
        ("pvc", "kubectl get --namespace prefect-jobs persistentvolumeclaim nope"),
        ("run-nosa", "kubectl get --namespace prefect-jobs serviceaccount ghost"),
        ("run-quota", "kubectl describe resourcequota --namespace team-b compute"),
        ("run-oomrun", "kubectl logs --namespace prefect-jobs --container prefect-job run-oomrun-sw8jz-b8h9v"),
    ],
)
def test_what_is_missing_or_full_is_shown_by_a_command(name: str, command: str) -> None:
    trouble = seen(recorded_run(name))
    assert trouble and trouble.remedy[1] == command
