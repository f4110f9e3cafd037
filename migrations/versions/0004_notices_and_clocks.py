"""notices and clocks: mail by the day, letters to print, calendar addresses, when each clock ran

Written by hand. Who wanted no mail goes on wanting none; everybody else gets what the settings say by default.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "clock_runs",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("started_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.Integer(), nullable=True),
        sa.Column("failed", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clock_runs")),
    )

    op.add_column("people", sa.Column("mail_rhythm", sa.String(length=10), nullable=True))
    op.execute("UPDATE people SET mail_rhythm = 'never' WHERE NOT mail_wanted")
    op.drop_column("people", "mail_wanted")

    op.create_table(
        "held_letters",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("event_id", _key(), nullable=False),
        sa.Column("person_id", _key(), nullable=True),
        sa.Column("organisation_id", _key(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("to_email", sa.String(length=254), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("link_act", sa.String(length=40), nullable=True),
        sa.Column("link_subject", sa.String(length=60), nullable=True),
        sa.Column("link_label", sa.JSON(), nullable=True),
        sa.Column("written_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_key", sa.String(length=60), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_held_letters_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_held_letters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_letters")),
        sa.UniqueConstraint("key", name=op.f("uq_held_letters_key")),
    )
    op.create_index(op.f("ix_held_letters_due_at_utc"), "held_letters", ["due_at_utc"])
    op.create_index(op.f("ix_held_letters_event_id"), "held_letters", ["event_id"])
    op.create_index(op.f("ix_held_letters_person_id"), "held_letters", ["person_id"])

    op.create_table(
        "letters_to_print",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("event_id", _key(), nullable=False),
        sa.Column("person_id", _key(), nullable=True),
        sa.Column("organisation_id", _key(), nullable=True),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("written_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_by_person_id", _key(), nullable=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_letters_to_print_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_letters_to_print_person_id")),
        sa.ForeignKeyConstraint(
            ["posted_by_person_id"], ["people.id"], name=op.f("fk_letters_to_print_posted_by_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters_to_print")),
        sa.UniqueConstraint("key", name=op.f("uq_letters_to_print_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_letters_to_print_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_letters_to_print_uuid")),
    )
    op.create_index(op.f("ix_letters_to_print_event_id"), "letters_to_print", ["event_id"])
    op.create_index(op.f("ix_letters_to_print_person_id"), "letters_to_print", ["person_id"])
    op.create_index(op.f("ix_letters_to_print_posted_at_utc"), "letters_to_print", ["posted_at_utc"])

    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", _key(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_calendar_feeds_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_feeds_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )


def downgrade() -> None:
    for table in ("calendar_feeds", "letters_to_print", "held_letters", "clock_runs"):
        op.drop_table(table)
    op.add_column("people", sa.Column("mail_wanted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE people SET mail_wanted = false WHERE mail_rhythm = 'never'")
    op.drop_column("people", "mail_rhythm")
