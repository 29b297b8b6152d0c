"""Who may do what, from Kubernetes' own documents: roles count only where a binding gives them to the account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lifeguard.cluster_rights import NEEDS, VERBS

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grant:
    """One rule in Kubernetes' form (`verbs`, `apiGroups`, `resources`), in a namespace, or everywhere where that is None."""

    rule: Row
    namespace: str | None = None

    def allows(self, verb: str, group: str, resource: str, namespace: str | None) -> bool:
        """Whether it lets a request through."""
        if self.namespace not in (None, namespace):
            return False
        asked = (("verbs", verb), ("apiGroups", group), ("resources", resource))
        return all(value in self.rule[name] or "*" in self.rule[name] for name, value in asked)


READING = [
    Grant({"verbs": list(VERBS), "apiGroups": [need.group], "resources": [need.resource]})
    for need in {(need.group, need.resource): need for need in NEEDS}.values()
]
"""What Lifeguard needs, everywhere."""

EVERYTHING = Grant({"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]})
OF_EVERYBODY = Grant(
    {
        "verbs": ["create"],
        "apiGroups": ["authorization.k8s.io"],
        "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    }
)
"""What `system:basic-user` gives to every account: asking what it may do."""


def grants_of(documents: Iterable[Row], account: str) -> list[Grant]:
    """What these manifests give to a service account, through their bindings alone."""
    rows = [row for row in documents if row]
    rules = {
        (row["kind"], row["metadata"].get("namespace"), row["metadata"]["name"]): row.get("rules", []) for row in rows
    }
    bindings = [row for row in rows if row["kind"] in ("RoleBinding", "ClusterRoleBinding") and _is_for(row, account)]
    return [Grant(rule, binding["metadata"].get("namespace")) for binding in bindings for rule in rules[_role(binding)]]


def _is_for(binding: Row, account: str) -> bool:
    return any(each["kind"] == "ServiceAccount" and each["name"] == account for each in binding.get("subjects", []))


def _role(binding: Row) -> tuple[str, str | None, str]:
    kind: str = binding["roleRef"]["kind"]
    return kind, binding["metadata"].get("namespace") if kind == "Role" else None, binding["roleRef"]["name"]
