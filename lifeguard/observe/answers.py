"""From the API's answers to facts. No call is made here, and nothing is judged."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from lifeguard.facts import Deployment, Heartbeats, Holder, Limit, Pool, Queue, Run, ServerSettings, Worker, as_utc
from lifeguard.held_once import once, tags_once
from lifeguard.services import ServiceSettings

Row = Mapping[str, Any]
WORKER_LABEL = "prefect.worker.name"
ISO_DURATION = TypeAdapter(timedelta)


def pool(row: Row) -> Pool:
    """A pool from `work_pools/filter`; servers before 3.6.23 send no `active_slots` (PrefectHQ/prefect#21149)."""
    return Pool(
        id=row["id"],
        name=row["name"],
        type=row["type"],
        status=row.get("status"),
        is_paused=row["is_paused"],
        concurrency_limit=row["concurrency_limit"],
        active_slots=row.get("active_slots"),
        default_queue_id=row.get("default_queue_id"),
    )


def queue(row: Row) -> Queue:
    """A queue from `work_queues/filter`, whose `active_slots` count CANCELLING runs too."""
    return Queue(
        id=row["id"],
        name=row["name"],
        pool_id=row["work_pool_id"],
        status=row.get("status"),
        is_paused=row["is_paused"],
        priority=row.get("priority"),
        concurrency_limit=row["concurrency_limit"],
        last_polled=as_utc(row.get("last_polled")),
        slots_at_most=row.get("active_slots"),
    )


def worker(row: Row) -> Worker:
    """A worker from `workers/filter`."""
    return Worker(
        name=row["name"],
        pool_id=row["work_pool_id"],
        status=row.get("status"),
        created=as_utc(row.get("created")),
        last_heartbeat=as_utc(row.get("last_heartbeat_time")),
        heartbeat_seconds=row.get("heartbeat_interval_seconds"),
    )


def run(row: Row) -> Run:
    """A flow run from `flow_runs/filter`."""
    state: Row = row.get("state") or {}
    labels: Row = row.get("labels") or {}
    policy: Row = row.get("empirical_policy") or {}
    details: Row = state.get("state_details") or {}
    return Run(
        id=row["id"],
        name=row["name"],
        state_type=once(str(row["state_type"])),
        state_name=once(str(row["state_name"])),
        state_since=as_utc(state.get("timestamp")),
        state_message=state.get("message"),
        expected_start=as_utc(row.get("expected_start_time")),
        next_start=as_utc(row.get("next_scheduled_start_time")),
        started=as_utc(row.get("start_time")),
        ended=as_utc(row.get("end_time")),
        deployment_id=once(row.get("deployment_id")),
        pool_id=once(row.get("work_pool_id")),
        pool_name=once(row.get("work_pool_name")),
        queue_id=once(row.get("work_queue_id")),
        queue_name=once(row.get("work_queue_name")),
        worker_name=once(labels.get(WORKER_LABEL)),
        parent_task_run_id=row.get("parent_task_run_id"),
        retry_type=once(policy.get("retry_type")),
        run_count=row.get("run_count") or 0,
        infrastructure_id=row.get("infrastructure_pid"),
        tags=tags_once(row.get("tags") or ()),
        is_suspended=bool(details.get("pause_reschedule")),
        pause_ends=as_utc(details.get("pause_timeout")),
    )


def limit(row: Row) -> Limit:
    """A limit from `v2/concurrency_limits/filter`, or a deployment's own."""
    return Limit(
        id=row["id"],
        name=row["name"],
        limit=row["limit"],
        active_slots=row["active_slots"],
        is_active=row["active"],
        slot_decay_per_second=row.get("slot_decay_per_second") or 0.0,
    )


def deployment(row: Row, flow_names: Mapping[str, str]) -> Deployment:
    """A deployment from `deployments/filter`; `concurrency_limit` is always null in Prefect 3, the limit is global."""
    own_limit: Row | None = row.get("global_concurrency_limit")
    options: Row = row.get("concurrency_options") or {}
    return Deployment(
        id=row["id"],
        name=row["name"],
        flow_name=flow_names.get(row["flow_id"], ""),
        pool_name=row.get("work_pool_name"),
        queue_id=row.get("work_queue_id"),
        queue_name=row.get("work_queue_name"),
        last_polled=as_utc(row.get("last_polled")),
        limit=limit(own_limit) if own_limit else None,
        collision_strategy=options.get("collision_strategy"),
    )


def holders(row: Row) -> tuple[Holder, ...]:
    """The slot holders of one queue's part of `concurrency_status`."""
    return tuple(
        Holder(
            run_id=held["id"],
            run_name=held["name"],
            queue_id=row["queue_id"],
            state_name=held["state_name"],
            since=as_utc(held.get("state_timestamp")),
        )
        for held in row["flow_runs"]
    )


def heartbeats(row: Row) -> Heartbeats:
    """What was heard of one run, from `events/count-by/resource`."""
    return Heartbeats(
        datetime.fromisoformat(row["start_time"]).astimezone(UTC),
        datetime.fromisoformat(row["end_time"]).astimezone(UTC),
        int(row["count"]),
    )


def settings(answer: Row) -> ServerSettings:
    """The thresholds from `/admin/settings`; what an older server does not tell keeps Prefect's default."""
    told = {
        "late_after_seconds": _at(answer, "server.services.late_runs.after_seconds"),
        "heartbeat_multiple": _at(answer, "server.services.foreman.inactivity_heartbeat_multiple"),
        "fallback_heartbeat_seconds": _at(answer, "server.services.foreman.fallback_heartbeat_interval_seconds"),
        "queue_polled_timeout_seconds": _at(answer, "server.services.foreman.work_queue_last_polled_timeout_seconds"),
        "deployment_polled_timeout_seconds": _at(
            answer, "server.services.foreman.deployment_last_polled_timeout_seconds"
        ),
        "slot_wait_seconds": _at(answer, "server.deployments.concurrency_slot_wait_seconds"),
        "page_size": _at(answer, "server.api.default_limit"),
        "database_driver": _found(answer, "server.database.driver"),
    }
    return ServerSettings(**_told(told), services=_service_settings(answer))


def _service_settings(answer: Row) -> ServiceSettings:
    paths = {
        "scheduler_enabled": "scheduler.enabled",
        "scheduler_loop_seconds": "scheduler.loop_seconds",
        "scheduler_ahead_seconds": "scheduler.min_scheduled_time",
        "scheduler_max_runs": "scheduler.max_runs",
        "late_runs_enabled": "late_runs.enabled",
        "late_runs_loop_seconds": "late_runs.loop_seconds",
        "foreman_enabled": "foreman.enabled",
        "foreman_loop_seconds": "foreman.loop_seconds",
        "cancellation_enabled": "cancellation_cleanup.enabled",
        "cancellation_loop_seconds": "cancellation_cleanup.loop_seconds",
        "event_persister_enabled": "event_persister.enabled",
    }
    told = _told({name: _at(answer, f"server.services.{path}") for name, path in paths.items()})
    timeout = _at(answer, "server.services.cancellation_cleanup.cancelling_timeout_seconds")
    return ServiceSettings(**told, cancelling_timeout_seconds=timeout)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _at(answer: Row, path: str) -> Any:
    """The number at a dotted path; `late_runs.after_seconds` is an ISO duration such as PT15S."""
    value = _found(answer, path)
    return duration(value) if isinstance(value, str) else value


def _found(answer: Row, path: str) -> Any:
    value: Any = answer
    for step in path.split("."):
        value = cast(Row, value).get(step) if isinstance(value, Mapping) else None
    return value


def duration(text: str) -> float | None:
    """The seconds of an ISO duration; None for any other text."""
    try:
        return ISO_DURATION.validate_python(text).total_seconds()
    except ValidationError:
        return None
