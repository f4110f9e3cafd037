"""long lists of groups taken in by the worker; a code on letters to print

Written by hand. Letters that were written before have no code: their answer goes by telephone, as it did.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "group_imports",
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("asked_by_person_id", _key(), nullable=True),
        sa.Column("asked_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= total", name=op.f("ck_group_imports_done")),
        sa.ForeignKeyConstraint(
            ["asked_by_person_id"], ["people.id"], name=op.f("fk_group_imports_asked_by_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_imports")),
        sa.UniqueConstraint("reference", name=op.f("uq_group_imports_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_group_imports_uuid")),
    )
    op.create_index(op.f("ix_group_imports_finished_at_utc"), "group_imports", ["finished_at_utc"])
    op.add_column("letters_to_print", sa.Column("link_act", sa.String(length=40), nullable=True))
    op.add_column("letters_to_print", sa.Column("code_hash", sa.String(length=64), nullable=True))
    op.create_index("uq_letters_to_print_code_hash", "letters_to_print", ["code_hash"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_letters_to_print_code_hash", table_name="letters_to_print")
    op.drop_column("letters_to_print", "code_hash")
    op.drop_column("letters_to_print", "link_act")
    op.drop_table("group_imports")
