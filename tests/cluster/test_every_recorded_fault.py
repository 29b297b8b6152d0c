"""Every recorded fault is named by a whole look at a real Prefect server and a cluster: its code, and Kubernetes' words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import pytest

from lifeguard.diagnose.checks import diagnose
from lifeguard.diagnose.scene import Scene
from lifeguard.findings import Finding
from tests.cluster.accesses import POOL, access_saved
from tests.cluster.objects import infrastructure_id
from tests.cluster.server import ClusterServer
from tests.diagnose.kubernetes.test_recorded_faults import FAULTS, WITHOUT_JOB
from tests.estate import PATIENT, Estate, Report
from tests.prefect_server import PrefectServer
from tests.why.asking import why

CRASHED = ("cmdnotfound", "run-badcmd", "run-oomrun")
WITHOUT_POD = ("run-quota", "run-quota-nolimits", "run-nosa")
PREFECT_SAYS_NOTHING = (
    "run-quota",
    "run-quota-nolimits",
    "run-nosa",
    "run-cfgerr",
    "cfgerr",
    "mounterr",
    "badname",
    "neverpull",
)
"""Of which prefect-kubernetes 0.8.0 has no diagnosis (facts of the recording)."""


class Seen(NamedTuple):
    """One look at all faults at once, and the run of each."""

    estate: Estate
    report: Report
    runs: Mapping[str, str]

    def of(self, name: str) -> list[Finding]:
        """What is found of one run."""
        return [finding for finding in self.report.findings if self.runs[name] in finding.run_ids]


@pytest.fixture(scope="module")
def seen(either_server: PrefectServer, running_cluster: ClusterServer) -> Iterator[Seen]:
    with Estate(either_server.api_url) as estate, access_saved(either_server.api_url, running_cluster.kubeconfig()):
        estate.raze()
        estate.staffed_pool(POOL, type="kubernetes")
        runs = {name: put_up(estate, name) for name in (*FAULTS, "run-ok")}
        running_cluster.restore()
        running_cluster.hand_over(runs)
        yield Seen(estate, estate.look(), runs)
        estate.raze()


def put_up(estate: Estate, name: str) -> str:
    """A run of a deployment of its own, in the state in which Prefect has it."""
    job = f"prefect-jobs:{name}" if name in WITHOUT_JOB else infrastructure_id(name)
    run = estate.submitted_run(estate.deployment(name, POOL), job)
    if name in CRASHED:
        estate.crash(run, "No active or succeeded pods found for any job")
    elif name not in WITHOUT_POD:
        estate.infrastructure_pending(run)
    return run


@pytest.mark.parametrize("name", FAULTS)
def test_every_recorded_fault_is_named_in_kubernetes_words(seen: Seen, name: str) -> None:
    code, words, says = FAULTS[name]
    found = seen.of(name)
    assert [(each.code, each.evidence["kubernetes_says"]) for each in found] == [(code, words)]
    assert says.partition(";")[0] in found[0].title


def test_nothing_else_is_said(seen: Seen) -> None:
    assert seen.of("run-ok") == [] and len(seen.report.findings) == len(FAULTS)


@pytest.mark.parametrize("name", PREFECT_SAYS_NOTHING)
def test_what_prefect_says_nothing_about_is_known_from_the_cluster_alone(seen: Seen, name: str) -> None:
    snapshot = replace(seen.report.snapshot, clusters=())
    without = diagnose(Scene(snapshot, PATIENT, snapshot.taken_at))
    assert [each.code for each in without if seen.runs[name] in each.run_ids] == []
    assert len(seen.of(name)) == 1


@pytest.mark.parametrize("name", ["run-quota", "run-cfgerr", "run-oomrun"])
def test_the_answer_about_one_run_has_kubernetes_words(seen: Seen, name: str) -> None:
    code, words, says = FAULTS[name]
    first = why(seen.estate, seen.runs[name]).holding[0]
    assert first.code == code and first.says.startswith(says)
    assert words in first.says or words in says
