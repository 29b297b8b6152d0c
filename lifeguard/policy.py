"""The thresholds of judgement and the price of a look, as one plain model that knows no source of values."""

from fnmatch import fnmatchcase
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, le=31_536_000)]
Days = Annotated[int, Field(ge=1, le=36_500)]
BacklogTarget = Annotated[float, Field(ge=60, le=31_536_000)]


class PoolPolicy(BaseModel):
    """Exceptions for the pools whose name matches a glob; what is left out stays as it is for every pool."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    look_ahead_seconds: Seconds | None = Field(default=None, description="Overrides look_ahead_seconds.")
    wait_warning_after_seconds: Seconds | None = Field(
        default=None, description="Overrides wait_warning_after_seconds."
    )
    pause_critical_after_seconds: Seconds | None = Field(
        default=None, description="Overrides pause_critical_after_seconds."
    )
    unexplained_after_seconds: Seconds | None = Field(default=None, description="Overrides unexplained_after_seconds.")
    backlog_target_seconds: BacklogTarget | None = Field(default=None, description="Overrides backlog_target_seconds.")
    pending_stuck_after_seconds: Seconds | None = Field(
        default=None, description="Overrides pending_stuck_after_seconds."
    )
    infrastructure_stuck_after_seconds: Seconds | None = Field(
        default=None, description="Overrides infrastructure_stuck_after_seconds."
    )
    critical_for_seconds: Seconds | None = Field(default=None, description="Overrides critical_for_seconds.")
    warning_for_seconds: Seconds | None = Field(default=None, description="Overrides warning_for_seconds.")
    info_for_seconds: Seconds | None = Field(default=None, description="Overrides info_for_seconds.")
    critical_recovery_seconds: Seconds | None = Field(default=None, description="Overrides critical_recovery_seconds.")
    warning_recovery_seconds: Seconds | None = Field(default=None, description="Overrides warning_recovery_seconds.")
    info_recovery_seconds: Seconds | None = Field(default=None, description="Overrides info_recovery_seconds.")


class Policy(BaseModel):
    """What counts as a problem, what to leave out, and how many calls a look may cost. Durations are in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    overdue_after_seconds: Seconds | None = Field(
        default=None,
        description="A run that has not started this long after it was expected is overdue. Empty: the server's own "
        "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS (default 15).",
    )
    look_ahead_seconds: Seconds = Field(
        default=900,
        description="Runs expected within this time are demand: a pool without workers is a warning already.",
    )
    wait_warning_after_seconds: Seconds = Field(
        default=300,
        description="Waiting for a concurrency slot is information until the oldest run has waited this long.",
    )
    pause_critical_after_seconds: Seconds = Field(
        default=3600, description="A pause or a limit of 0 is a warning until a run has waited for it this long."
    )
    unexplained_after_seconds: Seconds = Field(
        default=60, description="An overdue run without a known cause is reported when it is overdue by more than this."
    )
    backlog_target_seconds: BacklogTarget = Field(
        default=600,
        description="The oldest overdue run should wait no longer than this: forecasts say how many more slots or workers "
        "that takes.",
    )
    pending_stuck_after_seconds: Seconds = Field(
        default=300, description="A run that is Pending or Submitting for longer than this, and silent, is stuck."
    )
    infrastructure_stuck_after_seconds: Seconds = Field(
        default=900, description="The same for InfrastructurePending: image pulls and new nodes take longer."
    )
    queue_silent_after_seconds: Seconds = Field(
        default=60,
        description="A queue that nobody polled for longer than this is silent (at least the server's own timeout).",
    )
    service_stalled_after_seconds: Seconds = Field(
        default=60,
        description="A background service of the server that has left its work undone for so long, beyond its own rhythm, "
        "has stalled.",
    )
    task_wait_after_seconds: Seconds = Field(
        default=30, description="A task run that is Pending for longer than this waits for its tag's limit."
    )
    heartbeat_silent_after_seconds: Seconds = Field(
        default=540,
        description="A run that sent heartbeats and none for longer than this (three of Prefect's 180 s), or than three of "
        "its own intervals, has lost its process.",
    )
    dispatch_slow_after_seconds: Seconds = Field(
        default=120,
        description="A push or managed pool of Prefect Cloud that takes longer than this to hand out a run, or to begin "
        "one, is slow.",
    )
    backlog_runs: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=20, description="So many overdue runs of a pool are a backlog, whose end is reckoned."
    )
    failed_lookback_seconds: Seconds = Field(
        default=3600, description="How far back to look for runs that ended before they started, or lost their lease."
    )
    failed_in_a_row: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=3,
        description="So many failed or refused starts of one deployment in a row mean that it does not run at all.",
    )
    server_name: str | None = Field(
        default=None,
        description="The name under which the history keeps this server, for one that is reached at several addresses. "
        "Empty: its address.",
    )
    critical_for_seconds: Seconds = Field(
        default=0, description="How long a finding of severity critical must hold before it opens an incident."
    )
    warning_for_seconds: Seconds = Field(
        default=45, description="How long a finding of severity warning must hold before it opens an incident."
    )
    info_for_seconds: Seconds = Field(
        default=45, description="How long a finding of severity info must hold before it opens an incident."
    )
    critical_recovery_seconds: Seconds = Field(
        default=300, description="How long an incident of severity critical must be gone before it is resolved."
    )
    warning_recovery_seconds: Seconds = Field(
        default=300, description="How long an incident of severity warning must be gone before it is resolved."
    )
    info_recovery_seconds: Seconds = Field(
        default=300, description="How long an incident of severity info must be gone before it is resolved."
    )
    second_look_after_seconds: Seconds = Field(
        default=30,
        description="Where Lifeguard's own rule and the server's status differ, a look at least this much later must "
        "agree before an incident opens.",
    )
    retell_after_seconds: Annotated[float, Field(ge=15, le=86_400)] = Field(
        default=90,
        description="A page that the server has not said to be sent for so long is sent again, then after twice as long, "
        "and so on up to an hour. Prefect tries a custom webhook for up to a minute.",
    )
    patrol_late_after_seconds: Seconds = Field(
        default=120,
        description="A patrol of Lifeguard's own that begins, or has not begun, so long after its time is late. A container "
        "takes up to a minute to start.",
    )
    parts_within_seconds: Annotated[float, Field(ge=10, le=540)] = Field(
        default=240,
        description="A patrol with `shards` waits for its parts for so long; what a later one would have seen counts as not "
        "seen.",
    )
    reread_after_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(
        default=600,
        description="How long what an earlier patrol read may stand for asking again, while the server says that nothing "
        "changed; 0 asks everything each time.",
    )
    server_processes: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        default=None,
        description="How many processes of the Prefect server share its database, which nobody can ask it; for "
        "`lifeguard settings`.",
    )
    database_connections: Annotated[int, Field(ge=4, le=1_000_000)] | None = Field(
        default=None,
        description="How many connections that database takes (PostgreSQL's max_connections); for `lifeguard settings`. "
        "Empty: 100, PostgreSQL's default.",
    )
    keep_readings_days: Days = Field(default=7, description="How long the history keeps every reading of a pool.")
    keep_hours_days: Days = Field(default=400, description="How long it keeps what each hour of a pool came to.")
    keep_incidents_days: Days = Field(default=400, description="How long it keeps incidents after they are resolved.")
    ignore_pools: tuple[str, ...] = Field(
        default=(), description='Globs of pool names that are not looked at, for example "sandbox-*".'
    )
    pools: dict[str, PoolPolicy] = Field(
        default_factory=dict[str, PoolPolicy], description="Exceptions by glob of the pool's name; later ones win."
    )
    concurrency: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2,
        description="API calls at a time, at most: fewer while the server answers slowly, or with 429 or 503. More than 2 "
        "buys nothing from a self-hosted server and slows everybody else.",
    )
    pace: Annotated[float, Field(ge=0, le=10)] = Field(
        default=3,
        description="A patrol makes one call at a time and rests after it so many times as long as it took, so that others do "
        "not notice; less and less, and after 45 s not at all. 0 never rests. `lifeguard check` never does.",
    )
    call_ceiling: Annotated[int, Field(ge=10, le=1_000_000)] = Field(
        default=5000,
        description="A look stops asking after so many API calls and says what it did not see. The work pools where it harms "
        "most come first, and a patrol keeps a tenth, 20 at least, for telling people.",
    )
    look_within_seconds: Annotated[float, Field(ge=1, le=540)] = Field(
        default=240,
        description="A look stops asking after so long, too: on a server that answers slowly it ends in time, and says what "
        "it did not see. Time in which parts look (`parts_within_seconds`) comes on top, up to 540 s in all.",
    )
    request_timeout_seconds: Annotated[float, Field(gt=0, le=300)] = Field(
        default=10, description="How long to wait for one answer of the API."
    )
    retry_attempts: Annotated[int, Field(ge=0, le=10)] = Field(
        default=3, description="How often a call that got 429 or 503 is tried again."
    )
    retry_wait_ceiling_seconds: Annotated[float, Field(ge=0, le=300)] = Field(
        default=20, description="The longest wait before one such retry, whatever Retry-After says."
    )

    def ignores(self, pool_name: str) -> bool:
        """Whether this pool is not to be looked at."""
        return any(fnmatchcase(pool_name, glob) for glob in self.ignore_pools)

    def for_seconds(self, severity: str) -> float:
        """How long a finding of this severity must hold."""
        return {
            "critical": self.critical_for_seconds,
            "warning": self.warning_for_seconds,
            "info": self.info_for_seconds,
        }[severity]

    def recovery_seconds(self, severity: str) -> float:
        """How long an incident of this severity must be gone."""
        return {
            "critical": self.critical_recovery_seconds,
            "warning": self.warning_recovery_seconds,
            "info": self.info_recovery_seconds,
        }[severity]

    def for_pool(self, pool_name: str | None) -> Self:
        """This policy with the exceptions for one pool applied, in their order."""
        changes: dict[str, Any] = {}
        for glob, exception in self.pools.items():
            if pool_name is not None and fnmatchcase(pool_name, glob):
                changes |= exception.model_dump(exclude_none=True)
        return self.model_copy(update=changes) if changes else self
