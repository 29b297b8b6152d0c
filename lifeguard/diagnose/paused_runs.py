"""What a pause and a suspension have in common: a run that waits for a person, and ends as Failed when nobody comes."""

from collections.abc import Iterable, Iterator

from lifeguard.diagnose.scene import Scene, grouped
from lifeguard.diagnose.words import at, in_pool, runs
from lifeguard.escaping import command
from lifeguard.facts import OWN_TAG, Deployment, Run
from lifeguard.findings import Evidence


def by_deployment(scene: Scene, is_suspended: bool) -> Iterator[tuple[Deployment, tuple[Run, ...]]]:
    """The paused, or the suspended, runs of each deployment, the one that ends first in front."""
    chosen = [run for run in scene.snapshot.paused if run.is_suspended is is_suspended and OWN_TAG not in run.tags]
    ordered = sorted(chosen, key=lambda run: (run.pause_ends is None, run.pause_ends or scene.now, run.id))
    for deployment_id, paused in grouped(ordered, lambda run: run.deployment_id or "").items():
        deployment = scene.snapshot.deployments.get(deployment_id)
        if deployment:
            yield deployment, paused


def sentence(deployment: Deployment, paused: tuple[Run, ...], state: str) -> str:
    """How many wait for a person, the first of them, and until when."""
    first, are = paused[0], "is" if len(paused) == 1 else "are"
    ends = f"; else it ends as Failed at {at(first.pause_ends)}" if first.pause_ends else ""
    return (
        f"{runs(len(paused))} of deployment '{deployment.full_name}' {are} {state} until somebody resumes "
        f"{'it' if len(paused) == 1 else 'them'} ('{first.name}' since {at(first.state_since)}{ends})"
    )


def evidence(deployment: Deployment, paused: tuple[Run, ...]) -> Evidence:
    """What proves it."""
    first = paused[0]
    return {
        **in_pool(deployment.pool_name),
        "paused_runs": len(paused),
        "first_run": first.name,
        "first_run_id": first.id,
        "since": first.state_since,
        "ends": first.pause_ends,
    }


def resume(runs: Iterable[Run]) -> tuple[str, ...]:
    """How to resume them; Prefect's command line has no word of its own for it."""
    return tuple(f"Press Resume in the Prefect UI, or: {_resume(run)}" for run in runs)


def _resume(run: Run) -> str:
    return command("prefect api POST", f"/flow_runs/{run.id}/resume")
