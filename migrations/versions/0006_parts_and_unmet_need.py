"""several parts of a need; suggestions that are not for somebody; letters to providers about unmet need

Written by hand. Parts a group had stopped asking for before stay closed: those of needs that keep one of several,
and those that were closed although nothing was promised of them when the rest was taken back.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("needs", sa.Column("asked_which_at_utc", sa.DateTime(timezone=True), nullable=True))
    op.add_column("need_parts", sa.Column("stopped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE need_parts SET stopped = true WHERE closed AND EXISTS "
        "(SELECT 1 FROM needs WHERE needs.id = need_parts.need_id AND needs.combine = 'all')"
    )

    op.create_table(
        "not_for_us",
        sa.Column("pledge_id", _key(), nullable=False),
        sa.Column("part_id", _key(), nullable=False),
        sa.Column("organisation_id", _key(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_by_person_id", _key(), nullable=True),
        sa.Column("said_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _key(), nullable=False),
        sa.CheckConstraint("side IN ('provider', 'group')", name=op.f("ck_not_for_us_side")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_not_for_us_pledge_id")),
        sa.ForeignKeyConstraint(["part_id"], ["need_parts.id"], name=op.f("fk_not_for_us_part_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_not_for_us_organisation_id")),
        sa.ForeignKeyConstraint(["said_by_person_id"], ["people.id"], name=op.f("fk_not_for_us_said_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_for_us")),
        sa.UniqueConstraint(
            "pledge_id", "part_id", "organisation_id", name=op.f("uq_not_for_us_pledge_id_part_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_not_for_us_part_id"), "not_for_us", ["part_id"])
    op.create_index(op.f("ix_not_for_us_organisation_id"), "not_for_us", ["organisation_id"])

    op.create_table(
        "provider_letters",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("zone_id", _key(), nullable=True),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("short", _key(), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_by_person_id", _key(), nullable=True),
        sa.Column("sent_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_provider_letters_zone_id")),
        sa.ForeignKeyConstraint(
            ["sent_by_person_id"], ["people.id"], name=op.f("fk_provider_letters_sent_by_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_letters")),
        sa.UniqueConstraint("reference", name=op.f("uq_provider_letters_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_provider_letters_uuid")),
    )
    op.create_table(
        "provider_letters_to",
        sa.Column("letter_id", _key(), nullable=False),
        sa.Column("organisation_id", _key(), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["provider_letters.id"], name=op.f("fk_provider_letters_to_letter_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_provider_letters_to_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_letters_to")),
        sa.UniqueConstraint(
            "letter_id", "organisation_id", name=op.f("uq_provider_letters_to_letter_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_provider_letters_to_organisation_id"), "provider_letters_to", ["organisation_id"])


def downgrade() -> None:
    for table in ("provider_letters_to", "provider_letters", "not_for_us"):
        op.drop_table(table)
    op.drop_column("need_parts", "stopped")
    op.drop_column("needs", "asked_which_at_utc")
