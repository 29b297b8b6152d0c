"""How much a pod asks for beside what the nodes can hold: whether it can ever fit, or only has to wait for others to end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lifeguard.cluster import Node, Pod
from lifeguard.diagnose.kubernetes.quantities import amount, shown, total
from lifeguard.diagnose.kubernetes.sight import Sight
from lifeguard.diagnose.kubernetes.telling import key
from lifeguard.findings import Evidence

KEEPS_PODS_OFF = ("NoSchedule", "NoExecute")


@dataclass(frozen=True, slots=True)
class Room:
    """What a pod asks for, and the most that one node has of each, whoever uses it now.

    `fitting` nodes are large enough; `open` are those of them that are neither cordoned nor tainted against new pods.
    """

    asked: Mapping[str, Fraction]
    largest: Mapping[str, Fraction]
    nodes: int
    fitting: int
    open: int

    @property
    def beyond(self) -> tuple[str, ...]:
        """What no node has enough of."""
        return tuple(name for name in sorted(self.asked) if self.asked[name] > self.largest.get(name, Fraction()))

    @property
    def says(self) -> str:
        """Whether the pod can fit at all, for a sentence."""
        if self.beyond:
            parts = " and ".join(self._beside(name) for name in self.beyond)
            return f"a pod asks for {parts}: no node there can ever hold it"
        if not self.fitting:
            return "no node there is large enough in everything that a pod asks for"
        if not self.open:
            return "only nodes that are cordoned or tainted are large enough"
        return f"{self.open} of {self.nodes} {_nodes(self.nodes)} could hold it once other pods end"

    def _beside(self, name: str) -> str:
        return f"{shown(name, self.asked[name])} {name} and the largest node has {self._largest(name)}"

    def _largest(self, name: str) -> str:
        return shown(name, self.largest.get(name, Fraction()))

    def evidence(self, short_of: Sequence[str]) -> Evidence:
        """The numbers, of what the scheduler finds too little of and of what no node has enough of."""
        numbers: dict[str, str | int] = {"nodes_seen": self.nodes, "nodes_large_enough": self.fitting}
        for name in sorted({*short_of, *self.beyond} & set(self.asked)):
            numbers[f"asks_{key(name)}"] = shown(name, self.asked[name])
            numbers[f"largest_node_{key(name)}"] = self._largest(name)
            if name in self.beyond:
                numbers[f"missing_{key(name)}"] = shown(name, self.asked[name] - self.largest.get(name, Fraction()))
        return numbers


def room(sight: Sight) -> Room | None:
    """The room for a pod; None where it asks for nothing that is known, or the nodes could not be seen."""
    nodes = [node for node in sight.cluster.nodes if node.allocatable]
    if sight.pod is None or not nodes or not sight.cluster.sees("nodes"):
        return None
    asked = {name: number for name, number in requests(sight.pod).items() if number > 0}
    if not asked:
        return None
    fitting = [node for node in nodes if _holds(node, asked)]
    return Room(asked, _largest(nodes), len(nodes), len(fitting), sum(map(_is_open, fitting)))


def requests(pod: Pod) -> dict[str, Fraction]:
    """What a pod asks for: the sum of its containers, or one init container that asks for more, as the scheduler counts."""
    summed = total(each.requests for each in pod.containers if not each.is_init)
    for init in (each for each in pod.containers if each.is_init):
        for name, number in total([init.requests]).items():
            summed[name] = max(number, summed.get(name, Fraction()))
    return summed


def _largest(nodes: Sequence[Node]) -> dict[str, Fraction]:
    names = {name for node in nodes for name in node.allocatable}
    return {name: max(amount(node.allocatable.get(name)) or Fraction() for node in nodes) for name in names}


def _holds(node: Node, asked: Mapping[str, Fraction]) -> bool:
    return all((amount(node.allocatable.get(name)) or Fraction()) >= number for name, number in asked.items())


def _is_open(node: Node) -> bool:
    return not node.is_unschedulable and not any(taint.endswith(KEEPS_PODS_OFF) for taint in node.taints)


def _nodes(number: int) -> str:
    return "node" if number == 1 else "nodes"
