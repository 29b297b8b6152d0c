"""What one access sees of its cluster, through the client, by the kubeconfig of where this runs: no server of Prefect's."""

from pathlib import Path
from typing import cast

import anyio
import pytest
import yaml

from lifeguard.cluster_survey import Survey
from lifeguard.commands.cluster import status_of
from lifeguard.commands.status import Status
from lifeguard.observe.api import Api
from lifeguard.observe.cluster import survey as surveying
from lifeguard.observe.cluster.access import Access
from lifeguard.report.survey_phrases import verdict
from tests.cluster.rights import EVERYTHING
from tests.cluster.server import TOKEN, ClusterServer, listing
from tests.cluster.test_manifests import WANTED
from tests.proxy import anything, delayed


@pytest.fixture
def here(cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ClusterServer:
    """The recorded cluster, where `kubectl` would look."""
    use(cluster, monkeypatch, tmp_path)
    return cluster


def use(cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch, folder: Path, token: str = TOKEN) -> None:
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(cluster.kubeconfig(token)))
    monkeypatch.setenv("KUBECONFIG", str(file))


def surveyed() -> Survey:
    async def look() -> Survey:
        return await surveying.survey(cast(Api, None), Access("prod"), WANTED, None)

    return anyio.run(look)


def test_every_kind_is_counted_where_it_is_needed(here: ClusterServer) -> None:
    found = surveyed()
    counted = {(each.need.resource, each.namespace): each.number for each in found.kinds}
    assert counted[("pods", "prefect-jobs")] == 13
    assert (len(counted), status_of([found])) == (9, Status.FINE)


def test_the_workers_are_told_with_their_pods(here: ClusterServer) -> None:
    told = [
        (each.name, each.pool_name, [pod.containers[0].restarts for pod in each.pods])
        for each in surveyed().deployments
    ]
    assert told == [("prefect-worker", "k8s", [6]), ("prefect-worker-oom", "k8s-oom", [6])]


def test_rights_that_are_too_wide_end_with_status_1(here: ClusterServer) -> None:
    here.grants = [EVERYTHING]
    found = surveyed()
    assert (status_of([found]), "give it the service account" in verdict(found)) == (Status.FOUND, True)


def test_a_right_that_is_optional_is_missed_by_nobody(here: ClusterServer) -> None:
    here.forbid("nodes")
    assert status_of([surveyed()]) == Status.FINE


def test_a_token_that_is_not_accepted_is_said_once(
    cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(cluster, monkeypatch, tmp_path, token="a-token-of-yesterday")
    found = surveyed()
    because = "the cluster does not accept the credentials (HTTP 401): renew the token"
    assert (found.unreachable, status_of([found])) == (because, Status.COULD_NOT_LOOK)


def test_a_cluster_that_does_not_answer_is_not_waited_for(here: ClusterServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "PATIENCE_SECONDS", 0.5)
    here.fail(anything, delayed(60))
    assert (surveyed().unreachable or "").startswith("no answer within")


def test_what_hangs_is_missing_and_the_rest_is_seen(here: ClusterServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "PATIENCE_SECONDS", 10)
    here.fail(listing("events"), delayed(60))
    found = surveyed()
    missing = [each.need.resource for each in found.kinds if each.is_missing]
    assert (missing, found.unreachable) == (["events"], None)


def test_it_only_lists_and_asks_what_it_may_do(here: ClusterServer) -> None:
    surveyed()
    assert {(each.verb, each.kind == "selfsubjectrulesreviews") for each in here.asked} == {
        ("list", False),
        ("create", True),
    }
