"""Files of a form that was refused are kept for whoever sent them, so that nobody chooses a photograph twice."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from community_book.base import clock, registers, sweeping, work
from community_book.base.actor import system
from community_book.base.clock import now_utc, today
from community_book.base.errors import Refused
from community_book.base.files import store
from community_book.base.tables import StoredFile
from cwb.deliveries import actions
from cwb.deliveries.actions import keeping
from cwb.deliveries.rules import Flag
from tests.cwb.deliveries.conftest import counted, text
from tests.cwb.deliveries.test_pages import of
from tests.cwb.deliveries.test_reporting import files_of
from tests.makers import send
from tests.makers_commitments import make_commitment, make_pair
from tests.makers_deliveries import a_file, make_delivery, make_own_delivery, new_report, row_of
from tests.makers_pictures import a_scene, saved
from tests.makers_pledges import make_admitted_provider, make_pledge

TABLE = b"day,people\n1,2\n"


def photograph(number: int = 1) -> tuple[io.BytesIO, str]:
    return io.BytesIO(saved(a_scene(number))), "hall.jpg"


def kept_in(answer) -> list[str]:
    """The references of the files a page says are kept, each ticked."""
    page = answer.get_data(as_text=True)
    return re.findall(r'<input[^>]*name="kept"[^>]*value="(FI-[^"]+)"[^>]*checked', page)


@pytest.fixture
def report(app, browser):
    """A browser of a provider, and the address of a report it can make."""
    pair = make_pair()
    return browser(pair.offering), f"/promises/{make_commitment(pair)}/what-happened", pair


def made_by(answer) -> str:
    assert answer.status_code == 303
    return answer.location.rpartition("/")[2]


def test_a_photograph_is_kept_while_another_answer_is_put_right(report):
    provider, address, _ = report
    refused = send(provider, address, amount="many", people_agreed="yes", files=[photograph()], **of(today()))
    assert refused.status_code == 422
    assert "hall.jpg" in text(refused)
    assert "You need not choose these again" in text(refused)
    [kept] = kept_in(refused)
    made = made_by(send(provider, address, amount="2 h", people_agreed="yes", kept=kept, **of(today())))
    [file] = files_of(made)
    assert (file.reference, file.name) == (kept, "hall.jpg")
    assert (file.owner_kind, file.owner_id) == ("delivery", row_of(made).id)
    assert store().has(file.sha256)


def test_a_photograph_is_kept_while_its_people_are_asked(report):
    provider, address, _ = report
    refused = send(provider, address, amount="2 h", files=[photograph()], **of(today()))
    assert "Tick this if nobody can be recognised" in text(refused)
    [kept] = kept_in(refused)
    again = send(provider, address, amount="2 h", kept=kept, **of(today()))
    assert again.status_code == 422
    assert kept_in(again) == [kept]
    made = made_by(send(provider, address, amount="2 h", people_agreed="yes", kept=kept, **of(today())))
    assert len(files_of(made)) == 1


def test_the_good_files_are_kept_beside_a_bad_one(report):
    provider, address, _ = report
    sent = [(io.BytesIO(TABLE), "list.csv"), (io.BytesIO(b"MZ"), "run.exe")]
    refused = send(provider, address, amount="2 h", files=sent, **of(today()))
    assert "“run.exe” was not taken" in text(refused)
    [kept] = kept_in(refused)
    more = [(io.BytesIO(b"a,b\n3,4\n"), "more.csv")]
    made = made_by(send(provider, address, amount="2 h", kept=kept, files=more, **of(today())))
    assert [file.name for file in files_of(made)] == ["list.csv", "more.csv"]


def test_what_is_unticked_is_left_out(report):
    provider, address, _ = report
    sent = [(io.BytesIO(TABLE), "list.csv"), (io.BytesIO(b"a,b\n3,4\n"), "more.csv")]
    first, second = kept_in(send(provider, address, amount="many", files=sent, **of(today())))
    refused = send(provider, address, amount="many", kept=second, **of(today()))
    assert kept_in(refused) == [second]
    assert first not in text(refused)
    made = made_by(send(provider, address, amount="2 h", kept=second, **of(today())))
    assert [file.name for file in files_of(made)] == ["more.csv"]


def test_nobody_else_can_take_or_see_what_waits(report, browser):
    provider, address, pair = report
    [kept] = kept_in(send(provider, address, amount="many", files=[(io.BytesIO(TABLE), "list.csv")], **of(today())))
    with work.reading() as reading:
        uuid = reading.execute(select(StoredFile.uuid).where(StoredFile.reference == kept)).scalar_one()
    assert provider.get(f"/evidence/{uuid}").status_code == 404
    group = browser(pair.asking)
    stolen = send(group, address, amount="2 h", kept=kept, **of(today()))
    assert stolen.status_code == 422
    assert "A file you sent is not kept any more. Choose it again" in text(stolen)
    assert "list.csv" not in text(stolen)
    with pytest.raises(Refused, match="not kept any more"):
        actions.report(pair.asking, address.split("/")[2], new_report(), waiting=[kept])


def test_a_file_is_taken_over_once(report):
    provider, address, pair = report
    [kept] = kept_in(send(provider, address, amount="many", files=[(io.BytesIO(TABLE), "list.csv")], **of(today())))
    made_by(send(provider, address, amount="2 h", kept=kept, **of(today())))
    again = send(provider, address, amount="3 h", kept=kept, **of(today()))
    assert again.status_code == 422
    assert "not kept any more" in text(again)
    with pytest.raises(Refused, match="not kept any more"):
        actions.report(pair.offering, address.split("/")[2], new_report(), waiting=[kept])


def test_made_up_references_are_refused_with_a_sentence(report):
    provider, address, _ = report
    for odd in ("FI-222222", "x" * 5_000, "' OR 1=1", "\u202e"):
        answer = send(provider, address, amount="2 h", kept=odd, **of(today()))
        assert answer.status_code == 422
        assert "not kept any more" in text(answer)


def test_what_was_done_in_its_own_house_keeps_its_files_too(app, browser):
    provider = make_admitted_provider()
    own = browser(provider.actor)
    address = f"/pledges/{make_pledge(provider.actor, 'PP7').reference}/what-was-done"
    [kept] = kept_in(send(own, address, amount="many", files=[(io.BytesIO(TABLE), "list.csv")], **of(today())))
    made = made_by(send(own, address, amount="2", kept=kept, **of(today())))
    assert [file.reference for file in files_of(made)] == [kept]


def test_files_added_later_and_a_report_put_right_keep_theirs_too(app, browser):
    made = make_own_delivery()
    provider = browser(made.providing)
    refused = send(provider, f"/deliveries/{made.reference}/files", files=[photograph()], version="1")
    [kept] = kept_in(refused)
    added = send(provider, f"/deliveries/{made.reference}/files", kept=kept, people_agreed="yes")
    assert added.status_code == 303
    assert [file.reference for file in files_of(made.reference)] == [kept]
    assert Flag.NO_EVIDENCE not in row_of(made.reference).flags


def test_the_most_files_of_a_report_count_those_that_waited(app):
    made = make_delivery(files=[a_file(content=b"a,b\n%d,1\n" % n) for n in range(19)])
    about = f"delivery:{made.reference}"
    two, problems = actions.receive_files(made.providing, about, [a_file(), a_file("b.csv", b"b,b\n1,1\n")])
    assert problems == []
    with pytest.raises(Refused, match="20 files at most"):
        actions.add_evidence(made.providing, made.reference, waiting=two)
    assert len(files_of(made.reference)) == 19
    actions.add_evidence(made.providing, made.reference, waiting=two[:1])
    assert len(files_of(made.reference)) == 20


def test_nobody_fills_the_store_with_forms_they_never_finish(app, monkeypatch):
    monkeypatch.setattr(keeping, "FORMS_AT_ONCE", 0)
    pair = make_pair()
    references, [problem] = actions.receive_files(pair.offering, "commitment:C-222222", [a_file()])
    assert references == []
    assert "Too many of your files wait" in str(problem.message)


def test_what_waits_is_thrown_away_after_a_day(app, monkeypatch):
    pair = make_pair()
    [reference], _ = actions.receive_files(pair.offering, "commitment:C-222222", [a_file(content=b"never,sent\n1,1\n")])
    assert actions.forget_waiting(system("housekeeping")) == 0
    later = now_utc() + timedelta(hours=25)
    with clock.held_at(later):
        with pytest.raises(Refused, match="not kept any more"):
            actions.report(pair.offering, make_commitment(pair), new_report(), waiting=[reference])
        assert actions.forget_waiting(system("housekeeping")) == 1
    with work.reading() as reading:
        assert reading.execute(select(StoredFile).where(StoredFile.reference == reference)).first() is None


def test_what_waits_is_shown_to_its_person_and_goes_with_them(app):
    pair, other = make_pair(), make_pair()
    for actor in (pair.offering, other.offering):
        actions.receive_files(actor, "commitment:C-222222", [a_file(f"{actor.person_id}.csv")])
    data = registers.persons_data()["deliveries"]
    mine, theirs = pair.offering.person_id, other.offering.person_id
    with work.reading() as reading:
        assert data.show(reading, mine)["files of forms not finished"] == [f"{mine}.csv"]
    with work.bookkeeping(system("erasing")) as erasing:
        data.erase(erasing, mine)
    with work.reading() as reading:
        assert data.show(reading, mine)["files of forms not finished"] == []
        assert data.show(reading, theirs)["files of forms not finished"] == [f"{theirs}.csv"]


def test_a_file_that_waits_is_no_file_without_a_row(app):
    pair = make_pair()
    actions.receive_files(pair.offering, "commitment:C-222222", [a_file(content=b"waits,here\n1,1\n")])
    with work.reading() as reading:
        waiting = select(StoredFile.sha256).where(StoredFile.owner_kind == "waiting", StoredFile.name == "list.csv")
        sha256 = reading.execute(waiting).scalars().all()[-1]
    assert sha256 not in sweeping.sweep(dry_run=True).without_row
    assert not store().is_older(sha256, timedelta(minutes=5))


def test_eight_waiting_files_are_taken_over_with_no_more_questions_than_two(app):
    made, asked = make_delivery(), []
    for count in (2, 8):
        files = [a_file(f"{n}.csv", b"a,b\n%d,%d\n" % (count, n)) for n in range(count)]
        waiting, _ = actions.receive_files(made.providing, f"delivery:{made.reference}", files)
        with counted() as statements:
            actions.add_evidence(made.providing, made.reference, waiting=waiting)
        asked.append([said for said in statements if not said.startswith("INSERT")])  # SQLite writes row by row
    assert len(asked[0]) == len(asked[1])
