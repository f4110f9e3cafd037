"""Say where the migrations and the tables differ: exit 1 and a line for each difference.

An empty SQLite database in a temporary folder is brought up by the migrations and compared with the tables as
the code states them. Alembic's own comparison leaves CHECKs out, on which the drawing of amounts stands; they
are compared by reading them back from a second database made from the code.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, create_engine, inspect

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
sys.path.insert(0, str(ROOT))


def even(condition: str) -> str:
    """A condition with white space and quotes evened out, so that only its meaning is compared."""
    return re.sub(r"[\s\"`]+", " ", condition).strip()


def checks_of(engine: Engine) -> set[str]:
    """Every CHECK of a database, as "table: condition"."""
    reader = inspect(engine)
    return {
        f"{table}: {even(check['sqltext'])}"
        for table in reader.get_table_names()
        for check in reader.get_check_constraints(table)
    }


def differences(migrated: Engine, stated: Engine, tables: MetaData) -> list[str]:
    """Lines that say what the migrations lack or have too much, in the words of Alembic."""
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [str(difference) for difference in compare_metadata(context, tables)]
    by_migration, by_code = checks_of(migrated), checks_of(stated)
    found += [f"CHECK missing in the migrations: {check}" for check in sorted(by_code - by_migration)]
    found += [f"CHECK only in the migrations: {check}" for check in sorted(by_migration - by_code)]
    return found


def migrate_and_compare(folder: Path) -> list[str]:
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'migrated.sqlite3'}"
    os.environ["DATA_DIR"] = str(folder)
    from flask_migrate import upgrade

    from app import create_app
    from community_book.base.tables import Base

    app = create_app()
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        migrated: Engine = app.extensions["sqlalchemy"].engine
        stated = create_engine(f"sqlite:///{folder / 'stated.sqlite3'}")
        Base.metadata.create_all(stated)
        try:
            return differences(migrated, stated, Base.metadata)
        finally:
            migrated.dispose()
            stated.dispose()


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="cwb-migrations-") as folder:
        found = migrate_and_compare(Path(folder))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
