"""prefect.yaml and flows/ say the same thing, and all entry files can live in one process."""

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text())
DEPLOYMENTS: list[dict[str, Any]] = PROJECT["deployments"]
DEFINITIONS: dict[str, Any] = PROJECT["definitions"]
OUR_PACKAGES = {"flows", "blocks", "lifeguard", "tests"}
LOAD_ALL = """
import yaml
from prefect.flows import load_flow_from_entrypoint
for deployment in yaml.safe_load(open("prefect.yaml"))["deployments"]:
    load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)
"""
DOCKER = '#!/bin/sh\necho docker "$@"\n'


def test_every_entrypoint_loads_beside_all_the_others() -> None:
    done = subprocess.run([sys.executable, "-c", LOAD_ALL], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_deployment_its_flow_and_its_file_share_one_name() -> None:
    for deployment in DEPLOYMENTS:
        path, flow = deployment["entrypoint"].split(":")
        assert deployment["name"] == flow == Path(path).stem


def test_no_entry_file_hides_another_module() -> None:
    stems = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert not stems & (set(sys.stdlib_module_names) | OUR_PACKAGES)


def test_every_flow_is_deployed() -> None:
    stems = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert stems == {deployment["name"] for deployment in DEPLOYMENTS}


def test_our_runs_can_be_told_from_those_that_we_watch() -> None:
    assert all("lifeguard" in deployment["tags"] for deployment in DEPLOYMENTS)


def test_patrols_and_prunings_never_pile_up() -> None:
    limits = [each["concurrency_limit"] for each in DEPLOYMENTS if each["name"] in ("patrol", "prune_history")]
    assert limits == [{"limit": 1, "collision_strategy": "CANCEL_NEW"}] * 2


def test_what_runs_every_night_really_deletes() -> None:
    parameters = [each["parameters"] for each in DEPLOYMENTS if each["name"] == "prune_history"]
    assert parameters == [{"dry_run": False}]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=[each["name"] for each in DEPLOYMENTS])
def test_the_ui_shows_what_it_is_for_and_every_parameter_of_it(deployment: dict[str, Any]) -> None:
    assert set(deployment["parameters"]) == parameters_of(deployment["entrypoint"])
    assert deployment["description"]


def test_a_schedule_is_found_again_by_its_slug() -> None:
    slugs = [[schedule.get("slug") for schedule in each.get("schedules", ())] for each in DEPLOYMENTS]
    assert all(all(each) and len(set(each)) == len(each) for each in slugs)


def test_where_the_code_comes_from_is_always_said() -> None:
    assert PROJECT["pull"] == DEFINITIONS["code_from_git"]
    assert not any("pull" in deployment for deployment in DEPLOYMENTS)


def test_what_goes_into_an_environment_is_text() -> None:
    assert all(isinstance(value, str) for value in DEFINITIONS["environment"].values())


def test_the_repository_has_a_default_that_a_run_finds_in_its_environment() -> None:
    (step,) = DEFINITIONS["code_from_git"]
    assert step["prefect.deployments.steps.git_clone"]["repository"] == "{{ $LIFEGUARD_REPOSITORY }}"
    assert DEFINITIONS["environment"]["LIFEGUARD_REPOSITORY"].startswith("https://")


def test_without_an_image_of_ours_it_is_prefects_own_of_a_version_that_we_run_with() -> None:
    named, _, tag = ran(step("image"), {}).strip().partition(":")
    version, _, python = tag.partition("-python")
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    wanted = next(each for each in map(Requirement, project["dependencies"]) if each.name == "prefect")
    assert named == "prefecthq/prefect"
    assert version in wanted.specifier
    assert python in Requirement(f"python{project['requires-python']}").specifier


def test_an_image_of_ours_is_taken_from_the_environment() -> None:
    assert ran(step("image"), {"LIFEGUARD_IMAGE": "registry.example/own:1"}) == "registry.example/own:1\n"


def test_nothing_is_built_unless_it_is_asked_for(tmp_path: Path) -> None:
    assert ran(step(None), with_docker(tmp_path)) == ""
    assert ran(step(None), {**with_docker(tmp_path), "LIFEGUARD_IMAGE": "own:1"}) == ""


def test_an_image_that_is_asked_for_is_built_and_pushed(tmp_path: Path) -> None:
    asked = {**with_docker(tmp_path), "LIFEGUARD_BUILD": "true", "LIFEGUARD_IMAGE": "own:1"}
    assert ran(step(None), asked).splitlines() == ["docker build --tag own:1 .", "docker push own:1"]


def test_an_image_without_a_name_is_not_built(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        ran(step(None), {**with_docker(tmp_path), "LIFEGUARD_BUILD": "true"})
    assert "LIFEGUARD_IMAGE: has to name the image" in refused.value.stderr
    assert refused.value.stdout == ""


def parameters_of(entrypoint: str) -> set[str]:
    """The names of a flow's parameters; importing it here would leave its folder on the path of all other tests."""
    path, _, name = entrypoint.partition(":")
    functions = [each for each in ast.parse((ROOT / path).read_text()).body if isinstance(each, ast.AsyncFunctionDef)]
    (arguments,) = [each.args for each in functions if each.name == name]
    return {each.arg for each in (*arguments.args, *arguments.kwonlyargs)}


def step(identity: str | None) -> str:
    """The script of the build step with this id."""
    steps = [next(iter(each.values())) for each in PROJECT["build"]]
    return str(next(each["script"] for each in steps if each.get("id") == identity))


def ran(script: str, environment: Mapping[str, str]) -> str:
    """What a script prints; as Prefect does it, each of its lines would be a command of its own."""
    assert len(script.splitlines()) == 1
    own = {"PATH": os.environ["PATH"], **environment}
    done = subprocess.run(["sh", "-c", script], env=own, capture_output=True, text=True, check=True)
    return done.stdout


def with_docker(folder: Path) -> dict[str, str]:
    """An environment whose `docker` only says what it was asked for."""
    program = folder / "docker"
    program.write_text(DOCKER)
    program.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
