"""rates of pay, quarters as they were closed

Written by hand. Measures say which living wage they speak of and under which others the same thing is not counted
again; rates of pay and what providers say about them; the figures of a quarter as they stood when it was closed, which
nobody changes.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Plain SQL, the same on both: SQLite adds a CHECK only with its column, and pledges hang on the table.
    op.execute(
        "ALTER TABLE measures ADD COLUMN about_wage VARCHAR(8) DEFAULT '' NOT NULL "
        "CONSTRAINT ck_measures_about_wage CHECK (about_wage IN ('', 'real', 'national'))"
    )
    op.execute("ALTER TABLE measures ADD COLUMN not_with VARCHAR(120) DEFAULT '' NOT NULL")
    # What the pack that comes with the site says of its own measures since; a council's own pack says it itself.
    for column, said, code in (
        ("about_wage", "real", "FE1"),
        ("not_with", "PP1", "PP2"),
        ("not_with", "PP1 PP2", "PP3"),
    ):
        op.execute(f"UPDATE measures SET {column} = '{said}' WHERE code = '{code}' AND pack = 'measures-cwb'")  # noqa: S608
    op.create_table(
        "pay_rates",
        sa.Column("wage", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=False),
        sa.Column("uk_pence", sa.Integer(), nullable=False),
        sa.Column("london_pence", sa.Integer(), nullable=True),
        sa.Column("minimum_age", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("asked_at_utc", sa.DateTime(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(), nullable=False),
        sa.CheckConstraint("wage IN ('real', 'national')", name=op.f("ck_pay_rates_wage")),
        sa.CheckConstraint(
            "uk_pence > 0 AND (london_pence IS NULL OR london_pence > 0)", name=op.f("ck_pay_rates_pence")
        ),
        sa.CheckConstraint("pay_by >= in_force_from", name=op.f("ck_pay_rates_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_rates")),
        sa.UniqueConstraint("reference", name=op.f("uq_pay_rates_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pay_rates_uuid")),
        sa.UniqueConstraint("wage", "in_force_from", name=op.f("uq_pay_rates_wage_in_force_from")),
    )
    op.create_table(
        "pay_attestations",
        sa.Column("rate_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("paid_from", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("attested_at_utc", sa.DateTime(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'pays', 'not_yet')", name=op.f("ck_pay_attestations_state")),
        sa.CheckConstraint("(state = 'pays') = (paid_from IS NOT NULL)", name=op.f("ck_pay_attestations_from_when")),
        sa.CheckConstraint("(state = 'asked') = (attested_at_utc IS NULL)", name=op.f("ck_pay_attestations_said")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["organisations.id"], name=op.f("fk_pay_attestations_provider_id_organisations")
        ),
        sa.ForeignKeyConstraint(["rate_id"], ["pay_rates.id"], name=op.f("fk_pay_attestations_rate_id_pay_rates")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_attestations")),
        sa.UniqueConstraint("rate_id", "provider_id", name=op.f("uq_pay_attestations_rate_id_provider_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_pay_attestations_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pay_attestations_uuid")),
    )
    op.create_index(op.f("ix_pay_attestations_provider_id"), "pay_attestations", ["provider_id"])
    _closed_figures()


def _closed_figures() -> None:
    op.create_table(
        "closed_figures",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("pillar_number", sa.Integer(), nullable=False),
        sa.Column("measure_id", BIG, nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=12), nullable=False),
        sa.Column("figure", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["quarter"], ["closed_periods.quarter"], name=op.f("fk_closed_figures_quarter_closed_periods")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_figures")),
        sa.UniqueConstraint(
            "quarter",
            "measure_id",
            "basis",
            "figure",
            "how",
            name=op.f("uq_closed_figures_quarter_measure_id_basis_figure_how"),
        ),
    )
    # Nothing was booked in a closed quarter since, so what stands there is what was closed.
    op.execute(
        """
        INSERT INTO closed_figures (quarter, pillar_number, measure_id, unit, basis, figure, how, amount)
        SELECT period, pillar_number, measure_id, unit, basis, figure, how, sum(amount)
        FROM ledger_entries WHERE period IN (SELECT quarter FROM closed_periods)
        GROUP BY period, pillar_number, measure_id, unit, basis, figure, how
        """
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER closed_figures_append_only BEFORE UPDATE OR DELETE ON closed_figures "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for name, when in (
        ("changed", "BEFORE UPDATE ON closed_figures"),
        ("removed", "BEFORE DELETE ON closed_figures"),
        ("replaced", "BEFORE INSERT ON closed_figures WHEN EXISTS (SELECT 1 FROM closed_figures WHERE id = NEW.id)"),
    ):
        op.execute(
            f"CREATE TRIGGER closed_figures_not_{name} {when} BEGIN "
            "SELECT RAISE(ABORT, 'closed_figures is append-only: rows are never changed or removed'); END"
        )


def downgrade() -> None:
    op.drop_table("closed_figures")
    op.drop_table("pay_attestations")
    op.drop_table("pay_rates")
    op.execute("ALTER TABLE measures DROP COLUMN not_with")
    op.execute("ALTER TABLE measures DROP COLUMN about_wage")
