"""Whether a file outlives the run, from what the platform says of itself."""

import pytest

from lifeguard.record.containers import ephemeral_home


@pytest.mark.parametrize(
    ("variable", "platform"),
    [
        ("KUBERNETES_SERVICE_HOST", "Kubernetes"),
        ("ECS_CONTAINER_METADATA_URI_V4", "Amazon ECS"),
        ("CLOUD_RUN_JOB", "Google Cloud Run"),
        ("Fabric_ApplicationName", "Azure Container Instances"),
        ("MODAL_TASK_ID", "Modal"),
    ],
)
def test_a_platform_that_starts_a_container_for_a_run_takes_its_files_away(variable: str, platform: str) -> None:
    assert ephemeral_home({variable: "x"}, is_container=False) == platform


def test_a_container_that_prefect_started_for_one_run_does_too() -> None:
    assert ephemeral_home({"PREFECT__FLOW_RUN_ID": "x"}, is_container=True) == "a container of its own"


def test_a_process_worker_on_a_machine_keeps_its_files() -> None:
    assert ephemeral_home({"PREFECT__FLOW_RUN_ID": "x"}, is_container=False) is None


def test_somebody_who_types_a_command_in_a_container_is_not_warned() -> None:
    assert ephemeral_home({}, is_container=True) is None
