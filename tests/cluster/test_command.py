"""`lifeguard cluster` as a user meets it: what it prints of a saved access, how it ends, and that no token is shown."""

from tests.cluster.accesses import change_access
from tests.cluster.conftest import CREDENTIALS
from tests.cluster.server import TOKEN, ClusterServer
from tests.commands.command_line import lifeguard
from tests.estate import Estate

PLACES = {"namespaces": ["prefect-jobs"], "worker_namespaces": ["prefect"]}


def test_what_is_seen_is_told_without_a_token(estate: Estate, known_cluster: ClusterServer) -> None:
    estate.pool("k8s", type="kubernetes")
    change_access(estate.api_url, credentials=CREDENTIALS, **PLACES)
    ended = lifeguard("cluster", api_url=estate.api_url, COLUMNS="160")
    first, *_, last = ended.out.splitlines()
    assert first == "Cluster access 'small' for work pool 'k8s', with kubernetes-credentials/small"
    assert (last, ended.status) == ("Everything that is needed can be read", 0)
    assert "prefect/prefect-worker for pool 'k8s': 0 of 1 replica available, 6 restarts, no liveness probe" in ended.out
    assert TOKEN not in ended.out + ended.err


def test_a_verb_that_is_missing_is_null_and_says_what_to_grant(estate: Estate, known_cluster: ClusterServer) -> None:
    change_access(estate.api_url, credentials=CREDENTIALS, **PLACES)
    known_cluster.forbid("limitranges", "prefect-jobs")
    ended = lifeguard("cluster", "--format", "json", api_url=estate.api_url)
    kinds = {(each["kind"], each["namespace"]): each for each in ended.json["accesses"][0]["kinds"]}
    missing = kinds[("limitranges", "prefect-jobs")]
    assert (ended.status, missing["count"], missing["missing_verb"]) == (1, None, "list")
    assert missing["because"].startswith("not allowed to list limitranges in prefect-jobs: grant list on limitranges")
    assert kinds[("events", "prefect-jobs")]["count"] == 72
