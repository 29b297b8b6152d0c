"""An access to a Kubernetes cluster: for which work pools, with which credentials, and where to look. No secret is in it."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from lifeguard.facts import Pool
from lifeguard.pods import KUBERNETES

EVERY_POOL = ("*",)
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Access:
    """One access; `name` is that of its block.

    `credentials` names a block of prefect-kubernetes; None: where we run, or what `kubectl` would take. Without `namespaces`
    those of the runs' Jobs are looked at, without `worker_namespaces` the same.
    """

    name: str
    pools: tuple[str, ...] = EVERY_POOL
    credentials: str | None = None
    namespaces: tuple[str, ...] = ()
    worker_namespaces: tuple[str, ...] = ()
    timeout_seconds: float = TIMEOUT_SECONDS

    def is_for(self, pool: Pool) -> bool:
        """Whether the runs of this pool have their pods in its cluster."""
        return pool.type == KUBERNETES and any(fnmatchcase(pool.name, glob) for glob in self.pools)
