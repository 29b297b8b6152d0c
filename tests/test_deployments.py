"""prefect.yaml and flows/ say the same thing, and all entry files can live in one process."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text())
DEPLOYMENTS: list[dict[str, Any]] = PROJECT["deployments"]
OUR_PACKAGES = {"flows", "blocks", "lifeguard", "tests"}
LOAD_ALL = """
import yaml
from prefect.flows import load_flow_from_entrypoint
for deployment in yaml.safe_load(open("prefect.yaml"))["deployments"]:
    load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)
"""


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


def test_where_the_code_comes_from_is_always_said() -> None:
    assert PROJECT["pull"]


def test_our_runs_can_be_told_from_those_that_we_watch() -> None:
    assert all("lifeguard" in deployment["tags"] for deployment in DEPLOYMENTS)


def test_patrols_and_prunings_never_pile_up() -> None:
    limits = [each["concurrency_limit"] for each in DEPLOYMENTS if each["name"] in ("patrol", "prune_history")]
    assert limits == [{"limit": 1, "collision_strategy": "CANCEL_NEW"}] * 2


def test_what_runs_every_night_really_deletes() -> None:
    parameters = [each["parameters"] for each in DEPLOYMENTS if each["name"] == "prune_history"]
    assert parameters == [{"dry_run": False}]
