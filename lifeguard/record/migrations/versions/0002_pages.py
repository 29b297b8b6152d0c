"""Pages: what each pager is to hear, and whether it did; and incidents that are told again while they are open."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
FATES = ("waiting", "posted", "failed", "silent", "unfired", "delivered", "dropped", "abandoned")
UNSETTLED = "fate NOT IN ('delivered', 'dropped', 'abandoned')"


def upgrade() -> None:
    """From 0001."""
    with op.batch_alter_table("lifeguard_changes", table_kwargs={"sqlite_autoincrement": True}) as changes:
        changes.drop_constraint(op.f("lifeguard_changes_kind_known"), type_="check")
        changes.create_check_constraint(
            op.f("lifeguard_changes_kind_known"), "kind IN ('opened', 'escalated', 'reminded', 'resolved')"
        )
    op.create_table(
        "lifeguard_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("pager", sa.String(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("fate", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("earlier_ids", sa.JSON(), nullable=False),
        sa.Column("posted_at", TIME, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            f"fate IN ({', '.join(repr(fate) for fate in FATES)})", name=op.f("lifeguard_pages_fate_known")
        ),
        sa.CheckConstraint("posted_at IS NULL OR event_id IS NOT NULL", name=op.f("lifeguard_pages_posted_has_event")),
        sa.ForeignKeyConstraint(
            ["change_id"], ["lifeguard_changes.id"], name=op.f("lifeguard_pages_change_id_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_pages_pk")),
        sa.UniqueConstraint("change_id", "pager", name="lifeguard_pages_once"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "lifeguard_pages_unsettled",
        "lifeguard_pages",
        ["id"],
        unique=False,
        sqlite_where=sa.text(UNSETTLED),
        postgresql_where=sa.text(UNSETTLED),
    )
