"""A small API server of Kubernetes: real objects behind lists, selectors, paging, rights and faults; it records every request.

It is the proxy of these tests with objects behind it, so that its answers break by the same rules: `fail(listing("pods"),
too_many_requests(1))`, `fail(listing("events"), invalid_json)`, `fail(anything, delayed(60))`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import orjson

from tests.cluster.objects import recorded_objects
from tests.cluster.rights import OF_EVERYBODY, READING, Grant, grants_of
from tests.cluster.selectors import Refused, Row, by_fields, by_labels
from tests.proxy import Answer, Predicate, Proxy, Request, as_json

TOKEN = "eyJhbGciOi-this-token-must-be-seen-nowhere"
ACCOUNT = "system:serviceaccount:prefect:prefect-lifeguard"
REVIEWS = "selfsubjectrulesreviews"


class Asked(NamedTuple):
    """What a request is for; `namespace` is None of what has none, and of a list over all namespaces."""

    verb: str
    group: str
    kind: str
    namespace: str | None
    name: str | None


def asked(request: Request) -> Asked:
    """Take a request apart as the API server does: `/api/v1/...` or `/apis/GROUP/VERSION/...`."""
    parts = [unquote(part) for part in request.path.strip("/").split("/")]
    group, rest = ("", parts[2:]) if parts[0] == "api" else (parts[1], parts[3:])
    namespace = rest[1] if rest[0] == "namespaces" and len(rest) > 2 else None
    kind, *name = rest[2:] if namespace else rest
    verbs = {"GET": "get" if name else "list", "POST": "create", "DELETE": "delete", "PUT": "update"}
    return Asked(verbs.get(request.method, "patch"), group, kind, namespace, name[0] if name else None)


def listing(kind: str, namespace: str | None = None) -> Predicate:
    """Lists of a kind, anywhere or in one namespace, for the proxy's rules."""
    ending = f"/namespaces/{namespace}/{kind}" if namespace else f"/{kind}"
    return lambda method, path: method == "GET" and path.endswith(ending)


