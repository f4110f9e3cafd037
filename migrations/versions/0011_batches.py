"""batches of reports, samples and providers under full checking

Written by hand.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    # Plain SQL, the same on both: no table is copied, and what hangs on deliveries stays where it is.
    op.execute("ALTER TABLE deliveries ADD COLUMN held_for VARCHAR(12) DEFAULT '' NOT NULL")
    op.add_column("deliveries", sa.Column("held_until", sa.Date(), nullable=True))
    op.add_column("deliveries", sa.Column("in_sample", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.create_table(
        "full_checking",
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("until_quarter", sa.String(length=7), nullable=False),
        sa.Column("since_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, nullable=False),
        _to("full_checking", "provider_id", "organisations"),
        _to("full_checking", "delivery_id", "deliveries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_full_checking")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_full_checking_delivery_id")),
    )
    op.create_index(op.f("ix_full_checking_provider_id"), "full_checking", ["provider_id"])

    op.create_table(
        "batches",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("live_quarter", sa.String(length=7), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("seed_hash", sa.String(length=64), nullable=False),
        sa.Column("tolerance_basis_points", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sample_size", sa.Integer(), nullable=False),
        sa.Column("opened_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_person_id", BIG, nullable=True),
        sa.Column("frozen_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_until", sa.Date(), nullable=True),
        sa.Column("drawn_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_person_id", BIG, nullable=True),
        sa.Column("decided_as_organisation_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'frozen', 'drawn', 'accepting', 'accepted', 'dropped')", name=op.f("ck_batches_state")
        ),
        sa.CheckConstraint("tolerance_basis_points BETWEEN 0 AND 10000", name=op.f("ck_batches_tolerance")),
        sa.CheckConstraint("sample_size >= 0 AND sample_size <= size", name=op.f("ck_batches_sample_within_batch")),
        _to("batches", "opened_by_person_id", "people"),
        _to("batches", "decided_by_person_id", "people"),
        _to("batches", "decided_as_organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("live_quarter", name=op.f("uq_batches_live_quarter")),
        sa.UniqueConstraint("reference", name=op.f("uq_batches_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_batches_uuid")),
    )
    op.create_index(op.f("ix_batches_quarter"), "batches", ["quarter"])
    op.create_index(op.f("ix_batches_state"), "batches", ["state"])

    op.create_table(
        "batch_items",
        sa.Column("batch_id", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("claimed", BIG, nullable=False),
        sa.Column("in_sample", sa.Boolean(), nullable=False),
        sa.Column("found", BIG, nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint("claimed > 0", name=op.f("ck_batch_items_claims_something")),
        sa.CheckConstraint("outcome IN ('', 'checked', 'accepted', 'released')", name=op.f("ck_batch_items_outcome")),
        _to("batch_items", "batch_id", "batches"),
        _to("batch_items", "delivery_id", "deliveries"),
        sa.PrimaryKeyConstraint("batch_id", "delivery_id", name=op.f("pk_batch_items")),
    )
    op.create_index(op.f("ix_batch_items_delivery_id"), "batch_items", ["delivery_id"])


def downgrade() -> None:
    # Reports stay as the batches left them; what is frozen is free again with the columns that said so.
    op.drop_table("batch_items")
    op.drop_table("batches")
    op.drop_table("full_checking")
    op.execute("ALTER TABLE deliveries DROP COLUMN in_sample")
    op.execute("ALTER TABLE deliveries DROP COLUMN held_until")
    op.execute("ALTER TABLE deliveries DROP COLUMN held_for")
