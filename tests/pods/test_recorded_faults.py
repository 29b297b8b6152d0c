"""Each fault that was recorded on a real Kubernetes is named from Prefect alone, as far as Prefect was told of it at all."""

from collections.abc import Iterator, Mapping

import pytest

from lifeguard.findings import Finding
from lifeguard.policy import Policy
from tests.estate import Estate
from tests.pods.recording import play
from tests.prefect_server import PrefectServer
from tests.why.asking import holding, why

POOLS = ("k8s", "k8s-secret")
QUICK = Policy(unexplained_after_seconds=1, pending_stuck_after_seconds=1, infrastructure_stuck_after_seconds=400)


@pytest.fixture(scope="module")
def played(either_server: PrefectServer) -> Iterator[tuple[Estate, Mapping[str, str]]]:
    with Estate(either_server.api_url) as estate:
        estate.raze()
        for pool in POOLS:
            estate.staffed_pool(pool, "kubernetes")
        yield estate, play(estate)
        estate.raze()


@pytest.fixture(scope="module")
def told(played: tuple[Estate, Mapping[str, str]]) -> Mapping[str, list[Finding]]:
    """What is found of each run, by its name."""
    estate, runs = played
    for pool in POOLS:
        estate.worker(pool)
    estate.wait_since_state(runs["run-quota-nolimits"], 1)
    found = estate.findings(QUICK)
    return {name: [each for each in found if run in each.run_ids] for name, run in runs.items()}


CODES = {
    "run-ok": [],
    "run-toobig": ["k8s-unschedulable"],
    "run-badimage": ["k8s-image-pull-backoff"],
    "run-quota": ["k8s-no-pod"],
    "run-quota-nolimits": ["k8s-no-pod"],
    "run-nosa": ["k8s-no-pod"],
    "run-jobquota": ["k8s-rbac-or-quota"],
    "run-nons": ["infra-submit-failed"],
    "run-badcmd": ["k8s-oom-evicted-crashloop"],
    "run-oomrun": ["k8s-oom-evicted-crashloop"],
}


@pytest.mark.parametrize("name", CODES)
def test_a_recorded_fault_is_named_from_prefect_alone(told: Mapping[str, list[Finding]], name: str) -> None:
    assert [finding.code for finding in told[name]] == CODES[name]


WORDS = {
    "run-toobig": "0/1 nodes are available: 1 Insufficient cpu.",
    "run-badimage": 'rpc error: code = Unknown desc = failed to pull and unpack image "registry.invalid/',
    "run-jobquota": "jobs.batch is forbidden: exceeded quota: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=0, "
    "limited: count/jobs.batch=0",
    "run-badcmd": "Error",
    "run-oomrun": "OOMKilled",
}


@pytest.mark.parametrize("name", WORDS)
def test_it_is_told_in_the_words_of_kubernetes(told: Mapping[str, list[Finding]], name: str) -> None:
    assert str(told[name][0].evidence["kubernetes_says"]).startswith(WORDS[name])


TITLES = {
    "run-toobig": "of deployment 'flow/toobig' waits in the cluster since",
    "run-badimage": "image 'registry.invalid/acme/etl:1.2.3' cannot be pulled: the name of its registry is not known",
    "run-badcmd": "the container ended by itself (Error)",
    "run-oomrun": "the container was killed since it used more memory than its limit (OOMKilled)",
}


@pytest.mark.parametrize("name", TITLES)
def test_the_title_says_what_is_wrong(told: Mapping[str, list[Finding]], name: str) -> None:
    assert TITLES[name] in told[name][0].title


def test_the_command_to_see_it_names_the_namespace_and_the_run(
    told: Mapping[str, list[Finding]], played: tuple[Estate, Mapping[str, str]]
) -> None:
    of_run = f"prefect.io/flow-run-id={played[1]['run-toobig']}"
    assert told["run-toobig"][0].remedy[0] == f"kubectl describe pod --namespace prefect-jobs --selector {of_run}"


def test_a_missing_secret_is_told_to_nobody(told: Mapping[str, list[Finding]]) -> None:
    """Not by its own name; that the run waits is all that Prefect knows."""
    assert [finding.code for finding in told["run-cfgerr"] if finding.code.startswith("k8s-")] == []


def test_why_says_it_of_one_run(played: tuple[Estate, Mapping[str, str]]) -> None:
    explanation = why(played[0], played[1]["run-badimage"])
    assert holding(explanation) == ["k8s-image-pull-backoff"]
    assert explanation.headline.startswith("The image 'registry.invalid/acme/etl:1.2.3' cannot be pulled")
