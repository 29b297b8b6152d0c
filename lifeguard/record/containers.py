"""Whether what is written beside this process is gone when it ends. No look at a file system is made here."""

from collections.abc import Mapping

PLATFORMS = {
    "KUBERNETES_SERVICE_HOST": "Kubernetes",
    "ECS_CONTAINER_METADATA_URI_V4": "Amazon ECS",
    "CLOUD_RUN_JOB": "Google Cloud Run",
    "K_SERVICE": "Google Cloud Run",
    "Fabric_ApplicationName": "Azure Container Instances",
    "MODAL_TASK_ID": "Modal",
}
"""Variables that platforms set in every container that they start."""

STARTED_FOR_A_RUN = "PREFECT__FLOW_RUN_ID"
"""Set by Prefect where a process or a container is started for one flow run (prefect.workers.base, 3.9.1)."""

CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")


def ephemeral_home(environment: Mapping[str, str], is_container: bool) -> str | None:
    """What kind of container this is if it ends with the run; None where files stay."""
    named = next((name for variable, name in PLATFORMS.items() if environment.get(variable)), None)
    if named:
        return named
    return "a container of its own" if is_container and environment.get(STARTED_FOR_A_RUN) else None
