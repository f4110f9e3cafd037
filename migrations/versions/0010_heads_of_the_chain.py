"""heads of the chain, day by day

Written by hand for its triggers, which are those of 0002: a published head is never changed or removed. The chain
is found by day on the page of acts, which the index on its moments is for.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "published_heads",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sequence", _big(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("published_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _big(), nullable=False),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_published_heads_of_an_act")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_heads")),
        sa.UniqueConstraint("day", name=op.f("uq_published_heads_day")),
        sa.UniqueConstraint("sequence", name=op.f("uq_published_heads_sequence")),
    )
    op.create_index(op.f("ix_audit_entries_at_utc"), "audit_entries", ["at_utc"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER published_heads_append_only BEFORE UPDATE OR DELETE ON published_heads "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    # INSERT OR REPLACE would remove the row it replaces without asking the second trigger.
    there = "SELECT 1 FROM published_heads WHERE id = NEW.id OR day = NEW.day OR sequence = NEW.sequence"
    for what, when in (
        ("changed", "BEFORE UPDATE ON published_heads"),
        ("removed", "BEFORE DELETE ON published_heads"),
        ("replaced", f"BEFORE INSERT ON published_heads WHEN EXISTS ({there})"),
    ):
        op.execute(
            f"CREATE TRIGGER published_heads_not_{what} {when} BEGIN "
            "SELECT RAISE(ABORT, 'published_heads is append-only: rows are never changed or removed'); END"
        )


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_entries_at_utc"), table_name="audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER published_heads_append_only ON published_heads")
    op.drop_table("published_heads")
