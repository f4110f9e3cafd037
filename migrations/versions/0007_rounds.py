"""rounds: their plans, what an officer locked or struck out, what became of each line

Written by hand.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("scheme_id", _key(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=True),
        sa.Column("runner", sa.String(length=32), nullable=False),
        sa.Column("seen_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("started_by_person_id", _key(), nullable=True),
        sa.Column("started_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_person_id", _key(), nullable=True),
        sa.Column("ended_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.JSON(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("input_hash", sa.String(length=64), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.CheckConstraint("done >= 0 AND done <= steps", name=op.f("ck_rounds_done")),
        _to("rounds", "scheme_id", "zone_schemes"),
        _to("rounds", "started_by_person_id", "people"),
        _to("rounds", "ended_by_person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("is_open", name=op.f("uq_rounds_is_open")),
        sa.UniqueConstraint("reference", name=op.f("uq_rounds_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_rounds_uuid")),
    )
    op.create_index(op.f("ix_rounds_state"), "rounds", ["state"])

    op.create_table(
        "round_lines",
        sa.Column("round_id", _key(), nullable=False),
        sa.Column("pledge_id", _key(), nullable=False),
        sa.Column("part_id", _key(), nullable=False),
        sa.Column("provider_id", _key(), nullable=False),
        sa.Column("group_id", _key(), nullable=False),
        sa.Column("zone_id", _key(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("amount", _key(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("says", sa.JSON(), nullable=True),
        sa.Column("commitment_id", _key(), nullable=True),
        sa.Column("id", _key(), nullable=False),
        _to("round_lines", "round_id", "rounds"),
        _to("round_lines", "pledge_id", "pledges"),
        _to("round_lines", "part_id", "need_parts"),
        _to("round_lines", "provider_id", "organisations"),
        _to("round_lines", "group_id", "organisations"),
        _to("round_lines", "zone_id", "zones"),
        _to("round_lines", "commitment_id", "commitments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_lines")),
        sa.UniqueConstraint("round_id", "pledge_id", "part_id", name=op.f("uq_round_lines_round_id_pledge_id_part_id")),
    )

    op.create_table(
        "round_marks",
        sa.Column("round_id", _key(), nullable=False),
        sa.Column("pledge_id", _key(), nullable=False),
        sa.Column("part_id", _key(), nullable=False),
        sa.Column("mark", sa.String(length=8), nullable=False),
        sa.Column("amount", _key(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("says", sa.JSON(), nullable=True),
        sa.Column("by_person_id", _key(), nullable=True),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.CheckConstraint("mark IN ('locked', 'struck')", name=op.f("ck_round_marks_mark")),
        _to("round_marks", "round_id", "rounds"),
        _to("round_marks", "pledge_id", "pledges"),
        _to("round_marks", "part_id", "need_parts"),
        _to("round_marks", "by_person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_marks")),
        sa.UniqueConstraint("round_id", "pledge_id", "part_id", name=op.f("uq_round_marks_round_id_pledge_id_part_id")),
    )


def downgrade() -> None:
    for table in ("round_marks", "round_lines", "rounds"):
        op.drop_table(table)
