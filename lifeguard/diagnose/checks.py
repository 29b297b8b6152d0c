"""Every check, in the order in which causes explain a run, and what becomes of one that crashes."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from lifeguard.diagnose.api_unreachable import api_unreachable
from lifeguard.diagnose.artificial_poll import artificial_poll
from lifeguard.diagnose.awaiting_retry_orphaned import awaiting_retry_orphaned
from lifeguard.diagnose.background_services_dead import background_services_dead, explained_by_dead_services
from lifeguard.diagnose.cancel_new_collision import cancel_new_collision
from lifeguard.diagnose.cancelling_stuck import cancelling_stuck
from lifeguard.diagnose.client_pool_timeout import client_pool_timeout
from lifeguard.diagnose.concurrency_lease_lost import concurrency_lease_lost
from lifeguard.diagnose.db_answers import explained_by_the_database
from lifeguard.diagnose.db_connections_exhausted import db_connections_exhausted
from lifeguard.diagnose.db_contention import db_contention
from lifeguard.diagnose.deployment_limit_leaked import deployment_limit_leaked
from lifeguard.diagnose.deployment_limit_waiting import deployment_limit_waiting
from lifeguard.diagnose.deployment_paused import deployment_paused
from lifeguard.diagnose.events_stalled import events_stalled
from lifeguard.diagnose.events_websocket_blocked import events_websocket_blocked
from lifeguard.diagnose.foreman_stalled import foreman_stalled
from lifeguard.diagnose.head_of_line_congestion import head_of_line_congestion
from lifeguard.diagnose.infra_submit_failed import infra_submit_failed
from lifeguard.diagnose.k8s_container_config import k8s_container_config
from lifeguard.diagnose.k8s_event_storm import k8s_event_storm
from lifeguard.diagnose.k8s_image_pull_backoff import k8s_image_pull_backoff
from lifeguard.diagnose.k8s_no_pod import k8s_no_pod
from lifeguard.diagnose.k8s_node_lost import k8s_node_lost
from lifeguard.diagnose.k8s_observer_down import k8s_observer_down
from lifeguard.diagnose.k8s_oom_evicted_crashloop import k8s_oom_evicted_crashloop
from lifeguard.diagnose.k8s_rbac_or_quota import k8s_rbac_or_quota
from lifeguard.diagnose.k8s_rights_too_wide import k8s_rights_too_wide
from lifeguard.diagnose.k8s_unschedulable import k8s_unschedulable
from lifeguard.diagnose.k8s_worker_down import explained_by_worker_deployments, k8s_worker_down
from lifeguard.diagnose.k8s_worker_without_probe import k8s_worker_without_probe
from lifeguard.diagnose.late_backlog_drain import late_backlog_drain
from lifeguard.diagnose.late_runs_service_stalled import late_runs_service_stalled
from lifeguard.diagnose.limit_set_to_zero import limit_set_to_zero
from lifeguard.diagnose.patrol_late import patrol_late
from lifeguard.diagnose.patrol_on_watched_pool import patrol_on_watched_pool
from lifeguard.diagnose.pool_limit_saturated import pool_limit_saturated
from lifeguard.diagnose.pool_no_workers import pool_no_workers
from lifeguard.diagnose.pool_observation_failed import pool_observation_failed
from lifeguard.diagnose.pool_paused import pool_paused
from lifeguard.diagnose.pool_type_prefect_agent import pool_type_prefect_agent
from lifeguard.diagnose.push_dispatch_slow import push_dispatch_slow
from lifeguard.diagnose.push_pool_on_oss import push_pool_on_oss
from lifeguard.diagnose.queue_limit_saturated import queue_limit_saturated
from lifeguard.diagnose.queue_not_polled import queue_not_polled
from lifeguard.diagnose.queue_paused import queue_paused
from lifeguard.diagnose.queue_priority_starved import queue_priority_starved
from lifeguard.diagnose.queue_readiness_stale import queue_readiness_stale
from lifeguard.diagnose.run_orphaned_no_queue import run_orphaned_no_queue
from lifeguard.diagnose.run_overdue_unexplained import run_overdue_unexplained
from lifeguard.diagnose.run_paused import run_paused
from lifeguard.diagnose.run_resuming import run_resuming
from lifeguard.diagnose.run_suspended import run_suspended
from lifeguard.diagnose.scene import Scene
from lifeguard.diagnose.schedule_inactive import schedule_inactive
from lifeguard.diagnose.scheduler_stalled import scheduler_stalled
from lifeguard.diagnose.served_process_gone import served_process_gone
from lifeguard.diagnose.server_not_ready import server_not_ready
from lifeguard.diagnose.sqlite_database_locked import sqlite_database_locked
from lifeguard.diagnose.stuck_pending_orphan import stuck_pending_orphan
from lifeguard.diagnose.subflow_parent_deadlock import subflow_parent_deadlock
from lifeguard.diagnose.tag_limit_leaked_slots import tag_limit_leaked_slots
from lifeguard.diagnose.tag_limit_waiting import tag_limit_waiting
from lifeguard.diagnose.version_mismatch import version_mismatch
from lifeguard.diagnose.worker_alive_not_polling import worker_alive_not_polling
from lifeguard.diagnose.worker_auth_or_4xx import worker_auth_or_4xx
from lifeguard.diagnose.worker_crash_http_500 import worker_crash_http_500
from lifeguard.diagnose.worker_crash_loop import worker_crash_loop
from lifeguard.diagnose.worker_limit_saturated import worker_limit_saturated
from lifeguard.diagnose.worker_lost import worker_lost
from lifeguard.diagnose.worker_queue_missing import worker_queue_missing
from lifeguard.diagnose.worker_rate_limited import worker_rate_limited
from lifeguard.diagnose.worker_type_mismatch import worker_type_mismatch
from lifeguard.diagnose.zombie_running import zombie_running
from lifeguard.findings import CATALOGUE, Finding, Resource, Severity

Check = Callable[[Scene], list[Finding]]
LastResort = Callable[[Scene, Collection[str]], list[Finding]]

CHECKS: Sequence[Check] = (
    api_unreachable,
    db_connections_exhausted,
    sqlite_database_locked,
    db_contention,
    server_not_ready,
    pool_observation_failed,
    scheduler_stalled,
    late_runs_service_stalled,
    foreman_stalled,
    events_stalled,
    cancelling_stuck,
    run_orphaned_no_queue,
    served_process_gone,
    awaiting_retry_orphaned,
    pool_paused,
    queue_paused,
    pool_type_prefect_agent,
    push_pool_on_oss,
    limit_set_to_zero,
    worker_auth_or_4xx,
    worker_rate_limited,
    worker_crash_http_500,
    worker_crash_loop,
    k8s_worker_down,
    pool_no_workers,
    artificial_poll,
    worker_alive_not_polling,
    client_pool_timeout,
    k8s_event_storm,
    worker_queue_missing,
    queue_readiness_stale,
    queue_not_polled,
    subflow_parent_deadlock,
    k8s_rbac_or_quota,
    k8s_unschedulable,
    k8s_image_pull_backoff,
    k8s_container_config,
    k8s_oom_evicted_crashloop,
    k8s_node_lost,
    k8s_no_pod,
    stuck_pending_orphan,
    k8s_observer_down,
    zombie_running,
    pool_limit_saturated,
    queue_limit_saturated,
    deployment_limit_leaked,
    deployment_limit_waiting,
    cancel_new_collision,
    head_of_line_congestion,
    queue_priority_starved,
    push_dispatch_slow,
    version_mismatch,
    worker_type_mismatch,
    infra_submit_failed,
    concurrency_lease_lost,
    tag_limit_leaked_slots,
    tag_limit_waiting,
    run_resuming,
    run_paused,
    run_suspended,
    deployment_paused,
    schedule_inactive,
    worker_lost,
    events_websocket_blocked,
    k8s_worker_without_probe,
    k8s_rights_too_wide,
    patrol_late,
    patrol_on_watched_pool,
)

LAST_RESORTS: Sequence[LastResort] = (late_backlog_drain, worker_limit_saturated, run_overdue_unexplained)
"""Checks by elimination: they see only the runs that no finding before them explains."""

UMBRELLA = "background-services-dead"
"""It is found in what was found: several signs may have one cause."""

ORDER = {code: place for place, code in enumerate(CATALOGUE)}


def diagnose(
    scene: Scene, checks: Sequence[Check] = CHECKS, last_resorts: Sequence[LastResort] = LAST_RESORTS
) -> list[Finding]:
    """Every finding, most harmful first, each run explained by one of them and the others beside it."""
    findings: list[Finding] = []
    for check in checks:
        findings += _survived(check.__name__, lambda check=check: check(scene))
    findings = _under_umbrellas(scene, findings)
    for last_resort in last_resorts:
        explained = frozenset(run_id for finding in findings for run_id in finding.run_ids)
        findings += _survived(last_resort.__name__, lambda check=last_resort, seen=explained: check(scene, seen))
    return sorted(_dated(scene, settled(findings)), key=by_harm)


def _under_umbrellas(scene: Scene, findings: list[Finding]) -> list[Finding]:
    """The findings with those that several of them have for a cause."""
    dead = _survived("background_services_dead", lambda: background_services_dead(scene, findings))
    for each in dead:
        if each.code == UMBRELLA:
            findings = explained_by_dead_services(scene, findings, each)
    return explained_by_worker_deployments(explained_by_the_database([*findings, *dead]))


def settled(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, where one whose runs are all explained already stands beside its cause as information."""
    explained_by: dict[str, str] = {}
    result: list[Finding] = []
    for finding in sorted(findings, key=_explanation):
        cause = finding.caused_by or _cause(finding, explained_by)
        if cause:
            finding = replace(finding, severity=Severity.INFO, caused_by=cause)
        for run_id in finding.run_ids:
            explained_by.setdefault(run_id, cause or finding.fingerprint)
        result.append(finding)
    return result


