"""The estate of the demo: pools in the states that people meet, made by real workers and by the public API only."""

from collections.abc import Callable, Mapping
from pathlib import Path

from lifeguard.demo.places import FLOW, FULL, HEALTHY, KILLED, LIMITED, NOBODY_HOME, PLACES, UNATTENDED, WORKERS, Place
from lifeguard.demo.processes import Process, Processes
from lifeguard.demo.rest import Rest
from lifeguard.demo.waiting import wait_until
from lifeguard.demo.workers import start_worker

FLOW_FILE = Path(__file__).with_name("report.py.txt")
HELD_FOR_SECONDS = 86_400
CLAIMED = frozenset({"Pending", "Submitting", "Running"})

Tell = Callable[[str], None]


def start_workers(processes: Processes, api_url: str, gate: Path) -> Mapping[str, Process]:
    """A worker for every pool that has one; each gets ready while the server still starts, and begins at the gate."""
    return {
        pool: start_worker(processes, api_url, pool, f"{pool}-worker", *options, gate=gate)
        for pool, options in WORKERS.items()
    }


class Estate:
    """Builds the places on one server, and waits until the server has noticed what is wrong with them."""

    def __init__(self, rest: Rest, folder: Path, workers: Mapping[str, Process], tell: Tell) -> None:
        self._rest = rest
        self._folder = folder
        self._workers = workers
        self._tell = tell
        self._deployments: dict[str, str] = {}
        self._runs: dict[str, list[str]] = {}
        self._holders: list[str] = []

    async def build(self, gate: Path) -> None:
        """Make everything, in the order in which nothing can start that should wait."""
        self._tell(f"building {len(PLACES)} work pools and their deployments")
        self._folder.mkdir()
        (self._folder / f"{FLOW}.py").write_text(FLOW_FILE.read_text())
        flow = await self._rest.flow(FLOW)
        for place in PLACES:
            await self._build(place, flow)
        gate.touch()
        self._tell(f"waiting for {len(self._workers)} workers to come online")
        await self._hold_the_slots()
        for place in (HEALTHY, *UNATTENDED):
            await self._make_due(place)
        await self._lose_a_worker()
        await self._wait_for_slots()

    async def wait_until_noticed(self) -> None:
        """Wait until the server itself shows what Lifeguard is going to explain."""
        self._tell(f"waiting until the server misses the worker of '{KILLED}'")
        await wait_until(self._is_missed, f"the server calls the pool '{KILLED}' NOT_READY")
        self._tell("waiting until the two long runs are RUNNING")
        await wait_until(lambda: self._are_holders({"Running"}), "the long runs are RUNNING")
        self._tell("waiting until runs complete where all is well, and are late where it is not")
        await self._all(HEALTHY, "Completed")
        for place in (*UNATTENDED, NOBODY_HOME, FULL):
            await self._all(place, "Late")
        await wait_until(lambda: self._are_online(but=KILLED), "the workers that live are ONLINE")

    async def _build(self, place: Place, flow: str) -> None:
        await self._rest.pool(place.pool, place.type, place.limit, place.is_paused)
        if place.queue:
            await self._rest.queue(place.pool, place.queue)
        schedule = {"schedule": {"interval": place.every_seconds}}
        self._deployments[place.pool] = await self._rest.deployment(
            name=place.deployment,
            flow_id=flow,
            work_pool_name=place.pool,
            work_queue_name=place.queue,
            concurrency_limit=place.deployment_limit,
            schedules=[schedule] if place.every_seconds else [],
            path=str(self._folder),
            entrypoint=f"{FLOW}.py:{FLOW}",
        )

    async def _make_due(self, place: Place) -> None:
        for number in range(1, place.due + 1):
            run = await self._rest.run(self._deployments[place.pool], f"{place.deployment}-{number}")
            self._runs.setdefault(place.pool, []).append(run)
        if place.queue and place.lost_queue:
            await self._rest.delete_queue(place.pool, place.queue)

    async def _hold_the_slots(self) -> None:
        for place in PLACES:
            if place.holds:
                name = f"{place.deployment}-that-never-ends"
                run = await self._rest.run(self._deployments[place.pool], name, seconds=HELD_FOR_SECONDS)
                self._holders.append(run)

    async def _lose_a_worker(self) -> None:
        """Kill a worker that was seen alive; only then is work due, or it would have done it."""
        await wait_until(self._are_online, "all workers are ONLINE")
        self._tell(f"killing the worker of '{KILLED}' (SIGKILL)")
        self._workers[KILLED].kill()
        await self._make_due(NOBODY_HOME)

    async def _are_online(self, but: str | None = None) -> bool:
        for pool, worker in self._workers.items():
            if pool == but:
                continue
            worker.check()
            if "ONLINE" not in await self._rest.worker_statuses(pool):
                return False
        return True

    async def _wait_for_slots(self) -> None:
        """A slot is taken as soon as a run is claimed, long before it is RUNNING."""
        self._tell("waiting until two long runs hold the only slot of a pool and of a deployment")
        await wait_until(lambda: self._are_holders(CLAIMED), "the long runs are claimed")
        await self._make_due(LIMITED)
        await self._make_due(FULL)
        await self._all(LIMITED, "AwaitingConcurrencySlot")

    async def _are_holders(self, states: frozenset[str] | set[str]) -> bool:
        return set(await self._rest.state_names(self._holders)) <= states

    async def _is_missed(self) -> bool:
        return await self._rest.pool_status(KILLED) == "NOT_READY" and "OFFLINE" in await self._rest.worker_statuses(
            KILLED
        )

    async def _all(self, place: Place, state: str) -> None:
        async def are_there() -> bool:
            return set(await self._rest.state_names(self._runs[place.pool])) == {state}

        await wait_until(are_there, f"the runs of '{place.pool}' are {state}")
