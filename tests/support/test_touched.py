"""A test that breaks what must always be true is found out, though only the rules it touched are asked."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from community_book.base import registers, work
from community_book.base.actor import system
from tests.makers_commitments import make_commitment, make_pair
from tests.support.databases import ON_SQLITE
from tests.support.touched import Touched


@ON_SQLITE
def test_a_breach_by_a_test_is_found_and_named(app: Flask) -> None:
    touched: Touched = app.extensions["test_touched"]
    make_commitment(make_pair())
    assert touched.breaches() == []

    def change_behind_everybodys_back(by: int) -> None:
        with work.bookkeeping(system("test")) as session:
            session.execute(text("UPDATE need_parts SET committed = committed + :by"), {"by": by})
            session.record("test.change", "need:all")  # only what an act wrote is looked at

    change_behind_everybodys_back(-1)
    assert touched.breaches() != []
    change_behind_everybodys_back(1)


def test_every_rule_reads_the_tables_of_its_own_room(app: Flask) -> None:
    """Else a rule could be left out though a test wrote what it looks at."""
    reads = app.extensions["test_touched"].reads_of
    assert reads.keys() == registers.invariants().keys()
    assert all(reads.values()), reads
