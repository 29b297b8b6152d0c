"""Label and field selectors as the API server of Kubernetes understands them, those that it refuses too."""

import re
from collections.abc import Mapping
from typing import Any, cast

Row = Mapping[str, Any]

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


def has_labels(row: Row, selector: str) -> bool:
    """Whether a label selector chooses this object."""
    labels: Mapping[str, str] = row["metadata"].get("labels") or {}
    return all(_label_holds(labels, term.strip()) for term in TERM.findall(selector))


def _label_holds(labels: Mapping[str, str], term: str) -> bool:
    if among := SET.fullmatch(term):
        values = {value.strip() for value in among[3].split(",")}
        return (labels.get(among[1]) in values) is (among[2] == "in")
    if "!=" in term:
        key, _, value = term.partition("!=")
        return labels.get(key) != value
    if "=" in term:
        key, _, value = term.partition("=")
        return labels.get(key) == value.removeprefix("=")
    return term[1:] not in labels if term.startswith("!") else term in labels


def has_fields(kind: str, row: Row, selector: str) -> bool:
    """Whether a field selector chooses this object; raises `Refused`."""
    return all(_field_holds(kind, row, term) for term in filter(None, selector.split(",")))


def _field_holds(kind: str, row: Row, term: str) -> bool:
    path, operator, value = re.split(r"(!=|==|=)", term, maxsplit=1)
    if path not in EVERYWHERE | FIELDS.get(kind, frozenset()):
        raise Refused(f"field label not supported: {path}")
    return (_at(row, path) == value) is (operator != "!=")


def _at(row: Row, path: str) -> str:
    """The field as a text; what is left out is empty, and a Job that nothing has succeeded of counts 0."""
    value: Any = row
    for step in ("status.succeeded" if path == "status.successful" else path).split("."):
        value = cast(Row, value).get(step) if isinstance(value, Mapping) else None
    return str(value) if value is not None else "0" if path == "status.successful" else ""
