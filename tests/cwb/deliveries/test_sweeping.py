"""No file without a row and no row without a file is left for long, whatever dies when."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from community_book.base import files, housekeeping, sweeping, work
from community_book.base.errors import Refused
from community_book.base.files import FolderStore, store
from community_book.base.tables import StoredFile
from cwb.deliveries.actions import reporting
from tests.makers_commitments import make_commitment, make_pair
from tests.makers_deliveries import a_file, make_delivery, new_report, row_of

DAYS = 86_400


@pytest.fixture
def swept_store(app, tmp_path):
    """A store of the test's own: the others' files have no rows here."""
    before = store()
    files.use_store(FolderStore(tmp_path / "evidence"))
    yield store()
    for sha256 in store().hashes():  # what has a row must be there when the test's figures are looked at
        before.put(store().get(sha256))
    files.use_store(before)


@pytest.fixture(autouse=True)
def _no_rows_before(request):
    """Rows an earlier test of the same database committed would have no file in this store."""
    request.getfixturevalue("swept_store")
    with work.reading() as reading:
        assert reading.execute(select(StoredFile.id)).first() is None


def grown_old(days: int = 2) -> None:
    for sha256 in store().hashes():
        moment = time.time() - days * DAYS
        os.utime(store().path_of(sha256), (moment, moment))


class PowerCut(BaseException):
    """What no act catches."""


def test_a_file_whose_act_died_before_its_row_is_removed_after_a_day(app, monkeypatch, swept_store):
    pair = make_pair()
    commitment = make_commitment(pair)

    def dies(*_):
        raise PowerCut

    monkeypatch.setattr(reporting, "attach", dies)
    with pytest.raises(PowerCut):
        reporting.report(pair.offering, commitment, new_report(), [a_file(content=b"left,alone\n1,1\n")])
    [left] = swept_store.hashes()
    assert sweeping.sweep() == sweeping.Swept(kept=1)
    grown_old()
    assert sweeping.sweep(dry_run=True) == sweeping.Swept((left,), kept=1)
    assert swept_store.has(left)
    assert sweeping.sweep() == sweeping.Swept((left,), removed=1, kept=1)
    assert not swept_store.has(left)


def test_a_report_refused_after_its_files_were_kept_leaves_nothing_for_good(app, swept_store):
    pair = make_pair()
    with pytest.raises(Refused):
        reporting.report(pair.offering, make_commitment(pair), new_report(amount=0), [a_file()])
    grown_old()
    sweeping.sweep()
    assert list(swept_store.hashes()) == []


def test_files_that_have_rows_stay_however_old(app, swept_store):
    made = make_delivery(files=[a_file(), a_file("b.csv", b"b,b\n2,2\n")])
    grown_old(400)
    assert sweeping.sweep() == sweeping.Swept(kept=2)
    with work.reading() as reading:
        rows = reading.execute(select(StoredFile.sha256).where(StoredFile.owner_id == row_of(made.reference).id))
        assert all(swept_store.has(sha256) for sha256 in rows.scalars())


def test_a_file_sent_again_while_it_is_swept_stays(app, swept_store):
    sha256 = swept_store.put(b"again")
    grown_old()

    def sent_again(_sha256: str) -> bool:
        swept_store.put(b"again")
        return False

    assert swept_store.remove_unless(sha256, timedelta(days=1), sent_again)
    assert swept_store.get(sha256) == b"again"
    assert not swept_store.remove_unless(sha256, timedelta(days=1), lambda _: False)
    assert swept_store.has(sha256)


def test_a_file_that_got_its_row_while_it_was_swept_is_put_back(app, swept_store):
    sha256 = swept_store.put(b"wanted")
    grown_old()
    assert not swept_store.remove_unless(sha256, timedelta(days=1), lambda _: True)
    assert swept_store.get(sha256) == b"wanted"


def test_a_sweep_that_died_puts_back_what_it_had_put_aside(app, swept_store):
    made = make_delivery(files=[a_file()])
    [sha256] = swept_store.hashes()
    grown_old()

    def dies(_sha256: str) -> bool:
        raise PowerCut

    with pytest.raises(PowerCut):
        swept_store.remove_unless(sha256, timedelta(days=1), dies)
    assert not swept_store.has(sha256)
    assert sweeping.sweep().without_file == ()
    assert swept_store.has(sha256)
    assert row_of(made.reference)


def test_the_command_names_what_is_loose_and_housekeeping_removes_it(app, swept_store):
    loose = swept_store.put(b"loose")
    made = make_delivery(files=[a_file()])
    grown_old()
    runner = app.test_cli_runner()
    said = runner.invoke(args=["evidence", "sweep", "--dry-run"])
    assert said.exit_code == 0
    assert said.output.splitlines() == [f"no row: {loose}", "2 files, 1 would be removed; 0 rows without a file"]
    assert swept_store.has(loose)
    assert housekeeping.of_the_floor()["files without a row"]() == 1
    [kept] = swept_store.hashes()
    content = swept_store.get(kept)
    swept_store.remove(kept)
    with work.reading() as reading:
        reference = reading.execute(
            select(StoredFile.reference).where(StoredFile.owner_id == row_of(made.reference).id)
        ).scalar_one()
    lost = runner.invoke(args=["evidence", "sweep"])
    assert lost.exit_code == 1
    assert f"no file: {reference}" in lost.output
    swept_store.put(content)
    assert runner.invoke(args=["evidence", "sweep"]).exit_code == 0


def test_most_of_all_files_are_never_removed_unasked(app, swept_store):
    for number in range(sweeping.FEW + 1):
        swept_store.put(b"%d" % number)
    grown_old()
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["evidence", "sweep"])
    assert refused.exit_code == 1
    assert "21 of 21 files have no row in this database, so none was removed" in refused.output
    assert len(list(swept_store.hashes())) == sweeping.FEW + 1
    assert runner.invoke(args=["evidence", "sweep", "--even-most"]).exit_code == 0
    assert list(swept_store.hashes()) == []
