"""run-suspended: a run has left its process (`suspend_flow_run`) and needs a person, and then a worker, to go on."""

from lifeguard.diagnose.paused_runs import by_deployment, evidence, resume, sentence
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.words import ids, of_deployment
from lifeguard.findings import Finding, Severity

RUNS_NAMED = 5


def run_suspended(scene: Scene) -> list[Finding]:
    """Find suspended runs, by deployment: they were meant to wait, so this is information."""
    return [
        Finding(
            code="run-suspended",
            severity=Severity.INFO,
            resource=of_deployment(deployment),
            title=sentence(deployment, paused, "suspended"),
            evidence=evidence(deployment, paused),
            remedy=resume(paused[:RUNS_NAMED]),
            run_ids=ids(paused),
        )
        for deployment, paused in by_deployment(scene, is_suspended=True)
    ]
