"""long lists: an index in the order of each list that may be very long

Written by hand.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ORDERED = {
    "ix_pledges_state_offered": ("pledges", ["state", "offered_at_utc", "id"]),
    "ix_needs_state_opened": ("needs", ["state", "opened_at_utc", "id"]),
    "ix_deliveries_reported_at": ("deliveries", ["reported_at_utc", "id"]),
    "ix_commitment_sessions_state_day": ("commitment_sessions", ["state", "day", "starts_minute", "id"]),
}


def upgrade() -> None:
    for name, (table, columns) in ORDERED.items():
        op.create_index(name, table, columns)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ANALYZE")  # it never looks by itself at how many rows there are, and would take a wrong index


def downgrade() -> None:
    for name, (table, _) in ORDERED.items():
        op.drop_index(name, table_name=table)
