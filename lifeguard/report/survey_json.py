"""The JSON that `lifeguard cluster --format json` prints. A change to a name is a change of version."""

from collections.abc import Sequence
from typing import Any

import orjson

from lifeguard.cluster import WorkerDeployment
from lifeguard.cluster_survey import KindSeen, Survey
from lifeguard.diagnose.k8s_rights_too_wide import excesses

SCHEMA = 1


def as_json(api_url: str, surveys: Sequence[Survey]) -> str:
    """One object; `count` is null for what could not be read, and `too_wide` for rights that nobody told."""
    told = {"schema": SCHEMA, "server": {"api_url": api_url}, "accesses": [_access(each) for each in surveys]}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()


def _access(survey: Survey) -> dict[str, Any]:
    return {
        "name": survey.name,
        "credentials": survey.credentials,
        "work_pools": survey.pools,
        "reachable": survey.unreachable is None,
        "because": survey.unreachable,
        "note": survey.note,
        "kinds": [_kind(each) for each in survey.kinds],
        "workers": [_worker(each) for each in survey.deployments],
        "rights_too_wide": _too_wide(survey),
    }


def _kind(seen: KindSeen) -> dict[str, Any]:
    return {
        "kind": seen.need.resource,
        "group": seen.need.group,
        "namespace": seen.namespace,
        "optional": seen.need.is_optional,
        "count": seen.number,
        "is_whole": seen.is_whole,
        "missing_verb": seen.verb,
        "because": seen.because,
    }


def _worker(deployment: WorkerDeployment) -> dict[str, Any]:
    return {
        "namespace": deployment.namespace,
        "name": deployment.name,
        "work_pool": deployment.pool_name,
        "replicas": deployment.replicas,
        "available": deployment.available,
        "restarts": sum(each.restarts for pod in deployment.pods for each in pod.containers),
        "liveness_probe": deployment.has_liveness_probe,
        "autoscaled_by": deployment.autoscaled_by,
    }


def _too_wide(survey: Survey) -> list[dict[str, Any]] | None:
    if survey.rights is None:
        return None
    return [
        {"resource": each.resource, "verbs": each.verbs, "namespaces": each.namespaces, "harmful": each.is_harmful}
        for each in excesses(survey.rights)
    ]