class ClusterServer(Proxy):
    """Serves `objects`, by the plural of their kind, to whoever shows `TOKEN`, as far as `grants` go.

    At first it has everything that was recorded, and lets everything be read that Lifeguard needs. `expired` is how many
    requests for a further page are answered 410 before one goes well again.
    """

    def __init__(self, objects: Mapping[str, Sequence[Row]] | None = None) -> None:
        super().__init__(self._answer_as_cluster)
        self.restore(objects)

    def restore(self, objects: Mapping[str, Sequence[Row]] | None = None) -> None:
        """As it was at first: everything recorded, or other objects; the rights that are needed, no fault, nothing asked."""
        self.heal()
        chosen = recorded_objects() if objects is None else objects
        self.objects: dict[str, list[Row]] = {kind: list(rows) for kind, rows in chosen.items()}
        self.grants: list[Grant] = list(READING)
        self.forbidden: set[tuple[str | None, str]] = set()
        self.expired = 0
        self.is_writable = False
        self._further: dict[str, list[Row]] = {}

    def hand_over(self, runs: Mapping[str, str]) -> None:
        """Give the objects of recorded runs, by their names, to runs with other ids."""
        self.objects |= recorded_objects(runs)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[Asked]:
        """What every request so far was for, in their order."""
        return [asked(request) for request in self.requests]

    def reads(self, kind: str) -> list[str]:
        """The targets of all lists of a kind so far, with their selectors."""
        return [request.target for request in self.requests if asked(request).kind == kind]

    def kubeconfig(self, token: str = TOKEN, namespace: str | None = None) -> dict[str, Any]:
        """What a kubeconfig file for it holds; its context is `small`."""
        within = {"namespace": namespace} if namespace else {}
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "small",
            "clusters": [{"name": "small", "cluster": {"server": self.url}}],
            "users": [{"name": "reader", "user": {"token": token}}],
            "contexts": [{"name": "small", "context": {"cluster": "small", "user": "reader", **within}}],
        }

    def add(self, kind: str, *rows: Row) -> None:
        """Put up objects of a kind."""
        self.objects.setdefault(kind, []).extend(rows)

    def forbid(self, kind: str, namespace: str | None = None) -> None:
        """Answer 403 for a kind in one namespace, or wherever it is asked for."""
        self.forbidden.add((namespace, kind))

    def grant(self, documents: Iterable[Row], account: str = "prefect-lifeguard") -> None:
        """Let in only as far as these manifests give rights to the service account."""
        self.grants = grants_of(documents, account)

    def _answer_as_cluster(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return failure(401, "Unauthorized", "Unauthorized")
        wanted = asked(request)
        if not self._is_allowed(wanted):
            return failure(403, "Forbidden", _forbidden(wanted))
        if wanted.kind == REVIEWS and wanted.verb == "create":
            return self._review(request)
        if self.is_writable and wanted.verb in ("create", "delete"):
            return self._change(wanted, request)
        if wanted.verb not in ("get", "list"):
            return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
        return self._one(wanted) if wanted.name else self._list(wanted, request)

    def _is_allowed(self, wanted: Asked) -> bool:
        if {(None, wanted.kind), (wanted.namespace, wanted.kind)} & self.forbidden:
            return False
        mine = [*self.grants, OF_EVERYBODY]
        return any(grant.allows(wanted.verb, wanted.group, wanted.kind, wanted.namespace) for grant in mine)

    def _review(self, request: Request) -> Answer:
        namespace = request.json["spec"]["namespace"]
        mine = [grant.rule for grant in (*self.grants, OF_EVERYBODY) if grant.namespace in (None, namespace)]
        status = {"resourceRules": mine, "nonResourceRules": [], "incomplete": False}
        return as_json({**request.json, "status": status}, 201)

    def _change(self, wanted: Asked, request: Request) -> Answer:
        """Make or delete an object, which nobody can who has not made the server `is_writable`."""
        if wanted.verb == "delete":
            self.objects[wanted.kind] = [row for row in self._rows(wanted) if row["metadata"]["name"] != wanted.name]
            return as_json({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})
        row = {**request.json, "metadata": {**request.json["metadata"], "uid": str(uuid4())}}
        if wanted.namespace:
            row["metadata"]["namespace"] = wanted.namespace
        self.add(wanted.kind, row)
        return as_json(row, 201)

    def _rows(self, wanted: Asked) -> list[Row]:
        rows = self.objects.get(wanted.kind, [])
        return [row for row in rows if wanted.namespace in (None, row["metadata"].get("namespace"))]

    def _one(self, wanted: Asked) -> Answer:
        found = [row for row in self._rows(wanted) if row["metadata"]["name"] == wanted.name]
        return as_json(found[0]) if found else failure(404, "NotFound", f'{wanted.kind} "{wanted.name}" not found')

    def _list(self, wanted: Asked, request: Request) -> Answer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.target).query).items()}
        if "continue" in query and self.expired:
            self.expired -= 1
            return failure(
                410, "Expired", "The provided continue parameter is too old to display a consistent list result."
            )
        try:
            rows = self._further.pop(query["continue"]) if "continue" in query else self._selected(wanted, query)
        except Refused as refused:
            return failure(400, "BadRequest", str(refused))
        except KeyError:
            return failure(400, "BadRequest", "continue key is not valid")
        limit = int(query.get("limit", "0")) or len(rows)
        metadata = {"resourceVersion": "1100", **self._rest(rows[limit:])}
        body = orjson.dumps({"kind": "List", "metadata": metadata, "items": rows[:limit]})
        return Answer(200, body, {"Content-Type": "application/json"})

    def _selected(self, wanted: Asked, query: Mapping[str, str]) -> list[Row]:
        has_labels = by_labels(query.get("labelSelector", ""))
        has_fields = by_fields(wanted.kind, query.get("fieldSelector", ""))
        return [row for row in self._rows(wanted) if has_labels(row) and has_fields(row)]

    def _rest(self, rows: list[Row]) -> dict[str, str]:
        """A token for what is left of a list, as it was when its first page was asked for."""
        if not rows:
            return {}
        token = str(uuid4())
        self._further[token] = rows
        return {"continue": token}


def failure(code: int, reason: str, message: str) -> Answer:
    """An error in Kubernetes' own form."""
    status: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return as_json({**status, "reason": reason, "message": message, "code": code}, code)


def _forbidden(wanted: Asked) -> str:
    place = f' in the namespace "{wanted.namespace}"' if wanted.namespace else " at the cluster scope"
    what = f'cannot {wanted.verb} resource "{wanted.kind}" in API group "{wanted.group}"{place}'
    return f'{wanted.kind} is forbidden: User "{ACCOUNT}" {what}'
