"""How long after the server itself has marked a pool NOT_READY somebody is paged, by Lifeguard and by Prefect's own rule.

    uv run python -m benchmarks.paging --trials 20 --interval 10

Real patrols by the clock, real messages over HTTP. Of each trial both ways are measured, from `occurred` of the same event
`prefect.work-pool.not-ready`. Lifeguard is to page within the interval and 5 s; the exit status is 1 where it does not.
"""

import itertools
import math
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import anyio
from anyio import to_thread
from cyclopts import App

from benchmarks.deaths import Death, Kill, Silence
from benchmarks.native import marked_at, put_up_a_rule
from benchmarks.phone import PHONE, Scene, armed_server
from benchmarks.watch import Patrol, patrols_of
from benchmarks.words import pool_name, word_of
from lifeguard.demo.processes import Processes
from lifeguard.demo.waiting import wait_until
from lifeguard.incidents import ChangeKind
from tests.commands.command_line import settings
from tests.page.receiver import webhook

SLACK_SECONDS = 5.0
NATIVE = "native"
APART = 0.75
"""Of an interval: so never more than three pools are found by one patrol, which makes one message of four and more."""
LOOK_EVERY_SECONDS = 0.02
OFFLINE_WITHIN_SECONDS = 40.0
ROOT = Path(__file__).parents[1]

app = App(help=__doc__)


@dataclass(frozen=True, slots=True)
class Trial:
    """One pool that lost its worker. `paged` and `native` are seconds after the server's own event; infinite: never."""

    pool: str
    paged: float
    native: float


@app.default
def main(*, trials: int = 20, interval: float = 10, processes: int = 2, seed: int = 4) -> int:
    """Measure and print. So many of the trials have a worker process that is killed, the others heartbeats that stop."""
    with tempfile.TemporaryDirectory() as folder, armed_server() as scene, Processes() as started:
        with webhook(scene.api_url, scene.receiver.port, NATIVE), _patrols(scene, interval, Path(folder)) as output:
            put_up_a_rule(scene.api_url, NATIVE)
            silence, kill = Silence(scene.estate), Kill(started, scene.api_url)
            ways: list[Death] = [kill if _is_spread(n, processes, trials) else silence for n in range(trials)]
            done = anyio.run(_all, scene, ways, interval, random.Random(seed))
        patrols = patrols_of(output)
    print(
        f"{trials} trials, {processes} of them with a worker process that was killed; interval {interval:g} s; seed {seed}"
    )
    _print_patrols(patrols, interval)
    return _verdict(done, interval + SLACK_SECONDS)


def _is_spread(number: int, chosen: int, trials: int) -> bool:
    """Whether this is one of so many that are spread over all."""
    return (number + 1) * chosen // trials > number * chosen // trials


@contextmanager
def _patrols(scene: Scene, interval: float, folder: Path) -> Generator[Path, None, None]:
    """A process that patrols with the default policy; the file in which it says how long each took."""
    own = {"PREFECT_HOME": str(folder), "LIFEGUARD_DATABASE_URL": f"sqlite:///{folder}/history.db"}
    output = folder / "patrols.txt"
    with output.open("wb") as lines, (folder / "patrols.log").open("wb") as log:
        command = [sys.executable, "-m", "benchmarks.watch", str(interval)]
        environment = {**settings(scene.api_url), **own}
        watch = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=lines, stderr=log)
        try:
            yield output
        finally:
            watch.kill()
            watch.wait()


async def _all(scene: Scene, ways: Sequence[Death], interval: float, chance: random.Random) -> list[Trial]:
    began, apart = time.monotonic(), interval * APART
    first = began + max(way.preparation_seconds for way in ways)
    done: list[Trial] = []

    async def one(number: int, way: Death, dies_at: float) -> None:
        done.append(await _one(scene, pool_name(number), way, dies_at, 3 * interval + 30))
        _say(f"{len(done)} of {len(ways)}: {done[-1]}")

    async with anyio.create_task_group() as group:
        for number, way in enumerate(ways):
            group.start_soon(one, number, way, first + apart * (number + chance.random()))
    return sorted(done, key=lambda trial: trial.pool)


async def _one(scene: Scene, pool: str, way: Death, dies_at: float, limit_seconds: float) -> Trial:
    await anyio.sleep(max(0.0, dies_at - way.preparation_seconds - time.monotonic()))
    await to_thread.run_sync(scene.estate.pool, pool)
    deployment = await to_thread.run_sync(scene.estate.deployment, f"grind-{pool}", pool)
    await way.undergo(pool, dies_at)
    died_at = datetime.now(UTC)
    await to_thread.run_sync(partial(scene.estate.overdue_run, deployment, minutes=0))
    arrivals = await _arrivals(scene, pool, limit_seconds + OFFLINE_WITHIN_SECONDS)
    marked = await _marked(scene.api_url, pool, died_at)
    paged, native = (
        (arrivals[path] - marked).total_seconds() if path in arrivals else math.inf for path in (PHONE, NATIVE)
    )
    return Trial(pool, paged, native)


async def _arrivals(scene: Scene, pool: str, limit_seconds: float) -> dict[str, datetime]:
    """When the first message about a pool was there, by path."""
    found: dict[str, datetime] = {}
    with anyio.move_on_after(limit_seconds):
        while len(found) < 2:
            for path in (PHONE, NATIVE):
                if path not in found and any(_is_about(pool, path, message) for message in scene.receiver.at(path)):
                    found[path] = datetime.now(UTC)
            await anyio.sleep(LOOK_EVERY_SECONDS)
    return found


def _is_about(pool: str, path: str, message: dict[str, str]) -> bool:
    if path == NATIVE:
        return message["subject"] == pool
    word = word_of(message)
    return word is not None and word.kind is ChangeKind.OPENED and pool in word.pools


async def _marked(api_url: str, pool: str, after: datetime) -> datetime:
    """When the server marked the pool NOT_READY, which it also did when the pool was new."""

    async def is_known() -> bool:
        return (await marked_at(api_url)).get(pool, after) > after

    await wait_until(is_known, f"the server has stored that {pool} is NOT_READY")
    return (await marked_at(api_url))[pool]


def _print_patrols(patrols: Sequence[Patrol], interval: float) -> None:
    lasted = [patrol.seconds for patrol in patrols]
    gaps = [later.began - sooner.began for sooner, later in itertools.pairwise(patrols)]
    skipped = sum(round(gap / interval) - 1 for gap in gaps)
    failed = sum(patrol.status > 1 for patrol in patrols)
    print(
        f"{len(patrols)} patrols of {min(lasted):.1f} / {statistics.median(lasted):.1f} / {max(lasted):.1f} s "
        f"(min / median / max), {failed} failed, {skipped} times passed while one was busy"
    )


def _verdict(trials: Sequence[Trial], bound: float) -> int:
    print("seconds from prefect.work-pool.not-ready to the receiver:")
    print(f"{'':<20}{'n':>4}{'min':>8}{'median':>8}{'p90':>8}{'max':>8}")
    for name, numbers in (("Lifeguard", [t.paged for t in trials]), ("Prefect's own rule", [t.native for t in trials])):
        ordered = sorted(numbers)
        chosen = (ordered[0], statistics.median(ordered), ordered[math.ceil(0.9 * len(ordered)) - 1], ordered[-1])
        print(f"{name:<20}{len(ordered):>4}" + "".join(f"{number:>8.2f}" for number in chosen))
    holding = sum(trial.paged <= bound for trial in trials)
    print(f"Lifeguard within {bound:g} s: {holding} of {len(trials)}")
    return int(holding < len(trials))


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    app()
