"""Patrols in processes of their own, for tests of what happens when many write at once or one is killed. Run as a script.

It imports once and forks, since an import costs more than a patrol. Each process says "ready" on standard output, waits for
the end of standard input, writes one patrol, and says what came of it. LIFEGUARD_HANG_IN names a step of the transaction in
which it says "inside" and stays.
"""

import os
import sys
from typing import Any

import anyio

import lifeguard.record.remember as remembering
from lifeguard.judgement import Judgement
from lifeguard.record.database import database_at
from lifeguard.record.failures import LOCKED, SLOW, HistoryUnavailable
from tests.builders import finding, judgement, pool, snapshot

ATTEMPTS_ON_A_BUSY_MACHINE = 5


def look(at: float = 0) -> Judgement:
    """What every process sees: two pools, something critical on both and a suspicion on one."""
    suspicion = finding("pool-paused", "ml", "warning")
    seen = snapshot(pools=[pool("etl"), pool("ml")])
    return judgement(seen, at=at, findings=[finding(pool="etl"), finding(pool="ml"), suspicion])


def say(word: str) -> None:
    """A line of its own, however many speak: a short write to a pipe is whole."""
    os.write(1, f"{word}\n".encode())


def patrol(number: int) -> str:
    """Write one patrol; what came of it. One that had to wait for too long is written again, as it would be in a flow."""
    database = database_at(os.environ["LIFEGUARD_HISTORY"], "the test")
    for _ in range(ATTEMPTS_ON_A_BUSY_MACHINE):
        try:
            anyio.run(remembering.remember, database, look(), f"patrol-{number}")
            return "written"
        except HistoryUnavailable as error:
            if error.trouble not in (LOCKED, SLOW):
                return str(error)
    return "too slow"


async def hang(*_: Any) -> None:
    """Stay in the middle of the transaction."""
    say("inside")
    await anyio.sleep_forever()


def main(processes: int) -> None:
    """Fork so many, let each wait for the common start, and wait for all."""
    step = os.environ.get("LIFEGUARD_HANG_IN")
    if step:
        setattr(remembering, step, hang)
    for number in range(processes):
        if os.fork() == 0:
            say("ready")
            sys.stdin.read()
            say(patrol(number))
            os._exit(0)
    for _ in range(processes):
        os.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]))
