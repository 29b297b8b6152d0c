"""What looking into a cluster adds to a patrol: calls and seconds, for many runs in trouble among many pods.

uv run python -m benchmarks.cluster [PODS] [RUNS] [TIMES]

The small API server answers from a process of its own; what it takes to make an answer is in the seconds all the same.
"""

import statistics
import sys
import time
from multiprocessing import Event, Process, Queue, set_start_method
from typing import Any

import anyio

from lifeguard.observe.api import Api
from lifeguard.observe.cluster.look_into import look_into_clusters
from lifeguard.observe.connection import Connection
from lifeguard.policy import Policy
from lifeguard.snapshot import Snapshot
from tests.cluster.accesses import access_saved
from tests.cluster.server import ClusterServer
from tests.cluster.yardstick import crowd
from tests.prefect_server import prefect_server

PODS, RUNS, TIMES = 5000, 2000, 5


def serve(pods: int, runs: int, told: "Queue[Any]", is_over: Any) -> None:
    """Be a cluster with a crowd in it until it is over."""
    with ClusterServer(crowd(pods, runs)[1]) as cluster:
        told.put(cluster.kubeconfig())
        is_over.wait()


async def look(api_url: str, snapshot: Snapshot) -> Snapshot:
    """One look into the cluster, as a patrol takes it."""
    async with Api(Connection(api_url), Policy()) as api:
        return await look_into_clusters(api, snapshot)


def taken(api_url: str, snapshot: Snapshot) -> tuple[float, Snapshot]:
    """How long one look takes, and what it saw."""
    began = time.perf_counter()
    seen = anyio.run(look, api_url, snapshot)
    return time.perf_counter() - began, seen


def main(pods: int = PODS, runs: int = RUNS, times: int = TIMES) -> None:
    """Look so many times, and print what each look took."""
    told: Queue[Any] = Queue()
    is_over, snapshot = Event(), crowd(pods, runs)[0]
    cluster = Process(target=serve, args=(pods, runs, told, is_over))
    cluster.start()
    with prefect_server() as server, access_saved(server.api_url, told.get(), worker_namespaces=["prefect"]):
        looks = [taken(server.api_url, snapshot) for _ in range(times)]
    is_over.set()
    cluster.join()
    for seconds, seen in looks:
        (found,) = seen.clusters
        missing = f", not seen: {'; '.join(each.reason for each in seen.missing)}" if seen.missing else ""
        print(f"{found.reads} calls, {seconds:.2f} s, {len(found.pods)} pods and {len(found.events)} events{missing}")
    median = statistics.median(seconds for seconds, _ in looks[1:])
    print(f"{pods:,} pods, {runs:,} runs: {median:.2f} s in the median after the first look, which imports the client")


if __name__ == "__main__":
    set_start_method("spawn")
    main(*map(int, sys.argv[1:]))
