"""What one access can see of its cluster: each kind once, in each namespace, and what the credentials may do there.

For `lifeguard cluster`, not for patrols: it reads lists that nobody needs now, so that a missing right shows before it is
missed. Only lists, and the question what one may do.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import anyio
from kubernetes_asyncio.client import ApiClient

from lifeguard.cluster import Right, WorkerDeployment
from lifeguard.cluster_rights import NEEDS, Need, Where
from lifeguard.cluster_survey import KindSeen, Survey
from lifeguard.observe.api import Api
from lifeguard.observe.attempt import ANOTHER_SHAPE
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.connect import client_for, kubeconfig_of
from lifeguard.observe.cluster.facts_of import facts_of
from lifeguard.observe.cluster.lists import Lists, Price, Row
from lifeguard.observe.cluster.rights import rights_of
from lifeguard.observe.cluster.unreadable import Unreadable, unseen
from lifeguard.observe.cluster.wanted import Wanted

PATIENCE_SECONDS = 20.0
CALLS, AT_A_TIME = 500, 4
WHERE_IT_RUNS = "the credentials where this runs"

Place = tuple[Need, str | None]


async def survey(api: Api, access: Access, wanted: Wanted, note: str | None) -> Survey:
    """Everything that can be seen through an access. Raises nothing."""
    found = Survey(access.name, access.credentials or WHERE_IT_RUNS, wanted.pools, note=note)
    try:
        kubeconfig = await kubeconfig_of(api, access)
        with anyio.fail_after(PATIENCE_SECONDS):
            client = await client_for(access, kubeconfig)
    except Unreadable as error:
        return replace(found, unreachable=error.reason)
    except TimeoutError:
        return replace(found, unreachable=TOO_LATE.reason)
    async with client:
        return await _through(client, wanted, found)


TOO_LATE = Unreadable(f"no answer within {PATIENCE_SECONDS:g} s")


@dataclass(slots=True)
class _Seen:
    """What was read so far, and why what was not."""

    rows: dict[Place, list[Row]] = field(default_factory=dict[Place, list[Row]])
    failures: dict[Place, Unreadable] = field(default_factory=dict[Place, Unreadable])

    @property
    def unreachable(self) -> str | None:
        """The first reason, where nothing at all was read and not for want of a right."""
        reasons = [error.reason for error in self.failures.values() if error.verb is None]
        return reasons[0] if reasons and not self.rows and len(reasons) == len(self.failures) else None


async def _through(client: ApiClient, wanted: Wanted, found: Survey) -> Survey:
    places, seen, rights = list(_places(wanted)), _Seen(), None
    with anyio.move_on_after(PATIENCE_SECONDS):
        await _read_all(Lists(client, Price(CALLS)), places, seen)
        rights = await _rights(client, _namespaces(wanted))
    for place in places:
        if place not in seen.rows:
            seen.failures.setdefault(place, TOO_LATE)
    return replace(
        found,
        kinds=tuple(_kind(place, seen) for place in places),
        deployments=_deployments(found.name, wanted, seen.rows),
        rights=rights,
        unreachable=seen.unreachable,
    )


def _places(wanted: Wanted) -> Iterator[Place]:
    """Every kind where it is needed, once; pods of workers and pods of runs may be in one namespace."""
    places: dict[tuple[str, str | None], Place] = {}
    namespaces: Mapping[Where, Iterable[str | None]] = {
        Where.JOBS: wanted.namespaces,
        Where.WORKERS: wanted.worker_namespaces,
        Where.CLUSTER: (None,),
    }
    for need in NEEDS:
        for namespace in namespaces[need.where]:
            places.setdefault((need.resource, namespace), (need, namespace))
    return iter(places.values())


def _namespaces(wanted: Wanted) -> Iterable[str]:
    return dict.fromkeys((*wanted.namespaces, *wanted.worker_namespaces))


async def _read_all(lists: Lists, places: Iterable[Place], seen: _Seen) -> None:
    """A few at a time; each as far as it goes."""
    turns = anyio.CapacityLimiter(AT_A_TIME)

    async def read(place: Place) -> None:
        async with turns:
            try:
                seen.rows[place] = await lists.rows(place[0].resource, place[1])
            except Unreadable as error:
                seen.failures[place] = error
                if error.rows:
                    seen.rows[place] = list(error.rows)

    async with anyio.create_task_group() as group:
        for place in places:
            group.start_soon(read, place)


def _kind(place: Place, seen: _Seen) -> KindSeen:
    need, namespace = place
    rows, failure = seen.rows.get(place), seen.failures.get(place)
    number = None if rows is None else len(rows)
    if failure is None:
        return KindSeen(need, namespace, number)
    why = unseen(need.resource, namespace, failure)
    return KindSeen(need, namespace, number, is_whole=False, because=why.because, verb=why.verb)


def _deployments(name: str, wanted: Wanted, rows: Mapping[Place, list[Row]]) -> tuple[WorkerDeployment, ...]:
    by_kind: dict[str, list[Row]] = {}
    for (need, _), some in rows.items():
        by_kind.setdefault(need.resource, []).extend(some)
    try:
        return facts_of(name, wanted, by_kind).deployments
    except ANOTHER_SHAPE:
        return ()


async def _rights(client: ApiClient, namespaces: Iterable[str]) -> tuple[Right, ...] | None:
    """What may be done in these namespaces; None where that is told of none of them."""
    told = list[Right]()
    for namespace in namespaces:
        try:
            told += await rights_of(client, namespace)
        except Unreadable:
            return None
    return tuple(told)
