"""Looking into every cluster that an access is saved for, all at once; without one, nothing is imported and nothing asked."""

from collections.abc import Sequence
from dataclasses import replace

import anyio

from lifeguard.cluster import Cluster
from lifeguard.facts import Run
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import attempt
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.stored_accesses import usable_accesses
from lifeguard.observe.cluster.wanted import Wanted, wanted_of
from lifeguard.pods import KUBERNETES
from lifeguard.snapshot import Missing, Snapshot

ACCESSES = "cluster accesses"


async def look_into_clusters(
    api: Api, snapshot: Snapshot, only: Run | None = None, *, with_rights: bool = False
) -> Snapshot:
    """The snapshot with its clusters: of all runs that have trouble, or of `only` one; one call where no access is saved.

    No call at all where there is no pool of type kubernetes. What could not be read of a cluster is among the missing.
    """
    if not any(pool.type == KUBERNETES for pool in snapshot.pools):
        return snapshot
    found, missing = await attempt(
        usable_accesses(api), (list[Access](), list[str]()), lambda why: Missing(ACCESSES, why, essential=False)
    )
    accesses, complaints = found
    wanted = [(access, each) for access in accesses if (each := wanted_of(access, snapshot, only))]
    clusters = await _read_all(api, wanted, with_rights) if wanted else ()
    missing += tuple(Missing(ACCESSES, complaint, essential=False) for complaint in complaints)
    missing += tuple(each for cluster in clusters for each in missing_of(cluster))
    return replace(snapshot, clusters=clusters, missing=snapshot.missing + missing)


def missing_of(cluster: Cluster) -> list[Missing]:
    """What could not be read of a cluster, each sentence once; no verdict on a pool rests on it."""
    sentences = dict.fromkeys(each.because for each in cluster.unseen)
    return [Missing(f"cluster '{cluster.name}'", sentence, essential=False) for sentence in sentences]


async def _read_all(api: Api, wanted: Sequence[tuple[Access, Wanted]], with_rights: bool) -> tuple[Cluster, ...]:
    """The client of Kubernetes is imported here: it takes seconds that nobody without a cluster should wait for."""
    from lifeguard.observe.cluster.lists import Price
    from lifeguard.observe.cluster.read import read_cluster

    price, clusters = Price(), dict[str, Cluster]()

    async def read(access: Access, each: Wanted) -> None:
        clusters[access.name] = await read_cluster(api, access, each, price, with_rights=with_rights)

    async with anyio.create_task_group() as group:
        for access, each in wanted:
            group.start_soon(read, access, each)
    return tuple(clusters[access.name] for access, _ in wanted)
