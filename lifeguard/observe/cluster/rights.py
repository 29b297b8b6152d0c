"""What the credentials may do, as Kubernetes tells it itself: the only request to a cluster that is no list.

A SelfSubjectRulesReview is a POST that stores nothing, like Prefect's filters; `kubectl auth can-i --list` sends the same.
"""

from typing import Any

import orjson
from aiohttp import ClientError
from kubernetes_asyncio.client import ApiClient, AuthorizationV1Api

from lifeguard.cluster import Right
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.cluster import answers, unreadable
from lifeguard.observe.cluster.lists import why_not
from lifeguard.observe.cluster.unreadable import Unreadable, refusal

REVIEWS = "selfsubjectrulesreviews"
CREATED = (200, 201)


async def rights_of(client: ApiClient, namespace: str) -> tuple[Right, ...]:
    """What the client may do in a namespace, by rules for the whole cluster too. Raises `Unreadable`."""
    body: dict[str, Any] = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    try:
        api: Any = AuthorizationV1Api(client)
        response = await api.create_self_subject_rules_review(body, _preload_content=False)
        if response.status not in CREATED:
            raise refusal(response.status, "create")
        rules = orjson.loads(await response.read())["status"]["resourceRules"]
        return tuple(answers.right(rule, namespace) for rule in rules)
    except (ClientError, OSError, TimeoutError) as error:
        raise Unreadable(why_not(error)) from None
    except ANOTHER_SHAPE:
        raise Unreadable(unreadable.ANOTHER_SHAPE) from None
