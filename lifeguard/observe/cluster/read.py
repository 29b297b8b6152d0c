"""One look into one cluster: within its time, with what is left of the price, and honest about the rest."""

from collections.abc import Awaitable, Iterable
from dataclasses import replace

import anyio
from kubernetes_asyncio.client import ApiClient

from lifeguard.cluster import Cluster, Right, Unseen
from lifeguard.escaping import visible
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.cluster import unreadable
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.behind_runs import OF_RUNS, look_behind
from lifeguard.observe.cluster.behind_workers import OF_WORKERS, look_at_workers
from lifeguard.observe.cluster.connect import client_for, kubeconfig_of
from lifeguard.observe.cluster.facts_of import facts_of
from lifeguard.observe.cluster.lists import Lists, Price
from lifeguard.observe.cluster.lost_nodes import NODES, look_at_nodes
from lifeguard.observe.cluster.picture import Picture, Place
from lifeguard.observe.cluster.rights import REVIEWS, rights_of
from lifeguard.observe.cluster.unreadable import Unreadable
from lifeguard.observe.cluster.wanted import Wanted


async def read_cluster(api: Api, access: Access, wanted: Wanted, price: Price, *, with_rights: bool = False) -> Cluster:
    """What was seen of a cluster; what could not be is in its `unseen`. Raises nothing."""
    try:
        kubeconfig = await kubeconfig_of(api, access)
        until = anyio.current_time() + access.timeout_seconds
        with anyio.fail_after(access.timeout_seconds):
            client = await client_for(access, kubeconfig)
    except Unreadable as error:
        return nothing_of(access, wanted, error)
    except TimeoutError:
        return nothing_of(access, wanted, _too_late(access))
    async with client:
        picture = Picture(Lists(client, price), due=dict.fromkeys(_places(wanted)))
        rights: tuple[Right, ...] | None = None
        with anyio.CancelScope(deadline=until) as patience:
            await _look(picture, wanted)
            rights = await _rights(client, picture, wanted) if with_rights else None
        if patience.cancelled_caught:
            picture.give_up(_too_late(access))
    return replace(_cluster(access, wanted, picture), rights=rights)


def nothing_of(access: Access, wanted: Wanted, error: Unreadable) -> Cluster:
    """A cluster of which nothing could be seen."""
    unseen = tuple(unreadable.unseen(kind, None, error) for kind in (*OF_RUNS, NODES, *OF_WORKERS))
    return Cluster(access.name, wanted.pools, wanted.namespaces, unseen=unseen)


def _cluster(access: Access, wanted: Wanted, picture: Picture) -> Cluster:
    try:
        seen = facts_of(access.name, wanted, picture.rows)
    except ANOTHER_SHAPE:
        seen = nothing_of(access, wanted, Unreadable(unreadable.ANOTHER_SHAPE))
    unseen = (*seen.unseen, *picture.unseen, *wanted.elsewhere)
    return replace(seen, unseen=unseen, reads=picture.lists.calls)


def _too_late(access: Access) -> Unreadable:
    return Unreadable(f"no answer within {access.timeout_seconds:g} s")


def _places(wanted: Wanted) -> Iterable[Place]:
    """Everything that may have to be read, until it is known what has to."""
    yield from ((kind, namespace) for namespace in wanted.namespaces for kind in OF_RUNS)
    yield from ((kind, namespace) for namespace in wanted.worker_namespaces for kind in OF_WORKERS)
    yield NODES, None


async def _look(picture: Picture, wanted: Wanted) -> None:
    async with anyio.create_task_group() as group:
        for namespace in wanted.worker_namespaces:
            group.start_soon(_guarded, look_at_workers(picture, namespace), picture, OF_WORKERS, namespace)
        for namespace in wanted.namespaces:
            group.start_soon(_guarded, look_behind(picture, namespace, wanted), picture, OF_RUNS, namespace)
    await _guarded(look_at_nodes(picture, wanted.running), picture, [NODES], None)


async def _guarded(reading: Awaitable[None], picture: Picture, kinds: Iterable[str], namespace: str | None) -> None:
    """What is no answer of Kubernetes spoils these kinds there, and nothing else."""
    try:
        await reading
    except ANOTHER_SHAPE:
        error = Unreadable(unreadable.ANOTHER_SHAPE)
        picture.unseen += [unreadable.unseen(kind, namespace, error) for kind in kinds]
        picture.finish(kinds, namespace)


async def _rights(client: ApiClient, picture: Picture, wanted: Wanted) -> tuple[Right, ...] | None:
    """One call for each namespace of workers: what holds for the whole cluster is told in any. None where it is not told.

    That is said only where nothing else is unseen: a cluster that does not answer is said to often enough.
    """
    found: list[Right] = []
    for namespace in wanted.worker_namespaces:
        try:
            picture.lists.pay()
            found += await rights_of(client, namespace)
        except Unreadable as error:
            because = f"what the credentials may do in {visible(namespace)} is not told: {error.reason}"
            picture.unseen += [] if picture.unseen else [Unseen(REVIEWS, namespace, because)]
            return None
    return tuple(found)
