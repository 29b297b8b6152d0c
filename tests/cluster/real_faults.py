"""The recorded faults, made for real: Jobs that a cluster cannot run, in namespaces that are deleted afterwards."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from kubernetes_asyncio.client import ApiClient, BatchV1Api, CoreV1Api
from prefect_kubernetes.credentials import KubernetesClusterConfig

from lifeguard.cluster import RUN_LABEL

Row = dict[str, Any]

CONTAINER: Row = {"name": "prefect-job", "image": "registry.k8s.io/pause:3.9"}
IN_ENVIRONMENT = {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "etl-credentials", "key": "password"}}}
PODS: Mapping[str, Row] = {
    "run-toobig": {"containers": [{**CONTAINER, "resources": {"requests": {"cpu": "6400"}}}]},
    "run-badimage": {"containers": [{**CONTAINER, "image": "registry.invalid/acme/etl:1.2.3"}]},
    "run-cfgerr": {"containers": [{**CONTAINER, "env": [IN_ENVIRONMENT]}]},
    "run-nosa": {"containers": [CONTAINER], "serviceAccountName": "ghost"},
    "run-quota": {"containers": [CONTAINER]},
}
"""What each run asks of its pod, which is as far from being granted as it was when it was recorded."""
NO_PODS: Row = {"metadata": {"name": "compute"}, "spec": {"hard": {"pods": "0"}}}


@asynccontextmanager
async def faults(config: KubernetesClusterConfig, runs: Mapping[str, str]) -> AsyncGenerator[dict[str, str], None]:
    """A Job for each run, by the name of its fault; what Prefect would keep of it, `namespace:job`."""
    own = f"lifeguard-test-{uuid4().hex[:8]}"
    connected: ApiClient = await config.get_api_client()
    core: Any = CoreV1Api(connected)
    async with connected:
        try:
            for namespace in (own, f"{own}-quota"):
                await core.create_namespace({"metadata": {"name": namespace}})
            await core.create_namespaced_resource_quota(f"{own}-quota", NO_PODS)
            yield {name: await _job(connected, _namespace(own, name), name, run) for name, run in runs.items()}
        finally:
            for namespace in (own, f"{own}-quota"):
                await core.delete_namespace(namespace)


def _namespace(own: str, name: str) -> str:
    return f"{own}-quota" if name == "run-quota" else own


async def _job(client: ApiClient, namespace: str, name: str, run: str) -> str:
    labels = {RUN_LABEL: run}
    template = {"metadata": {"labels": labels}, "spec": {**PODS[name], "restartPolicy": "Never"}}
    body = {"metadata": {"name": name, "labels": labels}, "spec": {"backoffLimit": 0, "template": template}}
    batch: Any = BatchV1Api(client)
    await batch.create_namespaced_job(namespace, body)
    return f"{namespace}:{name}"
