"""Nodes, and the pods of running runs on those that are lost: asked for by node, since runs that are well have pods too."""

from collections.abc import Sequence

from lifeguard.cluster import RUN_LABEL, Node, Unseen
from lifeguard.observe.cluster import answers
from lifeguard.observe.cluster.picture import Picture
from lifeguard.observe.cluster.wanted import RunIds

NODES = "nodes"
NODES_ASKED = 5
"""Of so many lost nodes it is asked which pods are on them; a zone that is away takes more."""


async def look_at_nodes(picture: Picture, running: RunIds) -> None:
    """Read the nodes where a pod finds none, or where runs are running; then the pods of those runs on lost ones."""
    if running or picture.needs_nodes:
        lost = _lost([answers.node(row) for row in await picture.read(NODES, None)])
        for namespace in running:
            for node in lost[:NODES_ASKED]:
                await picture.read("pods", namespace, RUN_LABEL, f"spec.nodeName={node.name}")
        if running and len(lost) > NODES_ASKED:
            left_out = f"only {NODES_ASKED} of the {len(lost)} nodes that are not ready were asked for their pods"
            picture.unseen.append(Unseen("pods of lost nodes", None, left_out))
    picture.finish([NODES], None)


def _lost(nodes: Sequence[Node]) -> list[Node]:
    return [node for node in nodes if any(each.type == "Ready" and each.status != "True" for each in node.conditions)]
