"""Label and field selectors as the API server of Kubernetes understands them, those that it refuses too."""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

Row = Mapping[str, Any]
Choice = Callable[[Row], bool]

TERM = re.compile(r"""(?:[^,(]|\([^)]*\))+""")
SET = re.compile(r"(\S+)\s+(in|notin)\s+\(([^)]*)\)")
EVERYWHERE = frozenset({"metadata.name", "metadata.namespace"})
FIELDS: Mapping[str, frozenset[str]] = {
    "pods": frozenset({"spec.nodeName", "spec.serviceAccountName", "spec.restartPolicy", "status.phase"}),
    "jobs": frozenset({"status.successful"}),
    "nodes": frozenset({"spec.unschedulable"}),
    "events": frozenset(
        {f"involvedObject.{part}" for part in ("kind", "namespace", "name", "uid", "apiVersion", "fieldPath")}
        | {"reason", "type", "source", "reportingComponent"}
    ),
}
"""What may be selected by (the registry's `SelectableFields` of each kind, Kubernetes 1.20 to 1.31)."""


class Refused(Exception):
    """The selector asks for what cannot be selected by; the message is Kubernetes' own."""


def by_labels(selector: str) -> Choice:
    """What a label selector chooses."""
    choices = [_by_label(term.strip()) for term in TERM.findall(selector)]
    return lambda row: all(chooses(row["metadata"].get("labels") or {}) for chooses in choices)


def _by_label(term: str) -> Choice:
    if among := SET.fullmatch(term):
        key, is_in, values = among[1], among[2] == "in", frozenset(re.split(r"\s*,\s*", among[3]))
        return lambda labels: (labels.get(key) in values) is is_in
    if "=" in term:
        key, operator, value = re.split(r"(!=|==|=)", term, maxsplit=1)
        return lambda labels: (labels.get(key) == value) is (operator != "!=")
    return lambda labels: (term.removeprefix("!") in labels) is not term.startswith("!")


def by_fields(kind: str, selector: str) -> Choice:
    """What a field selector chooses; raises `Refused`."""
    choices = [_by_field(kind, term) for term in filter(None, selector.split(","))]
    return lambda row: all(chooses(row) for chooses in choices)


def _by_field(kind: str, term: str) -> Choice:
    path, operator, value = re.split(r"(!=|==|=)", term, maxsplit=1)
    if path not in EVERYWHERE | FIELDS.get(kind, frozenset()):
        raise Refused(f"field label not supported: {path}")
    return lambda row: (_at(row, path) == value) is (operator != "!=")


def _at(row: Row, path: str) -> str:
    """The field as a text; what is left out is empty, and a Job that nothing has succeeded of counts 0."""
    value: Any = row
    for step in ("status.succeeded" if path == "status.successful" else path).split("."):
        value = cast(Row, value).get(step) if isinstance(value, Mapping) else None
    return str(value) if value is not None else "0" if path == "status.successful" else ""
