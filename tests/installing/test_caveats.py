"""What an installation warns of, and which pools it refuses, without a server."""

from typing import Any

import pytest

from lifeguard.configuration import ConfigurationError
from lifeguard.facts import Pool, Server
from lifeguard.installing.arming import Arming
from lifeguard.installing.caveats import caveats
from lifeguard.installing.pool_choice import new_pool, refuse_bad_name, refuse_unfit
from lifeguard.installing.project import Declared
from lifeguard.installing.survey import Survey

SELF_HOSTED = Server("http://127.0.0.1:4200/api", None, "server", version="3.9.1")
TEMPLATES: dict[str, dict[str, Any]] = {"process": {}, "kubernetes": {"job_configuration": {}}}


def said(type: str, *, server: Server = SELF_HOSTED, has_database: bool = True, **seen: Any) -> list[str]:
    rest: dict[str, Any] = {
        "pool": None,
        "live_workers": 0,
        "templates": {},
        "declared": [],
        "deployments": {},
        "flows": frozenset[str](),
        "other_patrols": 1,
        "block_types": {},
        "has_history_block": False,
        "new_address": None,
        "arming": Arming((), None, ()),
        "explain_deployment_id": None,
        "memory": None,
    }
    return caveats(Survey(server=server, **{**rest, **seen}), "p", type, has_database=has_database)


def test_a_pool_that_is_not_alone_and_a_database_that_stays_are_nothing_to_warn_of() -> None:
    assert said("process") == said("kubernetes") == []


def test_push_pools_run_only_on_prefect_cloud() -> None:
    cloud = Server("https://api.prefect.cloud/api", None, "cloud")
    assert said("ecs:push", server=cloud) == []
    assert "only Prefect Cloud runs work pools of the type ecs:push" in said("ecs:push")[0]


@pytest.mark.parametrize(("version", "warned"), [("3.6.22", True), ("3.6.23", False), ("3.10.0", False), (None, False)])
def test_an_old_server_is_named(version: str | None, warned: bool) -> None:
    assert bool(said("process", server=Server("u", None, "server", version=version))) is warned


@pytest.mark.parametrize(
    ("type", "warned"), [("process", False), ("kubernetes", True), ("docker", True), ("cloud-run-v2", True)]
)
def test_a_file_in_a_container_is_no_history(type: str, warned: bool) -> None:
    assert bool(said(type, has_database=False)) is warned


def test_a_database_that_the_deployment_names_is_one() -> None:
    row = {"name": "patrol", "work_pool": {"job_variables": {"env": {"LIFEGUARD_DATABASE_URL": "x"}}}}
    assert said("kubernetes", has_database=False, declared=[Declared("patrol", row, ())]) == []


def test_a_patrol_that_dies_with_the_worker_it_watches_is_told_of() -> None:
    assert said("process", other_patrols=0) == [
        "The patrol runs on 'p', which it watches alone: when the last worker there dies, so does the patrol, and nobody is "
        "paged."
    ]


@pytest.mark.parametrize("name", ["", " ' ", "a/b", "a%b", "a&b", "a<b", "a>b", "Prefect-pool", "{{ $HOME }}", "a\nb"])
def test_names_that_prefect_does_not_take_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be the name of a work pool"):
        refuse_bad_name(name)


@pytest.mark.parametrize("name", ["it's", '"quoted"', "🚨", "-dash", "a b", "$(rm)", "ü{x}", "a;b"])
def test_any_other_name_is_taken(name: str) -> None:
    refuse_bad_name(name)


def test_a_new_pool_is_of_the_type_process_unless_said_otherwise() -> None:
    assert new_pool("p", None, TEMPLATES, is_cloud=False).type == "process"
    assert new_pool("p", "kubernetes", TEMPLATES, is_cloud=False).base_job_template == {"job_configuration": {}}


@pytest.mark.parametrize(("type", "way_out"), [("proces", "did you mean process?"), ("x", "give one of kubernetes")])
def test_an_unknown_type_is_refused(type: str, way_out: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        new_pool("p", type, TEMPLATES, is_cloud=False)
    assert way_out in str(refused.value)


@pytest.mark.parametrize(
    ("pool", "type"), [(Pool("1", "p", "docker"), "process"), (Pool("1", "p", "prefect-agent"), None)]
)
def test_a_pool_that_does_not_fit_is_refused(pool: Pool, type: str | None) -> None:
    with pytest.raises(ConfigurationError, match="give another --pool"):
        refuse_unfit(pool, type)
