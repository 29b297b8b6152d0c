"""What could not be read of a cluster, and the sentences that say so, without a word of the client's: it may quote a token."""

from typing import Any

from lifeguard.cluster import Unseen
from lifeguard.escaping import visible

MANIFESTS = "examples/kubernetes"
LIST = "list"
ANOTHER_SHAPE = "the answer is not what Kubernetes answers"


class Unreadable(Exception):
    """Something of a cluster could not be read. `reason` is half a sentence; `verb` is the missing one where a right is.

    `rows` are the objects that were read all the same, which are not all.
    """

    def __init__(self, reason: str, verb: str | None = None, rows: tuple[dict[str, Any], ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.verb = verb
        self.rows = rows


def refusal(status: int, verb: str) -> Unreadable:
    """What an answer with this status of HTTP says to a request with this verb of Kubernetes."""
    if status == 401:
        return Unreadable("the cluster does not accept the credentials (HTTP 401): renew the token")
    return Unreadable(f"HTTP {status}", verb if status == 403 else None)


def unseen(kind: str, namespace: str | None, error: Unreadable) -> Unseen:
    """The sentence about a kind in a namespace."""
    where = f"{kind} in {visible(namespace)}" if namespace else kind
    if error.verb:
        because = f"not allowed to {error.verb} {where}: grant {error.verb} on {kind} ({MANIFESTS})"
    else:
        because = f"{where} could not be listed: {error.reason}"
    return Unseen(kind, namespace, because, error.verb)
