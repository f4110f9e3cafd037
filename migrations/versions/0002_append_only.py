"""append only: the database itself refuses to change or remove what the ledger and the audit chain hold

Written by hand. A text of the audit chain may lose its salt and words (erasure, house decision 4), and nothing
else of it may change. TRUNCATE stays with the owner of the tables: restoring a backup empties them first.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SEALED = {"ledger_entries": "id", "audit_entries": "sequence"}
"""Tables whose rows are never changed or removed, each with its key."""

TEXT_MAY_CHANGE = "NEW.salt IS NULL AND NEW.text IS NULL AND NEW.id = OLD.id AND NEW.sequence = OLD.sequence AND NEW.field = OLD.field"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: rows are never changed or removed', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    for table in SEALED:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER audit_texts_only_erased BEFORE UPDATE ON audit_texts "
        f"FOR EACH ROW WHEN (({TEXT_MAY_CHANGE}) IS NOT TRUE) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER audit_texts_never_removed BEFORE DELETE ON audit_texts "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def _upgrade_sqlite() -> None:
    def refuse(name: str, table: str, when: str) -> None:
        op.execute(
            f"CREATE TRIGGER {name} {when} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only: rows are never changed or removed'); END"
        )

    for table, key in SEALED.items():
        refuse(f"{table}_not_changed", table, f"BEFORE UPDATE ON {table}")
        refuse(f"{table}_not_removed", table, f"BEFORE DELETE ON {table}")
        # INSERT OR REPLACE would remove the row it replaces without asking the trigger above.
        refuse(
            f"{table}_not_replaced",
            table,
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})",  # noqa: S608
        )
    refuse(
        "audit_texts_only_erased",
        "audit_texts",
        f"BEFORE UPDATE ON audit_texts WHEN NOT ({TEXT_MAY_CHANGE})",
    )
    refuse("audit_texts_not_removed", "audit_texts", "BEFORE DELETE ON audit_texts")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in SEALED:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP TRIGGER audit_texts_only_erased ON audit_texts")
        op.execute("DROP TRIGGER audit_texts_never_removed ON audit_texts")
        op.execute("DROP FUNCTION refuse_change()")
        return
    for table in SEALED:
        for what in ("changed", "removed", "replaced"):
            op.execute(f"DROP TRIGGER {table}_not_{what}")
    op.execute("DROP TRIGGER audit_texts_only_erased")
    op.execute("DROP TRIGGER audit_texts_not_removed")
