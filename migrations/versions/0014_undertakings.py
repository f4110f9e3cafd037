"""acts over many rooms, what each of them changed, and what was put back

Written by hand.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    # Plain SQL, the same on both: no table is copied, and what hangs on organisations stays where it is.
    whole_number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE organisations ADD COLUMN merged_into_id {whole_number} "
        "CONSTRAINT fk_organisations_merged_into_id REFERENCES organisations (id)"
    )
    op.create_table(
        "undertakings",
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("organisation_id", BIG, nullable=False),
        sa.Column("into_organisation_id", BIG, nullable=True),
        sa.Column("by_person_id", BIG, nullable=True),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("undone_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_person_id", BIG, nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.CheckConstraint("act IN ('suspend', 'close_group', 'merge')", name=op.f("ck_undertakings_act")),
        sa.CheckConstraint("state IN ('done', 'undone')", name=op.f("ck_undertakings_state")),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_at_utc IS NOT NULL)", name=op.f("ck_undertakings_undone_at_a_moment")
        ),
        _to("undertakings", "organisation_id", "organisations"),
        _to("undertakings", "into_organisation_id", "organisations"),
        _to("undertakings", "by_person_id", "people"),
        _to("undertakings", "undone_by_person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertakings")),
        sa.UniqueConstraint("reference", name=op.f("uq_undertakings_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_undertakings_uuid")),
    )
    op.create_index(op.f("ix_undertakings_organisation_id"), "undertakings", ["organisation_id"])
    op.create_index(op.f("ix_undertakings_into_organisation_id"), "undertakings", ["into_organisation_id"])
    op.create_index(op.f("ix_undertakings_until"), "undertakings", ["until"])
    op.create_table(
        "undertaking_changes",
        sa.Column("undertaking_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("thing_id", BIG, nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("state_before", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("amount", BIG, nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("says", sa.JSON(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.CheckConstraint(
            "kind IN ('organisation', 'admission', 'entry', 'activity', 'person', 'pledge', 'need', 'commitment', "
            "'delivery', 'link', 'invitation', 'word')",
            name=op.f("ck_undertaking_changes_kind"),
        ),
        sa.CheckConstraint("outcome IN ('', 'back', 'kept')", name=op.f("ck_undertaking_changes_outcome")),
        sa.CheckConstraint(
            "outcome <> 'kept' OR says IS NOT NULL", name=op.f("ck_undertaking_changes_kept_for_a_reason")
        ),
        _to("undertaking_changes", "undertaking_id", "undertakings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertaking_changes")),
        sa.UniqueConstraint(
            "undertaking_id", "kind", "thing_id", name=op.f("uq_undertaking_changes_undertaking_id_kind_thing_id")
        ),
    )
    op.create_index(op.f("ix_undertaking_changes_undertaking_id"), "undertaking_changes", ["undertaking_id"])


def downgrade() -> None:
    op.drop_table("undertaking_changes")
    op.drop_table("undertakings")
    with op.batch_alter_table("organisations") as batch:
        batch.drop_column("merged_into_id")
