"""run-paused: a run waits for a person in its own process (`pause_flow_run`), and takes no slot of its pool meanwhile."""

from lifeguard.diagnose.paused_runs import by_deployment, evidence, resume, sentence
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import ids, of_deployment
from lifeguard.escaping import command
from lifeguard.facts import Deployment, Run
from lifeguard.findings import Finding, Severity

RUNS_NAMED = 5


def run_paused(scene: Scene) -> list[Finding]:
    """Find paused runs, by deployment: information, and a warning where the process of one is gone."""
    return [_finding(scene, deployment, paused) for deployment, paused in by_deployment(scene, is_suspended=False)]


def _finding(scene: Scene, deployment: Deployment, paused: tuple[Run, ...]) -> Finding:
    gone = [run for run in paused if scene.is_silent(run)]
    lost = (
        f"; the process of {len(gone)} of them sends no heartbeat any more, so resuming starts nothing" if gone else ""
    )
    return Finding(
        code="run-paused",
        severity=Severity.WARNING if gone else Severity.INFO,
        resource=of_deployment(deployment),
        title=sentence(deployment, paused, "paused") + lost,
        evidence={**evidence(deployment, paused), "silent_runs": len(gone)},
        remedy=(
            *(f"Its process is gone: {command('prefect flow-run cancel', run.id)}" for run in gone[:RUNS_NAMED]),
            *resume([run for run in paused if run not in gone][:RUNS_NAMED]),
        ),
        run_ids=ids(paused),
    )
