"""The runs that were claimed and have not ended, read with memory: those that are PENDING, and those that run.

A run that runs keeps its `start_time` for good (`SetStartTime` sets it once), so that nothing comes into the past but what had
begun before: a run that goes on after a pause, or is retried. Where one does so and another ends, both since the last look,
the count is the same: then the one that ended is shown as running, and the other is not shown, until its stretch has its turn
(`Policy.reread_after_seconds`). The same in 3.8.8 and 3.9.1.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import INFRASTRUCTURE_PENDING, SUBMITTING, Run
from lifeguard.observe.known_runs import Runs, Stretches, begin, to_remember, usable
from lifeguard.observe.run_lists import Reading, RunList
from lifeguard.observe.stretches import BEGINNING, EVER

BEGUN_AND_NOT_ENDED = ("PENDING", "RUNNING", "PAUSED", "CANCELLING")
OF_A_DEPLOYMENT: Mapping[str, Any] = {"deployment_id": {"is_null_": False}}


def _started(run: Run) -> datetime:
    """By `start_time` the server means when a run was expected, where it has none (`FlowRunFilterStartTime`)."""
    return run.started or run.expected_start or BEGINNING


def _expected(run: Run) -> datetime:
    return run.expected_start or BEGINNING


def _is_placed(run: Run) -> bool:
    """Whether its worker has noted what it made for it, which it does while the run keeps the name of its state."""
    return run.infrastructure_id is not None or run.pool_name is None


BY_EXPECTED = "expected_start_time"
PENDING = RunList(
    "pending",
    ["PENDING"],
    BY_EXPECTED,
    _expected,
    ("Pending", SUBMITTING, INFRASTRUCTURE_PENDING),
    OF_A_DEPLOYMENT,
    comes_late=True,
    lasts=_is_placed,
)
RUNNING = RunList("running", ["RUNNING"], "start_time", _started, ("Running",), OF_A_DEPLOYMENT, lasts=_is_placed)
OTHERS = RunList("others", ["PAUSED", "CANCELLING"], BY_EXPECTED, _expected, (), OF_A_DEPLOYMENT)
BEGUN = RunList("begun", BEGUN_AND_NOT_ENDED, BY_EXPECTED, _expected, (), OF_A_DEPLOYMENT)


async def read_begun(reading: Reading) -> tuple[Runs, Mapping[str, Stretches]]:
    """All of them, and what to remember of each list; raises `CallFailed`.

    In the order of a run's life, so that one which goes on meanwhile is in the later list, which counts. Where little is
    remembered they are read in one list.
    """
    pending, running = replace(reading, wanted=PENDING), replace(reading, wanted=RUNNING)
    known = [usable(pending), usable(running)]
    if not any(known):
        found = await reading.read(BEGUN.asked(EVER))
        return tuple(found), {each.wanted.name: to_remember(each, found) for each in (pending, running)}
    claimed, begun = await begin(pending, known[0]), await begin(running, known[1])
    begun_runs, begun_stretches = await begun.ended()
    claimed_runs, claimed_stretches = await claimed.ended({run.id for run in begun_runs})
    others = await reading.read(OTHERS.asked(EVER))
    moved = (run for run in claimed.left.values() if run.state_type in BEGUN.types)
    found = {run.id: run for run in (*claimed_runs, *begun_runs, *moved, *others)}
    return tuple(found.values()), {PENDING.name: claimed_stretches, RUNNING.name: begun_stretches}
