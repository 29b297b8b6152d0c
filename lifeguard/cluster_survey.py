"""What one access to a cluster can see, kind by kind: the facts of `lifeguard cluster`. Nothing is judged here, or asked."""

from dataclasses import dataclass

from lifeguard.cluster import Right, WorkerDeployment
from lifeguard.cluster_rights import Need


@dataclass(frozen=True, slots=True)
class KindSeen:
    """One kind in one namespace: how many there are, at least so many where `is_whole` is False; None with why not."""

    need: Need
    namespace: str | None
    number: int | None = None
    is_whole: bool = True
    because: str | None = None
    verb: str | None = None

    @property
    def is_missing(self) -> bool:
        """Whether something that Lifeguard needs could not be read, or not to its end."""
        return (self.number is None and not self.need.is_optional) or (self.number is not None and not self.is_whole)


@dataclass(frozen=True, slots=True)
class Survey:
    """One access. `unreachable` is why nothing of its cluster could be read, None where anything was.

    `rights` is None where Kubernetes did not tell them; `note` is what else is to know before the rest is believed.
    """

    name: str
    credentials: str
    pools: tuple[str, ...] = ()
    kinds: tuple[KindSeen, ...] = ()
    deployments: tuple[WorkerDeployment, ...] = ()
    rights: tuple[Right, ...] | None = None
    unreachable: str | None = None
    note: str | None = None
