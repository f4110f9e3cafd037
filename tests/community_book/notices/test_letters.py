"""Events become notices and mail: for the right people, once, in words and with a link made at that moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from community_book.base import dispatcher, outbox, registers, work
from community_book.base.actor import Role, system
from community_book.base.messages import Message
from community_book.base.registered import Letter
from community_book.notices.actions import write_letters
from community_book.notices.tables import Notice, OutgoingMail
from community_book.people.queries import actor_of_link
from community_book.people.rules import SIGN_IN_LINK
from community_book.people.tables import Person
from tests.makers import make_organisation, make_person
from tests.makers_people import link_in, mail_to

LETTER = Letter(
    organisation_id=None,
    person_ids=(),
    subject=Message("Something about %(what)s", what="a need"),
    body=(Message("First line."), Message("Second, for %(name)s.", name="all")),
    about="organisation:O-ZZZZZZ",
)


@pytest.fixture
def letters(app: Flask) -> Iterator[list[Letter]]:
    """What the event "TestHappened" leads to."""
    sent: list[Letter] = []
    registers.add_message("TestHappened", lambda reading, event: sent)
    yield sent
    registers.held().messages.pop("TestHappened")


def happen() -> None:
    with work.bookkeeping(system("test")) as session:
        session.tell("TestHappened", some_id=1)
    dispatcher.dispatch_all()


def noticed(reading: work.Reading) -> list[int]:
    return [row.person_id for row in reading.query(Notice).order_by(Notice.person_id, Notice.position)]


def mailed(reading: work.Reading) -> list[str]:
    return [row.to_email for row in reading.query(OutgoingMail).order_by(OutgoingMail.id)]


def test_named_people_are_told_on_the_site_and_by_mail(letters: list[Letter], reading: work.Reading) -> None:
    asha, nia = make_person("Asha Patel"), make_person("Nia Okoro")
    letters.append(replace(LETTER, person_ids=(nia.id, asha.id)))
    happen()
    assert noticed(reading) == [asha.id, nia.id]
    [mail] = mail_to(asha.email or "")
    text = mail.get_content()
    assert mail["Subject"] == "Something about a need"
    assert text.startswith("Hello Asha Patel,")
    assert "Second, for all." in text
    assert link_in(mail) == "/organisations/O-ZZZZZZ"
    assert text.count("http://localhost\r\n") == 1


def test_an_organisations_people_are_told_or_those_with_a_role(letters: list[Letter], reading: work.Reading) -> None:
    group = make_organisation()
    leads = [make_person(belongs_to=group, role=Role.GROUP_LEAD) for _ in range(2)]
    member = make_person(belongs_to=group, role=Role.GROUP_MEMBER)
    make_person(belongs_to=make_organisation(), role=Role.GROUP_LEAD)
    letters.append(replace(LETTER, organisation_id=group.id))
    letters.append(replace(LETTER, organisation_id=group.id, roles=frozenset({"group_lead"})))
    happen()
    assert noticed(reading) == [leads[0].id, leads[0].id, leads[1].id, leads[1].id, member.id]


def test_the_councils_people_are_told_by_their_role(letters: list[Letter], reading: work.Reading) -> None:
    place = make_organisation(is_council=True)
    officer = make_person(belongs_to=place, role=Role.OFFICER)
    make_person(belongs_to=place, role=Role.VERIFIER)
    letters.append(replace(LETTER, roles=frozenset({"officer"})))
    letters.append(LETTER)
    happen()
    assert noticed(reading) == [officer.id]


def test_who_wants_no_mail_gets_none_but_what_must_reach_them(letters: list[Letter], reading: work.Reading) -> None:
    person = make_person()
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, person.id).mail_rhythm = "never"
    letters += [
        replace(LETTER, person_ids=(person.id,)),
        replace(LETTER, person_ids=(person.id,), must_reach=True, in_app=False),
    ]
    happen()
    assert noticed(reading) == [person.id]
    assert mailed(reading) == [person.email]


def test_addresses_without_an_account_get_mail_alone_and_nobody_gets_it_twice(
    letters: list[Letter], reading: work.Reading
) -> None:
    person = make_person()
    letters.append(
        replace(
            LETTER,
            person_ids=(person.id,),
            emails=("Contact@Group.example", "contact@group.example", person.email or "", "bad\nBcc: x@y.example", ""),
            reply_to="asker@test.example",
        )
    )
    happen()
    assert noticed(reading) == [person.id]
    assert mailed(reading) == [person.email, "contact@group.example"]
    [mail] = mail_to("contact@group.example")
    assert mail["Reply-To"] == "asker@test.example"
    assert "Your account says" not in mail.get_content()


def test_the_erased_and_the_shut_out_are_told_nothing(letters: list[Letter], reading: work.Reading) -> None:
    from community_book.base.clock import now_utc

    people = [make_person(), make_person()]
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, people[0].id).disabled_at_utc = now_utc()
        session.get_one(Person, people[1].id).erased_at_utc = now_utc()
    letters.append(replace(LETTER, person_ids=tuple(person.id for person in people)))
    happen()
    assert noticed(reading) == []
    assert mailed(reading) == []


def test_a_one_tap_link_is_made_for_each_reader_when_the_mail_is_written(
    letters: list[Letter], reading: work.Reading
) -> None:
    group = make_organisation()
    person = make_person(belongs_to=group, role=Role.GROUP_LEAD)
    letters.append(
        replace(
            LETTER,
            organisation_id=group.id,
            emails=("contact@elsewhere.example",),
            link_act=SIGN_IN_LINK,
            link_subject=f"person:{person.reference}",
            link_label=Message("Answer"),
        )
    )
    happen()
    links = [link_in(mail_to(address)[-1]) for address in (person.email or "", "contact@elsewhere.example")]
    holders = [actor_of_link(reading, link.rpartition("/")[2], SIGN_IN_LINK) for link in links]
    assert [(holder.person_id, holder.email, holder.organisation_id) for holder in holders] == [
        (person.id, person.email, group.id),
        (None, "contact@elsewhere.example", group.id),
    ]
    assert all(link.startswith("/sign-in/link/") for link in links)


def test_a_link_for_an_act_without_a_page_leads_to_what_it_is_about(letters: list[Letter]) -> None:
    person = make_person()
    letters.append(replace(LETTER, person_ids=(person.id,), link_act="no_such_act", link_subject="need:N-1"))
    happen()
    assert link_in(mail_to(person.email or "")[-1]) == "/organisations/O-ZZZZZZ"


def test_an_event_handed_on_twice_tells_once(letters: list[Letter], reading: work.Reading, app: Flask) -> None:
    person = make_person()
    letters.append(replace(LETTER, person_ids=(person.id,), emails=("twice@elsewhere.example",)))
    happen()
    [written] = reading.query(Notice).all()
    event = outbox.Event("TestHappened", {"some_id": 1}, written.event_id)
    for _ in range(2):
        with work.bookkeeping(system("test")) as session, app.test_request_context():
            write_letters(session, event, letters, Unused())
    reading.expire_all()
    assert noticed(reading) == [person.id]
    assert len(mailed(reading)) == 2


class Unused:
    """A pen nobody should take up."""

    def say(self, language: str, message: Message) -> str:
        raise AssertionError

    def page_of(self, subject: str) -> str:
        raise AssertionError

    def link_page(self, act: str, token: str) -> str | None:
        raise AssertionError


NASTY = "x\r\nBcc: victim@test.example\r\n\r\nbody\x00\x0b\u2028"


def test_nothing_typed_adds_a_header_or_a_recipient(letters: list[Letter], reading: work.Reading) -> None:
    person = make_person(f"Asha\nBcc: other@test.example {NASTY}".replace("\x00", ""))
    letters.append(
        replace(
            LETTER,
            person_ids=(person.id,),
            subject=Message("About %(what)s", what=NASTY.replace("\x00", "")),
            body=(Message("%(what)s", what=NASTY.replace("\x00", "")),),
            reply_to="a@b.example\r\nBcc: c@d.example",
        )
    )
    happen()
    [mail] = mail_to(person.email or "")
    assert mail["Bcc"] is None
    assert mail["Reply-To"] is None
    assert mail.get_all("To") == [person.email]
    assert mail["Subject"] == "About x Bcc: victim@test.example body"
    assert set(mail.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }


def test_a_fault_in_one_source_holds_back_that_event_alone(app: Flask, letters: list[Letter], reading: Any) -> None:
    def broken(session: Any, event: outbox.Event) -> Sequence[Letter]:
        raise RuntimeError("a room's fault")

    person = make_person()
    registers.add_message("OtherHappened", broken)
    try:
        letters.append(replace(LETTER, person_ids=(person.id,)))
        with work.bookkeeping(system("test")) as session:
            session.tell("OtherHappened")
        happen()
    finally:
        registers.held().messages.pop("OtherHappened")
    assert noticed(reading) == [person.id]


def test_days_and_messages_inside_a_notice_survive_being_stored() -> None:
    from datetime import UTC, date, datetime

    said = Message(
        "%(day)s %(at)s %(inner)s %(n)s",
        day=date(2026, 10, 6),
        at=datetime(2026, 10, 6, 13, 5, tzinfo=UTC),
        inner=Message("about %(x)s", x=1),
        n=3,
    )
    import json

    assert Message.from_json(json.loads(json.dumps(said.as_json()))) == said
