"""The tables of the history. Their names begin with lifeguard_, so that they may live beside Prefect's own.

Constraints keep wrong states out whatever writes here: one live incident per fingerprint, times in order, words from the
lists. A change of a table is a new migration; `tests/record/test_migrations.py` holds the two together.
"""

from datetime import datetime
from typing import Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from lifeguard.findings import Severity, Verdict
from lifeguard.incidents import ChangeKind
from lifeguard.pages import ENDS, Fate
from lifeguard.record.columns import Json, Key, UtcTime, Words

NAMES = {
    "pk": "%(table_name)s_pk",
    "fk": "%(table_name)s_%(column_0_name)s_fk",
    "ix": "%(table_name)s_%(column_0_name)s",
    "uq": "%(table_name)s_%(column_0_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
}


NEVER_AGAIN = {"sqlite_autoincrement": True}
"""An id that people or events know is not given to another row, which SQLite would do with that of a deleted one."""


class Row(SQLModel):
    """The base of all our tables, with a metadata of their own: SQLModel's is shared with everybody else's."""

    metadata = MetaData(naming_convention=NAMES)
    __tablename__: ClassVar[Any]


def _one_of(column: str, words: type[Severity | Verdict | ChangeKind | Fate]) -> CheckConstraint:
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", f"{column}_known")


def _owner(table: str) -> Any:
    return Column(Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


class ServerRow(Row, table=True):
    """A Prefect server whose patrols are kept here. Its row is what patrols of one server take turns by.

    `last_started_at` is when the newest look began by the server's clock, `last_look_at` the time that the ledger gave
    it: they differ only after that clock was set back, since the ledger's time never is. `starts_counted_until` is the
    mark of `lifeguard.starts`, NULL before the first patrol that counted.
    """

    __tablename__ = "lifeguard_servers"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=Key, unique=True)
    last_started_at: datetime | None = Field(default=None, sa_type=UtcTime)
    last_look_at: datetime | None = Field(default=None, sa_type=UtcTime)
    starts_counted_until: datetime | None = Field(default=None, sa_type=UtcTime)


class PatrolRow(Row, table=True):
    """One look. `saw_pools` tells whether every pool was listed, so that its readings go on from the look before.

    A `superseded` one began before a look that was recorded already, and changed nothing.
    """

    __tablename__ = "lifeguard_patrols"
    __table_args__ = (
        CheckConstraint("finished_at >= started_at", "times_in_order"),
        Index("lifeguard_patrols_of_server", "server_id", "started_at"),
    )

    id: str = Field(sa_type=Key, primary_key=True)
    server_id: int = Field(sa_column=_owner("lifeguard_servers"))
    started_at: datetime = Field(sa_type=UtcTime)
    finished_at: datetime = Field(sa_type=UtcTime)
    complete: bool
    saw_pools: bool
    superseded: bool
    missing: list[dict[str, Any]] = Field(sa_type=Json)
    api_calls: int
    duration_seconds: float


class PoolRow(Row, table=True):
    """A work pool. `last_reading_at` points to its newest reading; `gone_at` is when a look no longer found it."""

    __tablename__ = "lifeguard_pools"
    __table_args__ = (UniqueConstraint("server_id", "pool_id", name="lifeguard_pools_pool_id_key"),)

    id: int | None = Field(default=None, primary_key=True)
    server_id: int = Field(sa_column=_owner("lifeguard_servers"))
    pool_id: str = Field(sa_type=Key)
    name: str = Field(sa_type=Words)
    type: str = Field(sa_type=Words)
    needs_workers: bool
    last_reading_at: datetime | None = Field(default=None, sa_type=UtcTime)
    gone_at: datetime | None = Field(default=None, sa_type=UtcTime)


