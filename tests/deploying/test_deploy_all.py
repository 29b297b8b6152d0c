"""`prefect --no-prompt deploy --all`, again and again, on pools of every kind, with the Prefect of today and an old one."""

import os
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from tests.conftest import OLD_PREFECT
from tests.deploying.checkout import copied_to, deploy
from tests.deploying.server_rows import Row, Rows
from tests.estate import Estate
from tests.patience import ask
from tests.prefect_server import PrefectServer

pytestmark = pytest.mark.timeout(300)
POOLS = {"kind-process": "process", "kind-kubernetes": "kubernetes", "kind-push": "cloud-run:push"}
NAMES = {
    "patrol": ["every-minute"],
    "look_at_part": [],
    "explain_run": [],
    "publish_digest": ["every-morning"],
    "prune_history": ["every-night"],
}
LIMITS = {"explain_run": (3, "ENQUEUE"), "look_at_part": (32, "CANCEL_NEW")}


@pytest.fixture
def rows(either_server: PrefectServer) -> Generator[Rows, None, None]:
    with Estate(either_server.api_url) as estate:
        estate.raze()
        for pool, kind in POOLS.items():
            estate.pool(pool, kind)
        asking = Rows(either_server.api_url)
        yield asking
        asking.close()
        estate.raze()


def test_every_kind_of_pool_takes_them_and_the_second_time_changes_nothing(
    either_server: PrefectServer, rows: Rows, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    is_old = "old_server" in request.node.callspec.id
    executable = Path(os.environ[OLD_PREFECT]) if is_old else None
    checkout, seen = copied_to(tmp_path / "checkout"), list[dict[str, tuple[str, list[str]]]]()
    for pool in (*POOLS, "kind-push"):
        deploy(checkout, either_server.api_url, tmp_path, deployed_to(pool), executable)
        seen.append(told(rows, pool))
    assert [sorted(each) for each in seen] == [sorted(NAMES)] * 4
    assert seen[-1] == seen[-2]
    assert not automations(either_server)


def deployed_to(pool: str) -> Mapping[str, str]:
    """What the shell says."""
    return {
        "LIFEGUARD_WORK_POOL": pool,
        "LIFEGUARD_IMAGE": "registry.example/lifeguard:1",
        "LIFEGUARD_BRANCH": "stable",
        "PREFECT_LOGGING_LEVEL": "ERROR",
    }


def told(rows: Rows, pool: str) -> dict[str, tuple[str, list[str]]]:
    """Which deployments there are, each checked, with its id and the ids of its schedules."""
    return {name: checked(name, row, pool) for name, row in rows.deployments().items()}


def checked(name: str, row: Row, pool: str) -> tuple[str, list[str]]:
    assert row["work_pool_name"] == pool
    assert [each["slug"] for each in row["schedules"] if each["active"]] == NAMES[name]
    limit = (row["global_concurrency_limit"]["limit"], row["concurrency_options"]["collision_strategy"])
    assert limit == LIMITS.get(name, (1, "CANCEL_NEW"))
    assert row["job_variables"]["image"] == "registry.example/lifeguard:1"
    assert row["tags"] == ["lifeguard"]
    assert row["description"]
    (step,) = row["pull_steps"]
    (clone,) = step.values()
    assert clone == {"repository": "{{ $LIFEGUARD_REPOSITORY }}", "branch": "stable"}
    return row["id"], [each["id"] for each in row["schedules"]]


def automations(server: PrefectServer) -> list[Row]:
    rows: list[Row] = ask(server.api_url, "POST", "automations/filter", {})
    return rows
