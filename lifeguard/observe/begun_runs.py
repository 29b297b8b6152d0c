"""The runs that were claimed and have not ended: those that run, which are many and stay, are read with memory.

A run that runs keeps its `start_time` for good (`SetStartTime` sets it once), so that nothing comes into the past but what had
begun before: a run that goes on after a pause, or is retried. Where one does so and another ends, both since the last look,
the count is the same: then the one that ended is shown as running, and the other is not shown, until its stretch is read
again (`Policy.reread_after_seconds`). The same in 3.8.8 and 3.9.1.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from lifeguard.facts import Run
from lifeguard.memory import KnownRuns
from lifeguard.observe.known_runs import Reading, RunList, placed_by, read_runs, stretches_of, usable
from lifeguard.observe.paging import every_run_as
from lifeguard.observe.stretches import BEGINNING

BEGUN_AND_NOT_ENDED = ("PENDING", "RUNNING", "PAUSED", "CANCELLING")
PAGES_WORTH_REMEMBERING = 3
"""Fewer take as few calls to read as to ask whether they are the same ones."""


def begun(types: Sequence[str]) -> dict[str, Any]:
    """The filter of runs of a deployment in states of these types."""
    return {"state": {"type": {"any_": list(types)}}, "deployment_id": {"is_null_": False}}


def _started(run: Run) -> datetime:
    """By `start_time` the server means when a run was expected, where it has none (`FlowRunFilterStartTime`)."""
    return run.started or run.expected_start or BEGINNING


def _expected(run: Run) -> datetime:
    return run.expected_start or BEGINNING


RUNNING = RunList("running", begun(["RUNNING"]), "start_time", _started)
BEGUN = RunList(RUNNING.name, begun(BEGUN_AND_NOT_ENDED), "expected_start_time", _expected)
"""What is remembered of it are those that run."""


async def read_begun(reading: Reading) -> tuple[tuple[Run, ...], tuple[KnownRuns, ...]]:
    """All of them, and what to remember of those that run; raises `CallFailed`.

    In the order of a run's life, so that one which goes on meanwhile is in the later list, which counts. What is not yet
    remembered is read in one list.
    """
    reading = replace(reading, wanted=RUNNING)
    if not usable(reading):
        found = await _read(reading, BEGUN_AND_NOT_ENDED)
        running = [run for run in found if run.is_running]
        return found, _worth_remembering(reading, running, stretches_of(reading, running, (BEGINNING, None)))
    pending = await _read(reading, ["PENDING"])
    running, stretches = await read_runs(reading)
    others = await _read(reading, ["PAUSED", "CANCELLING"])
    found = {run.id: run for run in (*pending, *running, *others)}
    return tuple(found.values()), _worth_remembering(reading, running, stretches)


async def _read(reading: Reading, types: Sequence[str]) -> tuple[Run, ...]:
    made, body = placed_by(reading.snapshot), {"flow_runs": begun(types)}
    return tuple(await every_run_as(made, reading.api, body, "expected_start_time", reading.page_size))


def _worth_remembering(
    reading: Reading, running: Sequence[Run], stretches: tuple[KnownRuns, ...]
) -> tuple[KnownRuns, ...]:
    return stretches if len(running) >= PAGES_WORTH_REMEMBERING * reading.page_size else ()
