"""What prefect.yaml declares against what a server holds, without a server."""

from typing import Any

import pytest

from lifeguard.installing.differences import differences
from lifeguard.installing.project import Declared, declared_in

PROJECT: dict[str, Any] = {
    "build": [
        {
            "prefect.deployments.steps.run_shell_script": {
                "id": "image",
                "script": 'echo "${LIFEGUARD_IMAGE:-prefecthq/prefect:3}"',
            }
        }
    ],
    "pull": [{"prefect.deployments.steps.git_clone": {"repository": "{{ $REPOSITORY }}", "branch": "main"}}],
    "deployments": [
        {
            "name": "patrol",
            "entrypoint": "flows/patrol.py:patrol",
            "tags": ["lifeguard"],
            "work_pool": {"name": "{{ $POOL }}", "job_variables": {"image": "{{ image.stdout }}"}},
            "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
            "schedules": [
                {"cron": "* * * * *", "timezone": "UTC", "slug": "every-minute", "active": True},
                {"interval": 3600, "slug": "an-hour"},
            ],
        }
    ],
}
FOUND: dict[str, Any] = {
    "entrypoint": "flows/patrol.py:patrol",
    "version": "of the file",
    "description": "of the flow",
    "tags": ["lifeguard"],
    "work_pool_name": "p",
    "work_queue_name": "default",
    "parameters": {},
    "job_variables": {"image": "prefecthq/prefect:3"},
    "pull_steps": [{"prefect.deployments.steps.git_clone": {"repository": "{{ $REPOSITORY }}", "branch": "main"}}],
    "schedules": [
        {"slug": "every-minute", "active": True, "schedule": {"cron": "* * * * *", "timezone": "UTC", "day_or": True}},
        {"slug": "an-hour", "active": True, "schedule": {"interval": 3600.0, "anchor_date": "2026-01-01"}},
    ],
    "global_concurrency_limit": {"limit": 1},
    "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
}
OFF = [{**FOUND["schedules"][0], "active": False}, FOUND["schedules"][1]]


def declared(**environment: str) -> Declared:
    return declared_in(PROJECT, {"POOL": "p", **environment})[0]


def test_what_the_server_holds_in_its_own_words_is_no_difference() -> None:
    assert differences(declared(), FOUND) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("work pool", {"work_pool_name": None}),
        ("tags", {"tags": []}),
        ("schedules", {"schedules": FOUND["schedules"][:1]}),
        ("schedules", {"schedules": OFF}),
        ("parameters", {"parameters": {"pools": ["x"]}}),
        ("job variables", {"job_variables": {"image": "mine"}}),
        ("pull steps", {"pull_steps": []}),
        ("concurrency limit", {"global_concurrency_limit": None}),
        ("concurrency limit", {"concurrency_options": {"collision_strategy": "ENQUEUE"}}),
        ("entrypoint", {"entrypoint": "patrol.py:patrol"}),
    ],
)
def test_each_difference_is_named(name: str, found: dict[str, Any]) -> None:
    assert differences(declared(), {**FOUND, **found}) == [name]


def test_the_environment_says_where_it_runs_and_what_is_cloned() -> None:
    assert differences(declared(POOL="q", REPOSITORY="r", LIFEGUARD_IMAGE="mine"), FOUND) == [
        "work pool",
        "pull steps",
        "job variables",
    ]


def test_what_a_build_step_will_say_is_not_compared() -> None:
    built = declared_in({**PROJECT, "build": []}, {"POOL": "p"})[0]
    assert differences(built, {**FOUND, "job_variables": {"image": "any"}}) == []


def test_a_version_that_is_not_declared_may_be_any() -> None:
    assert differences(declared(), {**FOUND, "version": "8aa23969"}) == []
