"""`lifeguard fix --old-workers POOL`: records of workers that have been gone for days."""

from functools import partial

from lifeguard.commands.fix import Wish, show_or_do, this_machine
from lifeguard.commands.progress import complain, progress
from lifeguard.commands.run_async import run_async
from lifeguard.commands.status import Status
from lifeguard.configuration import ConfigurationError
from lifeguard.escaping import visible
from lifeguard.facts import Pool
from lifeguard.fixing.fresh_look import FreshLook, look_at_workers
from lifeguard.remedies.old_workers import old_workers
from lifeguard.report.terminal import standard_output
from lifeguard.since import age

YOUNGEST_SECONDS = 3600.0
"""A worker that was heard within the hour may be one that is restarted."""


def run_old_workers(pool_name: str, older_than: str, wish: Wish) -> Status:
    """0 it was told or done; 1 something is left; 2 it could not look. Raises `ConfigurationError`."""
    patience = age(older_than, "--older-than")
    if patience.total_seconds() < YOUNGEST_SECONDS:
        raise ConfigurationError(
            f"--older-than is {older_than!r}: give at least 1h, since a younger one may come back."
        )
    machine = this_machine(wish.policy_file)
    with progress() as tell:
        look = run_async(partial(look_at_workers, machine.connection, machine.sources, pool_name, tell))
    refuse_workerless(look, pool_name)
    pool = _seen(look, pool_name)
    if pool is None:
        complain(
            f"The workers of work pool {visible(pool_name)!r} could not be seen, so nothing was done: `lifeguard check`."
        )
        return Status.COULD_NOT_LOOK
    planned = old_workers(look.scene, pool, older_than, look.scene.now - patience, wish.at_most)
    if planned.steps or wish.format == "json":
        return show_or_do(look, planned, machine, wish)
    for line in (f"{planned.finding.title}: nothing is to do.", *(f"Untouched: {each}." for each in planned.untouched)):
        standard_output().print(visible(line), soft_wrap=True, markup=False, highlight=False)
    return Status.FOUND if planned.untouched else Status.FINE


def refuse_workerless(look: FreshLook, name: str) -> None:
    """Raise `ConfigurationError` for a pool that never has a worker."""
    if any(pool.name == name and not pool.needs_workers for pool in look.judgement.snapshot.pools):
        raise ConfigurationError(f"Work pool {visible(name)!r} is of a type that has no workers: nothing is to do.")


def _seen(look: FreshLook, name: str) -> Pool | None:
    """The pool, if its workers were read to the end."""
    pool = next((each for each in look.judgement.snapshot.pools if each.name == name), None)
    return pool if pool and look.scene.workers(pool) is not None else None
