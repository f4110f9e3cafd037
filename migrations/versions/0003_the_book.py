"""the Book: what groups sell and have room for, tags, activities, claims and reports, the next lead

Written by hand. What groups wrote under "can offer" stays where it is.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _public() -> list[sa.Column[object]]:
    return [
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", KEY, nullable=False),
    ]


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("reference", name=op.f(f"uq_{table}_reference")),
        sa.UniqueConstraint("uuid", name=op.f(f"uq_{table}_uuid")),
    ]


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    for name in ("sells", "has_room_for"):
        op.add_column("group_entries", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "activity_tags",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_tags")),
        sa.UniqueConstraint("code", name=op.f("uq_activity_tags_code")),
    )
    op.create_table(
        "group_tags",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("tag_id", KEY, nullable=False),
        _to("group_tags", "entry_id", "group_entries"),
        _to("group_tags", "tag_id", "activity_tags"),
        sa.PrimaryKeyConstraint("entry_id", "tag_id", name=op.f("pk_group_tags")),
    )
    op.create_index(op.f("ix_group_tags_tag_id"), "group_tags", ["tag_id"])
    op.create_table(
        "group_activities",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("days_mask", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.Column("when_note", sa.String(length=200), nullable=False),
        sa.Column("for_whom", sa.String(length=300), nullable=False),
        sa.Column("cost", sa.String(length=120), nullable=False),
        sa.Column("where_words", sa.String(length=200), nullable=False),
        sa.Column("place_id", KEY, nullable=True),
        sa.Column("place_public", sa.Boolean(), nullable=False),
        sa.Column("space", sa.String(length=12), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        *_public(),
        sa.CheckConstraint("days_mask BETWEEN 1 AND 127", name=op.f("ck_group_activities_some_day")),
        sa.CheckConstraint(
            "starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_group_activities_times"),
        ),
        sa.CheckConstraint("space IN ('come_along', 'ask_first', 'full')", name=op.f("ck_group_activities_space")),
        _to("group_activities", "entry_id", "group_entries"),
        _to("group_activities", "place_id", "places"),
        *_keys("group_activities"),
    )
    op.create_index(op.f("ix_group_activities_entry_id"), "group_activities", ["entry_id"])
    op.create_table(
        "entry_reports",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_by_person_id", KEY, nullable=True),
        sa.Column("asked_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_person_id", KEY, nullable=True),
        sa.Column("decided_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        *_public(),
        sa.CheckConstraint("kind IN ('claim', 'wrong')", name=op.f("ck_entry_reports_kind")),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'declined')", name=op.f("ck_entry_reports_state")),
        _to("entry_reports", "entry_id", "group_entries"),
        _to("entry_reports", "asked_by_person_id", "people"),
        _to("entry_reports", "decided_by_person_id", "people"),
        *_keys("entry_reports"),
    )
    op.create_index(op.f("ix_entry_reports_entry_id"), "entry_reports", ["entry_id"])
    op.create_index(op.f("ix_entry_reports_state"), "entry_reports", ["state"])
    op.create_table(
        "group_successions",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("from_person_id", KEY, nullable=False),
        sa.Column("invitation_id", KEY, nullable=False),
        sa.Column("asked_at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", KEY, nullable=False),
        _to("group_successions", "entry_id", "group_entries"),
        _to("group_successions", "from_person_id", "people"),
        _to("group_successions", "invitation_id", "invitations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_successions")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_group_successions_invitation_id")),
    )
    op.create_index(op.f("ix_group_successions_entry_id"), "group_successions", ["entry_id"])


def downgrade() -> None:
    for table in ("group_successions", "entry_reports", "group_activities", "group_tags", "activity_tags"):
        op.drop_table(table)
    with op.batch_alter_table("group_entries") as batch_op:
        batch_op.drop_column("has_room_for")
        batch_op.drop_column("sells")
