"""What a look into a cluster costs: calls are counted, and of thousands of runs none has a call of its own."""

import anyio

from lifeguard.cluster import Cluster
from lifeguard.observe.api import Api
from lifeguard.observe.cluster.access import Access
from lifeguard.observe.cluster.lists import Price
from lifeguard.observe.cluster.look_into import look_into_clusters
from lifeguard.observe.cluster.read import read_cluster
from lifeguard.observe.cluster.wanted import wanted_of
from lifeguard.observe.connection import Connection
from lifeguard.snapshot import Snapshot
from tests.cluster.accesses import change_access
from tests.cluster.server import ClusterServer
from tests.cluster.yardstick import crowd
from tests.estate import PATIENT
from tests.prefect_server import PrefectServer

MOST_CALLS = 39
UNHURRIED = {"credentials": "kubernetes-credentials/small", "worker_namespaces": ["prefect"], "timeout_seconds": 60}
"""Calls are counted here, not seconds."""


def looked_into(server: PrefectServer, snapshot: Snapshot) -> Snapshot:
    async def look() -> Snapshot:
        async with Api(Connection(server.api_url), PATIENT) as api:
            return await look_into_clusters(api, snapshot)

    return anyio.run(look)


def test_2000_runs_among_5000_pods_cost_fewer_than_40_calls(
    server: PrefectServer, known_cluster: ClusterServer
) -> None:
    snapshot, objects = crowd(5000, 2000)
    change_access(server.api_url, **UNHURRIED)
    known_cluster.restore(objects)
    (cluster,) = looked_into(server, snapshot).clusters
    assert (cluster.unseen, len(cluster.pods)) == ((), 2000)
    assert cluster.reads == len(known_cluster.requests) <= MOST_CALLS


def test_a_list_beyond_the_ceiling_is_said_to_be_cut_off(server: PrefectServer, known_cluster: ClusterServer) -> None:
    snapshot, objects = crowd(20, 20)
    known_cluster.restore(objects)
    access = Access("small", credentials="kubernetes-credentials/small", timeout_seconds=60)
    wanted = wanted_of(access, snapshot)
    assert wanted

    async def look() -> Cluster:
        async with Api(Connection(server.api_url), PATIENT) as api:
            return await read_cluster(api, access, wanted, Price(4))

    cluster = anyio.run(look)
    assert (len(known_cluster.requests), len(cluster.pods)) == (4, 20)
    assert [each.because for each in cluster.unseen if each.kind == "nodes"] == [
        "nodes could not be listed: the ceiling of 39 calls to clusters in one look is reached"
    ]