def _dated(scene: Scene, findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, each with the time since when work waits for it."""
    return [replace(finding, due_since=_due_since(scene, finding)) for finding in findings]


def _due_since(scene: Scene, finding: Finding) -> datetime | None:
    seen = (scene.runs_by_id.get(run_id) for run_id in finding.run_ids)
    return min((run.due_since for run in seen if run and run.due_since and scene.is_overdue(run)), default=None)


def _cause(finding: Finding, explained_by: dict[str, str]) -> str | None:
    if not finding.run_ids or not all(run_id in explained_by for run_id in finding.run_ids):
        return None
    cause = explained_by[finding.run_ids[0]]
    return None if cause == finding.fingerprint else cause


def _explanation(finding: Finding) -> tuple[int, str]:
    return (ORDER.get(finding.code, len(ORDER)), finding.fingerprint)


def by_harm(finding: Finding) -> tuple[int, bool, int, str]:
    """The order in which findings are told: most harmful first."""
    return (-finding.severity.rank, finding.caused_by is not None, *_explanation(finding))


def _survived(name: str, check: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return check()
    except Exception as error:
        return [_crashed(name, error)]


def _crashed(name: str, error: Exception) -> Finding:
    code = name.replace("_", "-")
    return Finding(
        code="check-crashed",
        severity=Severity.WARNING,
        resource=Resource("lifeguard", code, code),
        title=f"Lifeguard's check {code} crashed ({type(error).__name__}), so what it looks for was not judged",
        evidence={"check": code, "error": type(error).__name__, "message": str(error)[:300]},
        remedy=("Report it with this evidence: https://github.com/example/prefect-lifeguard/issues",),
    )
