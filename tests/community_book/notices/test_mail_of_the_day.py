"""One mail a day at most: what waits for an address goes together, in plain words, each thing with its own link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from community_book.base import clock, dispatcher, registers, work
from community_book.base import settings as chosen
from community_book.base.actor import Role, system
from community_book.base.messages import Message
from community_book.base.registered import Letter
from community_book.notices import actions
from community_book.notices.tables import HeldLetter, LetterToPrint, Notice, OutgoingMail
from community_book.people.rules import MailRhythm
from community_book.people.tables import Person
from tests.makers import client_of, make_organisation, make_person, send
from tests.makers_people import council, mail_to

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=LONDON)
TUESDAY = datetime(2026, 3, 3, 7, 30, tzinfo=LONDON)


@pytest.fixture
def letters(app: Flask) -> Iterator[list[Letter]]:
    """What the event "TestHappened" leads to, on a site that sends one mail a day."""
    sent: list[Letter] = []
    registers.add_message("TestHappened", lambda reading, event: sent)
    before = chosen.settings()
    chosen.use(replace(before, mail_rhythm="daily", council_address="Moot Hall, Market Square, EX2 2BB"))
    yield sent
    chosen.use(before)
    registers.held().messages.pop("TestHappened")


def letter(number: int = 1, **more: Any) -> Letter:
    return Letter(
        organisation_id=more.pop("organisation_id", None),
        person_ids=more.pop("person_ids", ()),
        subject=Message("Thing %(number)s", number=number),
        body=(Message("What happened in %(number)s.", number=number),),
        about=f"organisation:O-ZZZZZ{number}",
        **more,
    )


def happen(at: datetime) -> None:
    with clock.held_at(at):
        with work.bookkeeping(system("test")) as session:
            session.tell("TestHappened")
        dispatcher.dispatch_all()


def wait_until(at: datetime) -> None:
    with clock.held_at(at):
        dispatcher.dispatch_all()


def mails(address: str) -> list[OutgoingMail]:
    with work.reading() as reading:
        return list(reading.query(OutgoingMail).filter_by(to_email=address).order_by(OutgoingMail.id))


def chosen_by(person: Person, rhythm: MailRhythm) -> None:
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, person.id).mail_rhythm = rhythm


def test_by_default_two_things_of_a_day_come_in_one_mail_the_next_morning(letters: list[Letter]) -> None:
    asha = make_person("Asha Patel")
    letters[:] = [letter(1, person_ids=(asha.id,))]
    happen(MONDAY)
    letters[:] = [letter(2, person_ids=(asha.id,), link_act="need.still_needed", link_subject="need:N-ZZZZZZ")]
    happen(MONDAY + timedelta(hours=3))
    wait_until(TUESDAY - timedelta(seconds=1))
    assert mails(asha.email or "") == []
    wait_until(TUESDAY)
    wait_until(TUESDAY + timedelta(minutes=5))
    [mail] = mail_to(asha.email or "")
    text = mail.get_content().replace("\r\n", "\n")
    assert mail["Subject"] == f"2 things from {chosen.settings().site_name}: Thing 2"
    assert text.startswith("Hello Asha Patel,\n\n\nHere is what is new. The first thing waits for an answer")
    assert text.index("1. Thing 2") < text.index("2. Thing 1")
    assert "What happened in 1.\n\nSee it on the site:\nhttp://localhost/organisations/O-ZZZZZ1\n" in text
    assert text.count("/link/") + text.count("http://localhost/") >= 2


def test_who_is_asked_twice_for_the_same_answer_is_asked_once_in_the_mail(letters: list[Letter]) -> None:
    asha = make_person()
    for number in (1, 2):
        letters[:] = [letter(number, person_ids=(asha.id,), link_act="need.still_needed", link_subject="need:N-ZZZZZZ")]
        happen(MONDAY)
    wait_until(TUESDAY)
    assert [mail.subject for mail in mails(asha.email or "")] == ["Thing 2"]


def test_one_thing_alone_is_sent_as_it_is(letters: list[Letter]) -> None:
    asha = make_person("Asha Patel")
    letters[:] = [letter(person_ids=(asha.id,))]
    happen(MONDAY)
    wait_until(TUESDAY)
    [mail] = mails(asha.email or "")
    assert mail.subject == "Thing 1"


def test_never_two_mails_a_day_even_when_the_worker_was_away_in_the_morning(letters: list[Letter]) -> None:
    asha = make_person()
    letters[:] = [letter(1, person_ids=(asha.id,))]
    happen(MONDAY)
    late = TUESDAY - timedelta(minutes=10) + timedelta(days=1)  # Monday's mail goes on Wednesday at 7:20
    letters[:] = [letter(2, person_ids=(asha.id,))]
    with clock.held_at(TUESDAY + timedelta(hours=2)), work.bookkeeping(system("test")) as session:
        session.tell("TestHappened")
    with clock.held_at(TUESDAY + timedelta(hours=2)):
        dispatcher.dispatch_once()
    wait_until(late)
    assert len(mails(asha.email or "")) == 1
    wait_until(late + timedelta(minutes=15))
    assert len(mails(asha.email or "")) == 1
    wait_until(late + timedelta(days=1, minutes=15))
    assert [mail.subject for mail in mails(asha.email or "")] == ["Thing 1", "Thing 2"]


@pytest.mark.parametrize(
    ("rhythm", "came"),
    [("at_once", (2, 2, 2)), ("daily", (0, 1, 1)), ("weekly", (0, 0, 1)), ("never", (0, 0, 0))],
)
def test_everybody_chooses_how_often_mail_comes(
    letters: list[Letter], rhythm: str, came: tuple[int, int, int], reading: work.Reading
) -> None:
    asha = make_person()
    chosen_by(asha, MailRhythm(rhythm))
    letters[:] = [letter(1, person_ids=(asha.id,)), letter(2, person_ids=(asha.id,))]
    happen(MONDAY)
    counted = [len(mails(asha.email or ""))]
    for at in (TUESDAY, TUESDAY + timedelta(days=6)):
        wait_until(at)
        counted.append(len(mails(asha.email or "")))
    assert tuple(counted) == came
    assert reading.query(Notice).filter_by(person_id=asha.id).count() == 2


def test_what_must_reach_somebody_goes_at_once_and_does_not_use_up_the_mail_of_the_day(letters: list[Letter]) -> None:
    asha = make_person()
    letters[:] = [letter(1, person_ids=(asha.id,)), letter(2, person_ids=(asha.id,), must_reach=True)]
    happen(MONDAY)
    assert [mail.subject for mail in mails(asha.email or "")] == ["Thing 2"]
    wait_until(TUESDAY)
    assert [mail.subject for mail in mails(asha.email or "")] == ["Thing 2", "Thing 1"]


def test_an_address_without_an_account_gets_one_mail_a_day_too(letters: list[Letter]) -> None:
    letters[:] = [letter(number, emails=("club@group.example",), in_app=False) for number in (1, 2, 3)]
    happen(MONDAY)
    assert mails("club@group.example") == []
    wait_until(TUESDAY)
    assert len(mails("club@group.example")) == 1


def test_what_was_read_on_the_site_is_not_mailed_again(letters: list[Letter], reading: work.Reading) -> None:
    asha = make_person()
    letters[:] = [letter(1, person_ids=(asha.id,))]
    happen(MONDAY)
    with work.bookkeeping(system("test")) as session:
        session.query(Notice).filter_by(person_id=asha.id).one().read_at_utc = clock.now_utc()
    wait_until(TUESDAY)
    assert mails(asha.email or "") == []
    assert reading.query(HeldLetter).one().due_at_utc is None


def test_a_new_address_gets_what_waited_for_the_old_one(letters: list[Letter]) -> None:
    asha = make_person()
    old = asha.email or ""
    letters[:] = [letter(1, person_ids=(asha.id,))]
    happen(MONDAY)
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, asha.id).email = "new@test.example"
    wait_until(TUESDAY)
    wait_until(TUESDAY)
    assert mails(old) == []
    assert len(mails("new@test.example")) == 1


def test_nothing_waits_for_a_saturday_or_a_bank_holiday(letters: list[Letter]) -> None:
    asha = make_person()
    letters[:] = [letter(1, person_ids=(asha.id,))]
    happen(datetime(2026, 4, 2, 12, 0, tzinfo=LONDON))  # the day before Good Friday
    for day in (3, 4, 5, 6):
        wait_until(datetime(2026, 4, day, 12, 0, tzinfo=LONDON))
    assert mails(asha.email or "") == []
    wait_until(datetime(2026, 4, 7, 7, 30, tzinfo=LONDON))
    assert len(mails(asha.email or "")) == 1


def test_the_words_of_a_letter_are_forgotten_once_they_are_mailed(letters: list[Letter], reading: work.Reading) -> None:
    asha = make_person("Asha Patel")
    letters[:] = [letter(1, person_ids=(asha.id,))]
    happen(MONDAY)
    wait_until(TUESDAY)
    row = reading.query(HeldLetter).one()
    assert (row.body, row.mail_key != "") == ([], True)


def test_a_worker_killed_in_the_middle_has_written_all_of_the_mail_or_none(
    letters: list[Letter], monkeypatch: pytest.MonkeyPatch
) -> None:
    from community_book.notices.actions import digests

    asha = make_person()
    letters[:] = [letter(number, person_ids=(asha.id,)) for number in (1, 2)]
    happen(MONDAY)
    done = digests._done

    def killed(session: Any, row: Any, key: str) -> None:
        done(session, row, key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(digests, "_done", killed)
        with pytest.raises(KeyboardInterrupt):
            wait_until(TUESDAY)
    assert mails(asha.email or "") == []
    wait_until(TUESDAY)
    [mail] = mails(asha.email or "")
    assert mail.subject.startswith("2 things")


def test_a_letter_to_somebody_without_mail_waits_for_the_printer(letters: list[Letter], app: Flask) -> None:
    nia = make_person("Nia Okoro")
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, nia.id).email = None
    letters[:] = [letter(1, person_ids=(nia.id,))]
    happen(MONDAY)
    officer = make_person(belongs_to=council(), role=Role.OFFICER)
    browser = client_of(app, officer.id)
    listed = browser.get("/letters").get_data(as_text=True)
    assert "Nia Okoro" in listed
    with work.reading() as session:
        reference = session.query(LetterToPrint).one().reference
    for url in (f"/letters/{reference}", "/letters/print"):
        sheet = browser.get(url).get_data(as_text=True)
        assert "Moot Hall<br>Market Square<br>EX2 2BB" in sheet
        assert "What happened in 1." in sheet
    assert "Letters to print for those without mail" in browser.get("/desk").get_data(as_text=True)
    assert send(browser, f"/letters/{reference}/posted", page="/letters").status_code == 303
    assert send(browser, f"/letters/{reference}/posted", page="/account").status_code == 409
    assert "No letter waits" in browser.get("/letters").get_data(as_text=True)
    assert reference in browser.get("/letters?show=posted").get_data(as_text=True)
    with work.reading() as session:
        from community_book.base.tables import AuditEntry

        assert session.query(AuditEntry).filter_by(act="letter.post").count() == 1
    assert f'href="/letters/{reference}"' in browser.get("/records?act=letter.post").get_data(as_text=True)


def test_only_officers_print_letters(app: Flask) -> None:
    for role, place in ((Role.GROUP_LEAD, make_organisation()), (Role.AUDITOR, council())):
        browser = client_of(app, make_person(belongs_to=place, role=role).id)
        for url in ("/letters", "/letters/print", "/letters/LT-AAAAAA"):
            assert browser.get(url).status_code == 403
    officer = client_of(app, make_person(belongs_to=council(), role=Role.OFFICER).id)
    assert officer.get("/letters/LT-AAAAAA").status_code == 404
    assert send(officer, "/letters/LT-AAAAAA/posted", page="/account").status_code == 404


def test_a_group_with_neither_account_nor_mail_is_written_to_by_post(letters: list[Letter], app: Flask) -> None:
    from community_book.groups.tables import GroupEntry
    from tests.makers_groups import make_group

    group = make_group("Allotment society")
    with work.bookkeeping(system("test")) as session:
        entry = session.query(GroupEntry).filter_by(reference=group.reference).one()
        organisation_id, entry.contact_email = entry.organisation_id, ""
    letters[:] = [letter(1, organisation_id=organisation_id, roles=frozenset({"group_member"}))]
    happen(MONDAY)
    with work.reading() as session:
        assert session.query(LetterToPrint).one().organisation_id == organisation_id
    officer = client_of(app, make_person(belongs_to=council(), role=Role.OFFICER).id)
    assert "Allotment society" in officer.get("/letters").get_data(as_text=True)


def test_erasing_somebody_takes_what_waited_for_them(letters: list[Letter], reading: work.Reading) -> None:
    asha, nia = make_person("Asha Patel"), make_person("Nia Okoro")
    letters[:] = [
        replace(letter(1, person_ids=(asha.id,)), body=(Message("%(name)s said so", name="Nia Okoro"),)),
        letter(2, person_ids=(nia.id,)),
    ]
    happen(MONDAY)
    with work.bookkeeping(system("test")) as session:
        actions.erase_rows(session, nia.id)
    [left] = reading.query(HeldLetter).all()
    assert left.person_id == asha.id
    assert "Nia" not in str(left.body)


def test_somebody_chooses_on_their_account(app: Flask) -> None:
    browser = client_of(app, make_person("Asha Patel").id)
    answer = send(browser, "/account/details", name="Asha Patel", mail_rhythm="weekly", version=1)
    assert answer.status_code == 303
    assert "Once a week, together" in browser.get("/account").get_data(as_text=True)
    assert send(browser, "/account/details", name="Asha", mail_rhythm="hourly", version=2).status_code == 422


def test_moments_are_utc() -> None:
    assert TUESDAY.astimezone(UTC).hour == 7
