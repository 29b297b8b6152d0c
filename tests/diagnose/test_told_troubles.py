"""What Prefect was told of pods: by what was told last, of the pod that is there now, and never more than was told."""

from dataclasses import replace

import pytest

from lifeguard.diagnose.told_troubles import told_troubles
from lifeguard.facts import Run
from lifeguard.pods import ObserverLine, PodEvent
from lifeguard.snapshot import Snapshot
from tests import builders as b
from tests.pods.recording import lines_of

WAITS = b.submitted("waits", state="InfrastructurePending", since=2000)
CRASHED = replace(
    b.crashed("dies"), infrastructure_id="mills:dies-x7k2p", state_message="No active or succeeded pods found"
)
NO_CPU = lines_of("run-toobig")[-1]
PULLED, BACKED_OFF = lines_of("run-badimage")[-2:]


def seen(*events: PodEvent, lines: tuple[ObserverLine, ...] = (), run: Run = WAITS) -> Snapshot:
    active, ended = ([run], []) if run.is_pending else ([], [run])
    return b.snapshot(
        pools=[b.pool(type="kubernetes")], active=active, ended=ended, pod_events=events, observer_lines=lines
    )


def codes(picture: Snapshot) -> list[str]:
    return [each.code for each in told_troubles(b.scene(picture)).values()]


@pytest.mark.parametrize("diagnosis", ["Unschedulable", "Unschedulable.Taint", "Unschedulable.SomethingNew"])
def test_every_kind_of_unschedulable_is_one_code(diagnosis: str) -> None:
    assert codes(seen(b.pod_event(WAITS, diagnosis=diagnosis))) == ["k8s-unschedulable"]


def test_a_diagnosis_that_nobody_knows_yet_is_none() -> None:
    assert codes(seen(b.pod_event(WAITS, diagnosis="SomethingNew"))) == []


def test_what_was_received_last_counts_in_whatever_order_it_comes() -> None:
    image, node = b.pod_event(WAITS, diagnosis="ImagePullError", ago=20), b.pod_event(WAITS, diagnosis="Unschedulable")
    assert codes(seen(image, node)) == codes(seen(node, image)) == ["k8s-image-pull-backoff"]


def test_a_diagnosis_that_came_back_is_told_by_the_line_alone() -> None:
    events = (
        b.pod_event(WAITS, diagnosis="Unschedulable", ago=300),
        b.pod_event(WAITS, diagnosis="ImagePullError", ago=200),
    )
    assert codes(seen(*events, lines=(b.observed(WAITS, NO_CPU, ago=100),))) == ["k8s-unschedulable"]


def test_a_pod_that_runs_has_no_trouble_any_more() -> None:
    assert codes(seen(b.pod_event(WAITS, diagnosis="Unschedulable"), b.pod_event(WAITS, "running", ago=20))) == []


def test_the_trouble_of_a_pod_that_was_replaced_is_over() -> None:
    old = b.pod_event(WAITS, diagnosis="OOMKilled", reason="OOMKilled", pod="old", ago=300)
    assert codes(seen(old, b.pod_event(WAITS, pod="new", ago=20))) == []


def test_what_was_told_of_an_earlier_attempt_says_nothing_of_this_one() -> None:
    assert codes(seen(b.pod_event(WAITS, "evicted", reason="Error", ago=4000))) == []


def test_a_container_that_failed_was_not_evicted() -> None:
    (trouble,) = told_troubles(b.scene(seen(b.pod_event(CRASHED, "evicted", reason="Error"), run=CRASHED))).values()
    assert (trouble.code, trouble.is_over) == ("k8s-oom-evicted-crashloop", True)
    assert "evicted" not in trouble.says


def test_a_pod_that_ran_did_not_crash_of_what_it_waited_for() -> None:
    ran = b.pod_event(CRASHED, diagnosis="Unschedulable", ago=300), b.pod_event(CRASHED, "running", ago=200)
    assert codes(seen(*ran, run=CRASHED)) == []


def test_the_words_of_the_pull_are_not_hidden_by_a_later_back_off() -> None:
    lines = b.observed(WAITS, PULLED, ago=90), b.observed(WAITS, BACKED_OFF, ago=20)
    (trouble,) = told_troubles(b.scene(seen(b.pod_event(WAITS, diagnosis="ImagePullError"), lines=lines))).values()
    assert trouble.words.startswith("rpc error") and trouble.words.endswith("no such host")


def test_what_was_said_long_ago_says_when() -> None:
    (old,) = told_troubles(b.scene(seen(b.pod_event(WAITS, diagnosis="Unschedulable", ago=1800)))).values()
    (new,) = told_troubles(b.scene(seen(b.pod_event(WAITS, diagnosis="Unschedulable", ago=60)))).values()
    assert (old.says.endswith("(last seen 11:30 UTC)"), "last seen" in new.says) == (True, False)


def test_a_run_that_lost_its_lease_did_not_die_of_its_container() -> None:
    ran = replace(CRASHED, run_count=1)
    picture = b.snapshot(interrupted=(ran,), pod_events=(b.pod_event(ran, "evicted", reason="Error"),))
    assert codes(picture) == ["k8s-oom-evicted-crashloop"]
    assert codes(replace(picture, lost_leases=frozenset({ran.id}))) == []


def test_a_secret_in_the_words_of_a_registry_is_not_shown() -> None:
    text = PULLED.replace("https://registry.invalid", "https://ann:hunter2@registry.invalid")
    lines = (b.observed(WAITS, text),)
    (trouble,) = told_troubles(b.scene(seen(b.pod_event(WAITS, diagnosis="ImagePullError"), lines=lines))).values()
    assert "hunter2" not in trouble.words + trouble.says


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ('failed to pull image "a/b:1": manifest unknown: not found', "its registry does not have it"),
        ('Failed to pull image "a/b:1": 401 Unauthorized', "its registry wants other credentials"),
        ('Failed to pull image "a/b:1": toomanyrequests: You have reached', "its registry asks for fewer pulls"),
    ],
)
def test_why_a_pull_failed_is_told_in_plain_words(said: str, means: str) -> None:
    """These are worded as registries answer; they were not recorded."""
    text = (
        f"Image pull failed for container 'c': Kubernetes cannot pull the container image. Reason: ErrImagePull. {said}"
    )
    (trouble,) = told_troubles(b.scene(seen(lines=(b.observed(WAITS, text),)))).values()
    assert trouble.says == f"the image 'a/b:1' cannot be pulled: {means}"


def test_a_newer_wording_of_the_scheduler_is_passed_on() -> None:
    """Kubernetes 1.28 says it so, by its source; it was not recorded."""
    words = (
        "0/3 nodes are available: 1 node(s) had untolerated taint {gpu: true}, 2 Insufficient memory. preemption: 0/3 nodes "
        "are available: 3 Preemption is not helpful for scheduling."
    )
    text = (
        f"Pod is unschedulable: Kubernetes cannot find a suitable node to run this pod. {words} Resolution: Check that"
    )
    (trouble,) = told_troubles(b.scene(seen(lines=(b.observed(WAITS, text),)))).values()
    assert (trouble.code, trouble.words) == ("k8s-unschedulable", words)
