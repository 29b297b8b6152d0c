"""The settings that are reviewed, with the defaults of Prefect 3.9.1; a test holds them against those that are installed."""

from collections.abc import Mapping
from typing import Any

_SERVICES: Mapping[str, Any] = {
    "late_runs.enabled": True,
    "late_runs.after_seconds": 15.0,
    "late_runs.loop_seconds": 5.0,
    "foreman.enabled": True,
    "foreman.loop_seconds": 15.0,
    "foreman.inactivity_heartbeat_multiple": 3,
    "foreman.fallback_heartbeat_interval_seconds": 30,
    "foreman.work_queue_last_polled_timeout_seconds": 60,
    "foreman.deployment_last_polled_timeout_seconds": 60,
    "scheduler.enabled": True,
    "scheduler.loop_seconds": 60.0,
    "scheduler.min_runs": 3,
    "scheduler.min_scheduled_time": 3600.0,
    "cancellation_cleanup.enabled": True,
    "repossessor.enabled": True,
    "pause_expirations.enabled": True,
    "event_persister.enabled": True,
    "triggers.enabled": True,
    "task_run_recorder.enabled": True,
    "db_vacuum.enabled": ["events"],
}
SERVER: Mapping[str, Any] = {
    **{f"server.services.{path}": default for path, default in _SERVICES.items()},
    "server.concurrency.lease_storage": "prefect.server.concurrency.lease_storage.memory",
    "server.database.driver": None,
    "server.database.port": None,
    "server.database.timeout": 10.0,
    "server.database.sqlalchemy.pool_size": 5,
    "server.database.sqlalchemy.max_overflow": 10,
    "server.database.sqlalchemy.connect_args.statement_cache_size": None,
    "server.docket.url": "memory://",
    "server.events.messaging_broker": "prefect.server.utilities.messaging.memory",
    "server.events.messaging_cache": "prefect.server.utilities.messaging.memory",
    "server.events.causal_ordering": "prefect.server.events.ordering.memory",
    "server.events.retention_period": 604_800.0,
    "server.api.default_limit": 200,
    "server.ui.api_url": "http://127.0.0.1:4200/api",
}
OWN: Mapping[str, Any] = {
    "client.max_retries": 5,
    "client.retry_extra_codes": [],
    "api.request_timeout": 60.0,
    "worker.query_seconds": 10.0,
}
OF_WORKERS: Mapping[str, Any] = {
    "worker.heartbeat_seconds": 30.0,
    "integrations.kubernetes.observer.replicate_pod_events": True,
}
"""Those of the workers' processes, which no API tells; the second belongs to prefect-kubernetes (0.8.0)."""

DEFAULTS: Mapping[str, Any] = {**SERVER, **OWN, **OF_WORKERS}
