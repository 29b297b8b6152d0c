"""k8s-image-pull-backoff: what a registry answered, by key words. All of it is by hand, after containerd and Docker."""

import pytest

from tests.diagnose.kubernetes.seen import CRASHED, WAITS, cluster, container, event, pod, told, trouble

IMAGE = "acme/etl:1"
UNTRUSTED = "the registry's certificate is not trusted"
REFUSED = "the registry refuses it, for want of credentials or since it has no such image"


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ('failed to resolve reference "acme/etl:1": acme/etl:1: not found', "the registry has no such image"),
        ("manifest for acme/etl:1 not found: manifest unknown: manifest unknown", "the registry has no such image"),
        (
            "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: "
            "authorization failed",
            REFUSED,
        ),
        ("failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden", REFUSED),
        ("unexpected status from HEAD request: 401 Unauthorized", REFUSED),
        ("no basic auth credentials", REFUSED),
        ("dial tcp: lookup registry.acme.test: no such host", "the cluster does not know the host of its registry"),
        ("dial tcp 10.0.0.1:443: i/o timeout", "the registry does not answer"),
        ("dial tcp 10.0.0.1:443: connect: connection refused", "the registry does not answer"),
        ("tls: failed to verify certificate: x509: signed by unknown authority", UNTRUSTED),
        (
            "toomanyrequests: You have reached your unauthenticated pull rate limit.",
            "the registry has had too many pulls",
        ),
        ("no match for platform in manifest: not found", "it is not built for the processors of the node"),
        ("write /var/lib/containerd/tmp: no space left on device", "the node's disk is full"),
        ("something else", "the error is in Kubernetes' words"),
    ],
)
def test_why_an_image_cannot_be_pulled(message: str, why: str) -> None:
    found = told(cluster(pod(container("waiting", "ErrImagePull", message))))
    assert found.says == f"image '{IMAGE}' cannot be pulled: {why}"
    assert found.words == message


def test_the_event_about_this_image_has_the_error() -> None:
    other = event("Failed", 'Failed to pull image "acme/other:1": denied', seen=10)
    own = event("Failed", f'Failed to pull image "{IMAGE}": not found', seen=50)
    waits = pod(container("waiting", "ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'))
    assert told(cluster(waits, events=[other, own])).words == own.message


def test_without_the_event_the_status_has_to_do() -> None:
    waits = pod(container("waiting", "ImagePullBackOff", f'Back-off pulling image "{IMAGE}"'))
    assert told(cluster(waits)).words == f'Back-off pulling image "{IMAGE}"'


def test_an_init_container_waits_for_its_image_first() -> None:
    init = container("waiting", "ErrImagePull", "not found", is_init=True)
    waits = pod(container("waiting", "PodInitializing"), init)
    assert told(cluster(waits)).code == "k8s-image-pull-backoff"


def test_no_signature_and_no_password_of_an_address_is_told() -> None:
    said = 'failed to do request: Get "https://joe:secret@cdn.test/blob?X-Amz-Signature=secret": 403 Forbidden'
    found = told(cluster(pod(container("waiting", "ErrImagePull", said))))
    assert found.words == 'failed to do request: Get "https://cdn.test/blob?…": 403 Forbidden'


def test_words_are_one_line_however_many_there_were() -> None:
    found = told(cluster(pod(container("waiting", "ErrImagePull", "denied:\n  no\tright\n" * 200))))
    assert found.words.startswith("denied: no right denied:") and "\n" not in found.words and len(found.words) == 1000


def test_refused_images_lead_to_the_credentials() -> None:
    found = told(cluster(pod(container("waiting", "ErrImagePull", "401 Unauthorized"))))
    assert found.remedy[1:3] == (
        "kubectl get pod --output jsonpath={.items[*].spec.imagePullSecrets} --namespace prefect-jobs "
        f"--selector prefect.io/flow-run-id={WAITS.id}",
        "kubectl get secrets --namespace prefect-jobs --field-selector type=kubernetes.io/dockerconfigjson",
    )


def test_a_run_that_has_ended_does_not_wait_for_an_image() -> None:
    assert trouble(cluster(pod(container("waiting", "ImagePullBackOff"))), run=CRASHED) is None
