"""The block `cluster-access`: what is saved is read, nonsense is one sentence, and without one no cluster is asked."""

from collections.abc import Generator
from typing import Any

import anyio
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from pydantic import ValidationError

from blocks.cluster_access import ClusterAccess
from lifeguard.observe.api import Api
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.access_settings import AccessSettings
from lifeguard.observe.cluster.stored_accesses import usable_accesses
from lifeguard.observe.connection import Connection
from tests.cluster.accesses import NAME, change_access
from tests.estate import PATIENT, Estate
from tests.prefect_server import PrefectServer


@pytest.fixture
def saved(server: PrefectServer) -> Generator[None, None, None]:
    """An access with everything that it may say."""
    with temporary_settings({PREFECT_API_URL: server.api_url}):
        ClusterAccess(
            pools=["k8s-*"],
            credentials="kubernetes-credentials/lifeguard",
            namespaces=["jobs"],
            worker_namespaces=["prefect"],
            timeout_seconds=2,
        ).save(NAME, overwrite=True)
        yield
        ClusterAccess.delete(NAME)


def read(api_url: str) -> tuple[list[Access], list[str]]:
    async def reading() -> tuple[list[Access], list[str]]:
        async with Api(Connection(api_url), PATIENT) as api:
            return await usable_accesses(api)

    return anyio.run(reading)


def test_what_was_saved_is_what_a_look_reads(server: PrefectServer, saved: None) -> None:
    whole = Access(NAME, ("k8s-*",), "kubernetes-credentials/lifeguard", ("jobs",), ("prefect",), 2.0)
    assert read(server.api_url) == ([whole], [])


def test_an_access_that_says_nothing_is_for_every_pool_and_takes_the_credentials_that_are_here() -> None:
    assert ClusterAccess().named("here") == Access("here", ("*",), None, (), (), 5.0)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"credentials": "lifeguard"},
        {"credentials": "slack-webhook/lifeguard"},
        {"namespaces": ["Prefect"]},
        {"namespaces": ["a/b"]},
        {"worker_namespaces": [""]},
        {"pools": []},
        {"timeout_seconds": 0},
        {"timeout_seconds": 61},
        {"timeout_seconds": float("nan")},
    ],
)
def test_what_could_never_work_is_refused_when_it_is_saved(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ClusterAccess.model_validate(nonsense)


@pytest.mark.parametrize(
    ("nonsense", "why"),
    [
        (
            {"credentials": "oncall"},
            "credentials: it should be kubernetes-credentials/NAME as `prefect block ls` shows it",
        ),
        (
            {"namespaces": ["team\u202eb"]},
            "namespaces: 'team\\u202eb' cannot be a namespace: `kubectl get namespaces` shows those that there are",
        ),
        ({"timeout_seconds": "soon"}, "timeout_seconds: Input should be a valid number"),
    ],
)
def test_nonsense_that_was_saved_is_one_sentence(
    server: PrefectServer, saved: None, nonsense: dict[str, Any], why: str
) -> None:
    change_access(server.api_url, **nonsense)
    usable, complaints = read(server.api_url)
    assert (usable, len(complaints)) == ([], 1)
    assert complaints[0].startswith(f"The block cluster-access/{NAME} on the server cannot be used ({why}")
    assert complaints[0].endswith(f"or remove it with `prefect block delete cluster-access/{NAME}`.")


def test_nonsense_hides_nothing_else_of_a_look(estate: Estate, saved: None) -> None:
    estate.staffed_pool("k8s-1", type="kubernetes")
    change_access(estate.api_url, pools=[])
    report = estate.look()
    assert [each.what for each in report.snapshot.missing] == ["cluster accesses"]
    assert (report.snapshot.clusters, report.snapshot.is_complete) == ((), True)


def calls(estate: Estate) -> int:
    return estate.look().snapshot.api_calls


def test_where_no_access_is_saved_a_pool_of_kubernetes_costs_one_call_and_others_none(estate: Estate) -> None:
    estate.staffed_pool("mill")
    without = calls(estate)
    estate.raze()
    estate.staffed_pool("mill", type="kubernetes")
    assert calls(estate) == without + 1


def test_its_form_says_what_each_setting_does_and_warns_of_what_prefect_shows() -> None:
    form = ClusterAccess.model_json_schema()
    assert set(form["properties"]) == set(AccessSettings.model_fields)
    assert all(setting["description"].endswith(".") for setting in form["properties"].values()), form
    for text in (ClusterAccess.get_description(), form["properties"]["credentials"]["description"]):
        assert text and "in clear" in text and "get and list" in text
