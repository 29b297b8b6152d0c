"""k8s-rights-too-wide: the credentials for looking into a cluster may do more than look, and their block leaks.

The kubeconfig of a `kubernetes-cluster-config` block is told in clear by Prefect's API (prefect-kubernetes 0.8.0), so what
stands there should be able to do nothing. What Kubernetes grants to everybody counts for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lifeguard.cluster import Cluster, Right
from lifeguard.cluster_rights import NEEDS
from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.escaping import command
from lifeguard.findings import Finding, Resource, Severity

READS = frozenset({"get", "list", "watch"})
"""`watch` shows nothing that `list` does not, and Kubernetes' own role `view` has it."""

NEEDED = frozenset((need.group, need.resource) for need in NEEDS)
COMMANDS = frozenset({"pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy"})
"""Whose `get` is enough to run commands or to reach what a pod serves, over a websocket (kubernetes/kubernetes#78741)."""

EVERYBODYS = frozenset(
    {"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews", "clustertrustbundles"}
)
"""By `system:basic-user` and `system:cluster-trust-bundle-discovery`; `system:discovery` is of addresses, not of resources."""

ALL = "*"
NAMED, TOLD = 3, 8


def k8s_rights_too_wide(scene: Scene) -> list[Finding]:
    """Find accesses that may write, or read secrets, which is a warning, or read more than Lifeguard does: information."""
    return [finding for cluster in scene.snapshot.clusters if (finding := _of(cluster))]


@dataclass(frozen=True, slots=True)
class Excess:
    """Verbs that are too many on one resource, and where; `is_harmful` where they write, or show what is secret."""

    resource: str
    verbs: tuple[str, ...]
    namespaces: tuple[str, ...]

    @property
    def is_harmful(self) -> bool:
        """Whether somebody who has the credentials could do harm with it."""
        return ALL in self.resource or self.resource in {"secrets", *COMMANDS} or not READS.issuperset(self.verbs)

    @property
    def words(self) -> str:
        """What it allows, for a sentence."""
        writing = [verb for verb in self.verbs if verb not in READS]
        reading = "use" if self.resource in COMMANDS else "read"
        doing = "do anything with" if ALL in writing else ", ".join(writing) or reading
        return f"{doing} {'everything' if self.resource == ALL else self.resource}"


def excesses(rights: Iterable[Right]) -> list[Excess]:
    """What is granted beyond what Lifeguard needs, the harmful first."""
    found = {
        (resource, tuple(sorted(right.verbs)), right.namespace)
        for right in rights
        for group in right.groups
        for resource in right.resources
        if _is_too_much(right.verbs, group, resource)
    }
    alike = grouped(sorted(found), lambda each: each[:2])
    listed = [Excess(resource, verbs, tuple(each[2] for each in some)) for (resource, verbs), some in alike.items()]
    return sorted(listed, key=lambda each: (not each.is_harmful, ALL not in each.resource, each.resource))


def _is_too_much(verbs: Iterable[str], group: str, resource: str) -> bool:
    if resource in EVERYBODYS:
        return False
    return (group, resource) not in NEEDED or not READS.issuperset(verbs)


def _of(cluster: Cluster) -> Finding | None:
    found = excesses(cluster.rights or ())
    return _finding(cluster, found) if found else None


def _finding(cluster: Cluster, found: list[Excess]) -> Finding:
    harmful = [each for each in found if each.is_harmful]
    first = harmful or found
    more = f", and {len(first) - NAMED} more" if len(first) > NAMED else ""
    words = ", ".join(dict.fromkeys(each.words for each in first[:NAMED]))
    doing = "may do more than look" if harmful else "may read more than is needed"
    return Finding(
        code="k8s-rights-too-wide",
        severity=Severity.WARNING if harmful else Severity.INFO,
        resource=Resource("lifeguard", f"cluster-access/{cluster.name}", f"cluster-access/{cluster.name}"),
        title=f"The credentials of cluster access '{cluster.name}' {doing}: {words}{more}",
        evidence={
            "rights_too_wide": len(found),
            "of_them_harmful": len(harmful),
            **{f"right_{number}": _told(each) for number, each in enumerate(found[:TOLD], start=1)},
        },
        remedy=(
            "Use a service account that can only look: kubectl apply --filename examples/kubernetes/rbac.yaml",
            f"All that it may do, with its own kubeconfig: {_list_rights(found)}",
            "Then see what is left: lifeguard cluster",
        ),
    )


def _told(each: Excess) -> str:
    return f"{', '.join(each.verbs)} on {each.resource} in {', '.join(each.namespaces)}"


def _list_rights(found: list[Excess]) -> str:
    return command("kubectl auth can-i --list", namespace=found[0].namespaces[0])
