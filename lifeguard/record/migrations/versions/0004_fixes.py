"""Fixes: what `lifeguard fix` did about a finding, and whether it held."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """From 0003."""
    op.create_table(
        "lifeguard_fixes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("server_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("resource_kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("resource_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["server_id"], ["lifeguard_servers.id"], name=op.f("lifeguard_fixes_server_id_fk"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["lifeguard_incidents.id"], name=op.f("lifeguard_fixes_incident_id_fk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lifeguard_fixes_pk")),
        sqlite_autoincrement=True,
    )
    op.create_index("lifeguard_fixes_of_server", "lifeguard_fixes", ["server_id", "at"])
    op.create_index("lifeguard_fixes_of_incident", "lifeguard_fixes", ["incident_id"])
