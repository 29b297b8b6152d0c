"""k8s-container-config: what is missing, by name. Words other than those of `test_recorded_faults` are by hand."""

import pytest

from tests.diagnose.kubernetes.seen import NAMESPACE, cluster, container, event, pod, told, trouble

CREATING = pod(container("waiting", "ContainerCreating"))


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ('configmap "etl" not found', "config map 'etl' is not there"),
        ("couldn't find key token in Secret prefect-jobs/etl", "secret 'etl' has no key 'token'"),
        ("couldn't find key url in ConfigMap prefect-jobs/etl", "config map 'etl' has no key 'url'"),
        (
            "container has runAsNonRoot and image will run as root",
            "container 'prefect-job' cannot be made (CreateContainerConfigError)",
        ),
    ],
)
def test_what_a_container_lacks(message: str, says: str) -> None:
    found = told(cluster(pod(container("waiting", "CreateContainerConfigError", message))))
    assert (found.code, found.says, found.words) == ("k8s-container-config", says, message)


@pytest.mark.parametrize(
    ("reason", "message", "says"),
    [
        ("FailedMount", 'MountVolume.SetUp failed for volume "v" : secret "x" not found', "secret 'x' is not there"),
        (
            "FailedMount",
            'MountVolume.SetUp failed for volume "v" : references non-existent secret key: token',
            "a secret that is mounted has no key 'token'",
        ),
        ("FailedAttachVolume", "AttachVolume.Attach failed", "a volume of the pod cannot be mounted"),
        ("FailedCreatePodSandBox", "Failed to create pod sandbox: cni", "the network of the pod cannot be made"),
    ],
)
def test_what_only_events_tell(reason: str, message: str, says: str) -> None:
    found = told(cluster(CREATING, events=[event(reason, message)]))
    assert (found.code, found.says, found.evidence["reason"]) == ("k8s-container-config", says, reason)


def test_the_event_that_names_what_is_missing_is_told_before_a_newer_one() -> None:
    named = event("FailedMount", 'MountVolume.SetUp failed for volume "v" : configmap "x" not found', seen=90)
    newer = event("FailedMount", "Unable to attach or mount volumes: timed out waiting for the condition", seen=5)
    assert told(cluster(CREATING, events=[newer, named])).words == named.message


def test_a_container_that_is_being_made_is_no_trouble() -> None:
    assert trouble(cluster(CREATING)) is None
    assert trouble(cluster(CREATING, events=[event("Pulling", 'Pulling image "acme/etl:1"')])) is None


def test_the_first_mounts_may_fail() -> None:
    young = pod(container("waiting", "ContainerCreating"), created=20)
    assert trouble(cluster(young, events=[event("FailedMount", 'configmap "x" not found', seen=5)])) is None


def test_a_mount_that_failed_before_the_container_ran_is_past() -> None:
    runs = pod(container("running"), phase="Running")
    assert trouble(cluster(runs, events=[event("FailedMount", 'configmap "x" not found')])) is None


def test_an_init_container_is_made_first() -> None:
    init = container("waiting", "CreateContainerConfigError", 'secret "first" not found', is_init=True)
    found = told(cluster(pod(container("waiting", "PodInitializing"), init)))
    assert found.remedy[1] == f"kubectl get --namespace {NAMESPACE} secret first"


def test_a_hostile_name_cannot_leave_its_command() -> None:
    said = 'secret "x; rm -rf /" not found'
    found = told(cluster(pod(container("waiting", "CreateContainerConfigError", said))))
    assert found.remedy[1] == f"kubectl get --namespace {NAMESPACE} secret 'x; rm -rf /'"
