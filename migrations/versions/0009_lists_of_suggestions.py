"""suggestions: which list each stands in, and numbers in place of sentences

Written by hand. Stored suggestions are computed from pledges and needs, so those of the old shape are thrown away;
the worker makes them anew at night, and `flask matching rebuild` at once.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM suggestions")
    op.add_column("suggestions", sa.Column("for_part", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("suggestions", sa.Column("for_pledge", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("suggestions") as batch:
        batch.alter_column("for_part", server_default=None)
        batch.alter_column("for_pledge", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM suggestions")
    op.drop_column("suggestions", "for_pledge")
    op.drop_column("suggestions", "for_part")
