"""Slots of deployments that nobody holds and nobody gives back.

A deployment with a limit counts its slots in the server's database, but who holds them in the server's memory (setting
server.concurrency.lease_storage, 3.9.1). A server that is restarted while a patrol runs forgets the holder; if that patrol
never says how it ended, as when the whole host went down, the slot is taken for ever and CANCEL_NEW cancels every patrol
from then on. https://github.com/PrefectHQ/prefect/issues/20090
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from lifeguard.installing.asking import found
from lifeguard.observe.api import Api
from lifeguard.serving.claims import Run, finish, unfinished_runs
from lifeguard.serving.deployments import Served

GRACE_SECONDS = 60.0


async def give_back_lost_slots(api: Api, served: Sequence[Served], ours: Collection[str], now: datetime) -> list[str]:
    """End the runs of others that are over their flow's timeout, and free slots without any run; what was done."""
    unfinished = await unfinished_runs(api, served)
    lost = [run for run in unfinished if run.id not in ours and _is_overtime(run, served, now)]
    said = [await _end(api, run) for run in lost]
    held = {run.deployment_id for run in unfinished}
    return said + [said for each in served if each.id not in held and (said := await _free(api, each))]


def _is_overtime(run: Run, served: Sequence[Served], now: datetime) -> bool:
    limit = next(each.timeout_seconds for each in served if each.id == run.deployment_id)
    return limit is not None and now - run.since > timedelta(seconds=limit + GRACE_SECONDS)


async def _end(api: Api, run: Run) -> str:
    await finish(api, run, "Crashed", "It held its slot for longer than its flow may run, so its process is gone.")
    return f"{run.name} has been {run.state_name} for longer than its flow may run, so it was ended as Crashed"


async def _free(api: Api, served: Served) -> str:
    """Set the count to what it really is, none, if it says anything else."""
    path = f"v2/concurrency_limits/deployment:{served.id}"
    limit: Any = await found(api, path)
    if not limit or not limit["active_slots"]:
        return ""
    await api.change("PATCH", path, {"active_slots": 0})
    return f"{served.full_name} had a slot that no run held, so it was given back"
