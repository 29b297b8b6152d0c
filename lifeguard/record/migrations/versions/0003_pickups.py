"""Pickups: how long runs waited to be picked up, in slots of time and in all, and up to when starts are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)
IN_ORDER = "0 <= max_seconds AND max_seconds <= sum_seconds"


def upgrade() -> None:
    """From 0002."""
    op.add_column("lifeguard_servers", sa.Column("starts_counted_until", TIME, nullable=True))
    op.create_table(
        "lifeguard_pickups",
        sa.Column("pool", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("slot_seconds", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("sum_seconds", sa.Float(), nullable=False),
        sa.Column("max_seconds", sa.Float(), nullable=False),
        sa.CheckConstraint(IN_ORDER, name=op.f("lifeguard_pickups_seconds_in_order")),
        sa.CheckConstraint("slot_seconds IN (300, 3600)", name=op.f("lifeguard_pickups_slot_known")),
        sa.ForeignKeyConstraint(
            ["pool"], ["lifeguard_pools.id"], name=op.f("lifeguard_pickups_pool_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool", "at", name=op.f("lifeguard_pickups_pk")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lifeguard_pickup_totals",
        sa.Column("pool", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("sum_seconds", sa.Float(), nullable=False),
        sa.Column("max_seconds", sa.Float(), nullable=False),
        sa.CheckConstraint(IN_ORDER, name=op.f("lifeguard_pickup_totals_seconds_in_order")),
        sa.ForeignKeyConstraint(
            ["pool"], ["lifeguard_pools.id"], name=op.f("lifeguard_pickup_totals_pool_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool", name=op.f("lifeguard_pickup_totals_pk")),
    )
