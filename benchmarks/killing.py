"""Real patrols in processes of their own, some of which are killed at a random moment of their life."""

import os
import random
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from lifeguard.commands.patrol import run_patrol
from tests.flows.patrol_process import forked

LIMIT_SECONDS = 120.0


@dataclass
class Patrols:
    """One after the other, on one history. `kills` holds when each was killed that was, in seconds of its life."""

    url: str
    log: str
    chance: random.Random
    whole: list[float] = field(default_factory=list[float])
    kills: list[float] = field(default_factory=list[float])

    def patrol(self) -> None:
        """One that is left alone."""
        began = time.monotonic()
        process = self._started()
        process.join(LIMIT_SECONDS)
        if process.exitcode != 0:
            process.kill()
            process.join()
            raise RuntimeError(f"a patrol that nobody killed did not end well: {process.exitcode}")
        self.whole.append(time.monotonic() - began)

    def kill_one(self) -> bool:
        """Start one and kill it at any moment of a life as long as the last whole one; whether it was still alive."""
        moment = self.chance.uniform(0.0, self.whole[-1])
        process = self._started()
        process.join(moment)
        process.kill()
        process.join()
        was_killed = process.exitcode == -signal.SIGKILL
        self.kills += [moment] if was_killed else []
        return was_killed

    def _started(self) -> BaseProcess:
        process = forked.Process(target=_patrol, args=(self.url, self.log), daemon=True)
        process.start()
        return process


def _patrol(url: str, log: str) -> None:
    """The handlers of the logs were made before the fork and know only the numbers of their files."""
    with open(log, "ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ["LIFEGUARD_DATABASE_URL"] = url
    run_patrol((), None)
