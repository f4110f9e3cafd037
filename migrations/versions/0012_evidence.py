"""pictures that look alike, files that wait

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LOOKS = ("look_1", "look_2", "look_3", "look_4")


def upgrade() -> None:
    for look in LOOKS:
        op.add_column("stored_files", sa.Column(look, sa.Integer(), nullable=True))
        op.create_index(op.f(f"ix_stored_files_{look}"), "stored_files", [look])


def downgrade() -> None:
    for look in LOOKS:
        op.drop_index(op.f(f"ix_stored_files_{look}"), "stored_files")
        op.drop_column("stored_files", look)
