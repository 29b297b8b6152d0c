"""The scenarios run against both servers, and always beside healthy pools, so that a wrong attribution is seen."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.builders import policy
from tests.cluster.accesses import access_saved
from tests.cluster.server import ClusterServer
from tests.conftest import OLD_PREFECT
from tests.estate import LOOKS, Estate
from tests.prefect_server import PrefectServer, prefect_server
from tests.scenarios.crowded import Crowded, crowded_server
from tests.scenarios.proofs import proof_of
from tests.scenarios.recalling import RecallingEstate


@pytest.fixture
def estate(either_server: PrefectServer, request: pytest.FixtureRequest) -> Generator[Estate, None, None]:
    """An estate with two healthy pools in it; what a test adds to it is deleted after the test.

    On the installed Prefect, a look that remembers is held to what was found.
    """
    is_old = request.node.get_closest_marker("old_server") is not None
    with (Estate if is_old else RecallingEstate)(either_server.api_url) as built:
        try:
            yield built.with_noise()
            if isinstance(built, RecallingEstate):
                built.recall()
        finally:
            built.raze(spare_noise=True)


@pytest.fixture
def cluster(estate: Estate) -> Generator[ClusterServer, None, None]:
    """The recorded Kubernetes cluster, with an access to it saved on the estate's server for all pools of Kubernetes."""
    with ClusterServer() as running, access_saved(estate.api_url, running.kubeconfig()):
        yield running


@pytest.fixture(autouse=True)
def what_it_proves(request: pytest.FixtureRequest) -> Generator[None, None, None]:
    """Hold each scenario to the page of proofs: where it speaks, the code was found, and a look-alike ends without it."""
    LOOKS.clear()
    yield
    proof = proof_of(request.path, request.function.__name__)
    if proof and LOOKS:
        looked = LOOKS if proof.speaks else LOOKS[-1:]
        codes = {finding.code for report in looked for finding in report.findings}
        assert (proof.code in codes) is proof.speaks, f"{proof.test}: found {sorted(codes)}"


QUICK = {
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "0.5",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "0.5",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "0.5",
    "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS": "1",
}
"""What its services would do within a second or two if they ran."""

IMPATIENT = policy(service_stalled_after_seconds=2, request_timeout_seconds=60)


@pytest.fixture(scope="session", params=["new", pytest.param("old", marks=pytest.mark.old_server)])
def dead_server(request: pytest.FixtureRequest) -> Generator[PrefectServer, None, None]:
    """A server of either Prefect whose background services do not run, for all scenarios of a process."""
    executable = Path(os.environ[OLD_PREFECT]) if request.param == "old" and OLD_PREFECT in os.environ else None
    if request.param == "old" and executable is None:
        pytest.skip(f"{OLD_PREFECT} does not name the executable of Prefect 3.8.8")
    with prefect_server(QUICK, executable, ["--no-services"]) as running:
        yield running


@pytest.fixture
def deserted(dead_server: PrefectServer) -> Generator[Estate, None, None]:
    """An empty estate on a server whose services are dead; what a test adds to it is deleted after the test."""
    with Estate(dead_server.api_url) as built:
        try:
            yield built
        finally:
            built.raze()


@pytest.fixture(scope="module")
def crowded() -> Generator[Crowded, None, None]:
    """A quick server on a PostgreSQL that others use too, for one file: its log names what they did."""
    with crowded_server(QUICK) as running:
        yield running