class ReadingRow(Row, table=True):
    """A pool's numbers from `at` until the next row: written when one of them changes, and once an hour.

    NULL is 'could not be seen'. Clustered by pool on SQLite, so that a week of one pool is one place of the file. A limit
    is a large number where the Prefect server keeps its own on SQLite and somebody wanted none.
    """

    __tablename__ = "lifeguard_readings"
    __table_args__ = (_one_of("verdict", Verdict), {"sqlite_with_rowid": False})

    pool: int = Field(
        sa_column=Column(
            Integer, ForeignKey("lifeguard_pools.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    at: datetime = Field(sa_type=UtcTime, primary_key=True)
    verdict: str
    has_demand: bool | None
    workers_online: int | None
    workers_total: int | None
    overdue: int | None
    oldest_overdue_since: datetime | None = Field(sa_type=UtcTime)
    pending: int | None
    running: int | None
    waiting_for_slot: int | None
    active_slots: int | None = Field(sa_type=BigInteger)
    concurrency_limit: int | None = Field(sa_type=BigInteger)


class HourRow(Row, table=True):
    """What one hour of a pool came to: seconds it was watched, had demand, was up during it; and its worst numbers."""

    __tablename__ = "lifeguard_hours"
    __table_args__ = (
        CheckConstraint(
            "0 <= up_seconds AND up_seconds <= demand_seconds AND demand_seconds <= watched_seconds", "seconds_in_order"
        ),
        {"sqlite_with_rowid": False},
    )

    pool: int = Field(
        sa_column=Column(
            Integer, ForeignKey("lifeguard_pools.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    hour: datetime = Field(sa_type=UtcTime, primary_key=True)
    watched_seconds: float
    demand_seconds: float
    up_seconds: float
    workers_min: int | None
    workers_max: int | None
    overdue_max: int | None
    running_max: int | None
    waiting_for_slot_max: int | None


PICKUPS_IN_ORDER = "0 <= max_seconds AND max_seconds <= sum_seconds"


class PickupRow(Row, table=True):
    """How long the runs waited that began in one slot of time, by `lifeguard.pickups`: five minutes, later an hour."""

    __tablename__ = "lifeguard_pickups"
    __table_args__ = (
        CheckConstraint(PICKUPS_IN_ORDER, "seconds_in_order"),
        CheckConstraint("slot_seconds IN (300, 3600)", "slot_known"),
        {"sqlite_with_rowid": False},
    )

    pool: int = Field(
        sa_column=Column(
            Integer, ForeignKey("lifeguard_pools.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    at: datetime = Field(sa_type=UtcTime, primary_key=True)
    slot_seconds: int
    counts: list[int] = Field(sa_type=Json)
    sum_seconds: float
    max_seconds: float


class PickupTotalRow(Row, table=True):
    """The same of all runs that ever began on a pool since it is watched: what never falls when old slots go."""

    __tablename__ = "lifeguard_pickup_totals"
    __table_args__ = (CheckConstraint(PICKUPS_IN_ORDER, "seconds_in_order"),)

    pool: int = Field(
        sa_column=Column(
            Integer, ForeignKey("lifeguard_pools.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    counts: list[int] = Field(sa_type=Json)
    sum_seconds: float
    max_seconds: float


class IncidentRow(Row, table=True):
    """An incident; a row without `opened_at` is a suspicion that has not held for long enough yet."""

    __tablename__ = "lifeguard_incidents"
    __table_args__ = (
        _one_of("severity", Severity),
        _one_of("seen_severity", Severity),
        CheckConstraint("last_seen_at >= first_seen_at", "seen_in_order"),
        CheckConstraint("opened_at >= first_seen_at", "opened_after_seen"),
        CheckConstraint("escalated_at >= opened_at", "escalated_after_opened"),
        CheckConstraint("resolved_at >= opened_at", "resolved_after_opened"),
        CheckConstraint("resolved_at >= gone_since", "resolved_after_gone"),
        CheckConstraint("gone_since >= last_seen_at", "gone_after_seen"),
        CheckConstraint(
            "resolved_at IS NULL OR (opened_at IS NOT NULL AND gone_since IS NOT NULL)", "resolved_was_open"
        ),
        Index(
            "lifeguard_incidents_one_live",
            "server_id",
            "fingerprint",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index("lifeguard_incidents_of_server", "server_id", "resolved_at"),
        NEVER_AGAIN,
    )

    id: int | None = Field(default=None, primary_key=True)
    server_id: int = Field(sa_column=_owner("lifeguard_servers"))
    fingerprint: str = Field(sa_type=Key)
    code: str
    severity: str
    seen_severity: str
    resource_kind: str
    resource_id: str = Field(sa_type=Words)
    resource_name: str = Field(sa_type=Words)
    pool_name: str | None = Field(default=None, sa_type=Words)
    title: str = Field(sa_type=Words)
    evidence: dict[str, Any] = Field(sa_type=Json)
    remedy: list[str] = Field(sa_type=Json)
    run_ids: list[str] = Field(sa_type=Json)
    affected_runs: int
    caused_by: str | None = Field(default=None, sa_type=Words)
    due_since: datetime | None = Field(default=None, sa_type=UtcTime)
    first_seen_at: datetime = Field(sa_type=UtcTime)
    last_seen_at: datetime = Field(sa_type=UtcTime)
    opened_at: datetime | None = Field(default=None, sa_type=UtcTime)
    escalated_at: datetime | None = Field(default=None, sa_type=UtcTime)
    worse_since: datetime | None = Field(default=None, sa_type=UtcTime)
    gone_since: datetime | None = Field(default=None, sa_type=UtcTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcTime)


class ChangeRow(Row, table=True):
    """One edge of an incident, with the sentence and the evidence of that moment. Untold ones are the outbox."""

    __tablename__ = "lifeguard_changes"
    __table_args__ = (
        _one_of("kind", ChangeKind),
        _one_of("severity", Severity),
        UniqueConstraint("incident_id", "kind", "severity", "at", name="lifeguard_changes_once"),
        Index("lifeguard_changes_of_patrol", "patrol_id"),
        Index(
            "lifeguard_changes_outbox",
            "id",
            sqlite_where=text("told_at IS NULL"),
            postgresql_where=text("told_at IS NULL"),
        ),
        NEVER_AGAIN,
    )

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(sa_column=_owner("lifeguard_incidents"))
    patrol_id: str = Field(sa_type=Key)
    kind: str
    at: datetime = Field(sa_type=UtcTime)
    severity: str
    title: str = Field(sa_type=Words)
    evidence: dict[str, Any] = Field(sa_type=Json)
    affected_runs: int
    caused_by: str | None = Field(default=None, sa_type=Words)
    told_at: datetime | None = Field(default=None, sa_type=UtcTime)


UNSETTLED = text(f"fate NOT IN ({', '.join(repr(fate.value) for fate in Fate if fate in ENDS)})")


class PageRow(Row, table=True):
    """What one pager is to hear of one change, and what became of it. Those that share an event are one message."""

    __tablename__ = "lifeguard_pages"
    __table_args__ = (
        _one_of("fate", Fate),
        CheckConstraint("posted_at IS NULL OR event_id IS NOT NULL", "posted_has_event"),
        UniqueConstraint("change_id", "pager", name="lifeguard_pages_once"),
        Index("lifeguard_pages_unsettled", "id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
        NEVER_AGAIN,
    )

    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(sa_column=_owner("lifeguard_changes"))
    pager: str = Field(sa_type=Key)
    due_at: datetime = Field(sa_type=UtcTime)
    fate: str
    attempts: int
    event_id: str | None = Field(default=None)
    earlier_ids: list[str] = Field(sa_type=Json)
    posted_at: datetime | None = Field(default=None, sa_type=UtcTime)
    reason: str = Field(sa_type=Words)


class FixRow(Row, table=True):
    """What was done about a finding by `lifeguard fix`, step by step; `held` is NULL where nobody could look afterwards.

    It belongs to the incident that was open then. Where none was, it goes with the incidents of its time.
    """

    __tablename__ = "lifeguard_fixes"
    __table_args__ = (
        Index("lifeguard_fixes_of_server", "server_id", "at"),
        Index("lifeguard_fixes_of_incident", "incident_id"),
        NEVER_AGAIN,
    )

    id: int | None = Field(default=None, primary_key=True)
    server_id: int = Field(sa_column=_owner("lifeguard_servers"))
    incident_id: int | None = Field(
        sa_column=Column(Integer, ForeignKey("lifeguard_incidents.id", ondelete="CASCADE"), nullable=True)
    )
    fingerprint: str = Field(sa_type=Key)
    code: str
    resource_kind: str
    resource_id: str = Field(sa_type=Words)
    resource_name: str = Field(sa_type=Words)
    at: datetime = Field(sa_type=UtcTime)
    steps: list[dict[str, Any]] = Field(sa_type=Json)
    held: bool | None = Field(default=None)


class PartRow(Row, table=True):
    """One part of a look that a patrol handed out, with what its run has seen so far: compressed JSON, gone once it is read.

    `form` tells which version wrote it. No patrol is in the history yet that it could belong to.
    """

    __tablename__ = "lifeguard_parts"

    patrol_id: str = Field(sa_type=Key, primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    form: str
    handed_out_at: datetime = Field(sa_type=UtcTime)
    stages_done: int
    share: str


class MemoryRow(Row, table=True):
    """Something that patrols read and the next one need not ask again: compressed JSON, written once and never changed.

    `key` is unique for what was read and when; `form` tells which version wrote it. The row `look` is the newest look that
    left something: its `content` is the address that it asked.
    """

    __tablename__ = "lifeguard_memory"

    server_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("lifeguard_servers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    key: str = Field(sa_type=Key, primary_key=True)
    form: str
    read_at: datetime = Field(sa_type=UtcTime)
    content: str


def table(row: type[Row]) -> Table:
    """The table of a row's class, for statements."""
    return cast(Table, row.__table__)  # type: ignore[attr-defined]


SERVERS, PATROLS, POOLS = table(ServerRow), table(PatrolRow), table(PoolRow)
READINGS, HOURS = table(ReadingRow), table(HourRow)
PICKUPS, PICKUP_TOTALS = table(PickupRow), table(PickupTotalRow)
INCIDENTS, CHANGES, PAGES = table(IncidentRow), table(ChangeRow), table(PageRow)
FIXES = table(FixRow)
PARTS = table(PartRow)
MEMORY = table(MemoryRow)
