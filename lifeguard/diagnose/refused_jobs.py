"""Runs whose Job Kubernetes refused: the worker's message in the state of the crashed run says why, in Kubernetes' words."""

import re

from lifeguard.diagnose.in_a_row import in_a_row
from lifeguard.diagnose.pod_phrases import one_line
from lifeguard.diagnose.scene import Scene
from lifeguard.escaping import command, shortened
from lifeguard.facts import Run
from lifeguard.findings import Evidence
from lifeguard.pod_trouble import BY_PREFECT, PodTrouble, Troubles

FORBIDDEN = "Unable to create Kubernetes job: Forbidden"
"""`prefect_kubernetes.worker` (0.8.0); a namespace that is missing is `Not Found` there, and no right or quota."""

SAID_LENGTH = 200
HINT = re.compile(r"\.? Hint: .*$", re.DOTALL)
JOB_NAME = re.compile(r'(jobs\.batch) "[^"]+"')
ACCOUNT = re.compile(r'User "([^"]+)"')
NAMESPACE = re.compile(r'in the namespace "([^"]+)"')


def is_refused(run: Run) -> bool:
    """Whether Kubernetes forbade the Job of this run."""
    return run.state_type == "CRASHED" and FORBIDDEN in (run.state_message or "")


def refused_jobs(scene: Scene) -> Troubles:
    """Those of each deployment that crashed since it last started a run."""
    refused = [run for run in scene.snapshot.ended if is_refused(run)]
    return {run.id: _trouble(run) for _, runs in in_a_row(scene, refused) for run in runs}


def _trouble(run: Run) -> PodTrouble:
    words = _words(run.state_message or "")
    account, namespace = ACCOUNT.search(words), NAMESPACE.search(words)
    proof: Evidence = {
        **({"service_account": account[1]} if account else {}),
        **({"namespace": namespace[1]} if namespace else {}),
    }
    return PodTrouble(
        run_id=run.id,
        code="k8s-rbac-or-quota",
        says=f"Kubernetes refused the Job: {shortened(words or 'no reason told', SAID_LENGTH)}",
        words=words,
        since=run.ended,
        seen_by=BY_PREFECT,
        is_over=True,
        evidence=proof,
        remedy=(_look(words, account, namespace),),
    )


def _words(message: str) -> str:
    """Without the Job's name, which is another one each time, and without Prefect's own hint."""
    said = HINT.sub("", message.partition(FORBIDDEN)[2]).lstrip(": ")
    return one_line(JOB_NAME.sub(r"\1", said))


def _look(words: str, account: re.Match[str] | None, namespace: re.Match[str] | None) -> str:
    where = namespace[1] if namespace else "NAMESPACE-OF-THE-JOBS"
    if "quota" in words:
        return command("kubectl describe resourcequota", namespace=where)
    return command("kubectl auth can-i create jobs.batch", namespace=where, **{"as": account[1] if account else None})
