"""The first tables: servers, patrols, pools and their readings, incidents and their changes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
JSON = sa.JSON()


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "lifeguard_servers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_started_at", TIME, nullable=True),
        sa.Column("last_look_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_servers_pk")),
        sa.UniqueConstraint("name", name=op.f("lifeguard_servers_name_key")),
    )
    op.create_table(
        "lifeguard_incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("seen_severity", sa.String(), nullable=False),
        sa.Column("resource_kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("resource_name", sa.String(), nullable=False),
        sa.Column("pool_name", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("remedy", JSON, nullable=False),
        sa.Column("run_ids", JSON, nullable=False),
        sa.Column("affected_runs", sa.Integer(), nullable=False),
        sa.Column("caused_by", sa.String(), nullable=True),
        sa.Column("due_since", TIME, nullable=True),
        sa.Column("first_seen_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("opened_at", TIME, nullable=True),
        sa.Column("escalated_at", TIME, nullable=True),
        sa.Column("worse_since", TIME, nullable=True),
        sa.Column("gone_since", TIME, nullable=True),
        sa.Column("resolved_at", TIME, nullable=True),
        sa.CheckConstraint(
            "seen_severity IN ('critical', 'warning', 'info')", name=op.f("lifeguard_incidents_seen_severity_known")
        ),
        sa.CheckConstraint(
            "severity IN ('critical', 'warning', 'info')", name=op.f("lifeguard_incidents_severity_known")
        ),
        sa.CheckConstraint("escalated_at >= opened_at", name=op.f("lifeguard_incidents_escalated_after_opened")),
        sa.CheckConstraint("gone_since >= last_seen_at", name=op.f("lifeguard_incidents_gone_after_seen")),
        sa.CheckConstraint("last_seen_at >= first_seen_at", name=op.f("lifeguard_incidents_seen_in_order")),
        sa.CheckConstraint("opened_at >= first_seen_at", name=op.f("lifeguard_incidents_opened_after_seen")),
        sa.CheckConstraint("resolved_at >= gone_since", name=op.f("lifeguard_incidents_resolved_after_gone")),
        sa.CheckConstraint("resolved_at >= opened_at", name=op.f("lifeguard_incidents_resolved_after_opened")),
        sa.CheckConstraint(
            "resolved_at IS NULL OR (opened_at IS NOT NULL AND gone_since IS NOT NULL)",
            name=op.f("lifeguard_incidents_resolved_was_open"),
        ),
        sa.ForeignKeyConstraint(
            ["server_id"], ["lifeguard_servers.id"], name=op.f("lifeguard_incidents_server_id_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_incidents_pk")),
        sqlite_autoincrement=True,
    )
    op.create_index("lifeguard_incidents_of_server", "lifeguard_incidents", ["server_id", "resolved_at"], unique=False)
    op.create_index(
        "lifeguard_incidents_one_live",
        "lifeguard_incidents",
        ["server_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "lifeguard_patrols",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("saw_pools", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("api_calls", sa.Integer(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.CheckConstraint("finished_at >= started_at", name=op.f("lifeguard_patrols_times_in_order")),
        sa.ForeignKeyConstraint(
            ["server_id"], ["lifeguard_servers.id"], name=op.f("lifeguard_patrols_server_id_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_patrols_pk")),
    )
    op.create_index("lifeguard_patrols_of_server", "lifeguard_patrols", ["server_id", "started_at"], unique=False)
    op.create_table(
        "lifeguard_pools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("needs_workers", sa.Boolean(), nullable=False),
        sa.Column("last_reading_at", TIME, nullable=True),
        sa.Column("gone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["server_id"], ["lifeguard_servers.id"], name=op.f("lifeguard_pools_server_id_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_pools_pk")),
        sa.UniqueConstraint("server_id", "pool_id", name="lifeguard_pools_pool_id_key"),
    )
    op.create_table(
        "lifeguard_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("affected_runs", sa.Integer(), nullable=False),
        sa.Column("caused_by", sa.String(), nullable=True),
        sa.Column("told_at", TIME, nullable=True),
        sa.CheckConstraint("kind IN ('opened', 'escalated', 'resolved')", name=op.f("lifeguard_changes_kind_known")),
        sa.CheckConstraint(
            "severity IN ('critical', 'warning', 'info')", name=op.f("lifeguard_changes_severity_known")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["lifeguard_incidents.id"],
            name=op.f("lifeguard_changes_incident_id_fk"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_changes_pk")),
        sa.UniqueConstraint("incident_id", "kind", "severity", "at", name="lifeguard_changes_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("lifeguard_changes_of_patrol", "lifeguard_changes", ["patrol_id"], unique=False)
    op.create_index(
        "lifeguard_changes_outbox",
        "lifeguard_changes",
        ["id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "lifeguard_hours",
        sa.Column("pool", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", TIME, nullable=False),
        sa.Column("watched_seconds", sa.Float(), nullable=False),
        sa.Column("demand_seconds", sa.Float(), nullable=False),
        sa.Column("up_seconds", sa.Float(), nullable=False),
        sa.Column("workers_min", sa.Integer(), nullable=True),
        sa.Column("workers_max", sa.Integer(), nullable=True),
        sa.Column("overdue_max", sa.Integer(), nullable=True),
        sa.Column("running_max", sa.Integer(), nullable=True),
        sa.Column("waiting_for_slot_max", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "0 <= up_seconds AND up_seconds <= demand_seconds AND demand_seconds <= watched_seconds",
            name=op.f("lifeguard_hours_seconds_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["pool"], ["lifeguard_pools.id"], name=op.f("lifeguard_hours_pool_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool", "hour", name=op.f("lifeguard_hours_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lifeguard_readings",
        sa.Column("pool", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("has_demand", sa.Boolean(), nullable=True),
        sa.Column("workers_online", sa.Integer(), nullable=True),
        sa.Column("workers_total", sa.Integer(), nullable=True),
        sa.Column("overdue", sa.Integer(), nullable=True),
        sa.Column("oldest_overdue_since", TIME, nullable=True),
        sa.Column("pending", sa.Integer(), nullable=True),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("waiting_for_slot", sa.Integer(), nullable=True),
        sa.Column("active_slots", sa.BigInteger(), nullable=True),
        sa.Column("concurrency_limit", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('down', 'degraded', 'unknown', 'paused', 'healthy', 'idle')",
            name=op.f("lifeguard_readings_verdict_known"),
        ),
        sa.ForeignKeyConstraint(
            ["pool"], ["lifeguard_pools.id"], name=op.f("lifeguard_readings_pool_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool", "at", name=op.f("lifeguard_readings_pk")),
        sqlite_with_rowid=False,
    )
