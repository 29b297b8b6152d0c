"""Parts: what a patrol hands out to runs of its own, and what they saw."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """From 0004."""
    op.create_table(
        "lifeguard_parts",
        sa.Column("patrol_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stages_done", sa.Integer(), nullable=False),
        sa.Column("share", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("patrol_id", "number", name=op.f("lifeguard_parts_pk")),
    )
