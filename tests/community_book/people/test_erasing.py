"""Erasing somebody: every trace of the name goes, the chain and the record of what was done stay."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, select

from community_book.base import audit, dispatcher, erased_list, registers, work
from community_book.base.actor import Role, system
from community_book.base.registered import ErasedPerson
from community_book.base.restoring import restoring
from community_book.base.settings import settings
from community_book.needs import actions as needs
from community_book.people import actions as people
from community_book.people.tables import MembershipRow, Person
from tests.makers import make_organisation, make_person, send
from tests.makers_concerns import make_concern
from tests.makers_needs import make_listed_group, new_need
from tests.makers_people import PASSWORD, sign_in, with_password
from tools import check_audit

NAME = "Wilhelmina Quagmire"


@pytest.fixture(autouse=True)
def nobody_listed_yet(app: Flask) -> None:
    """The folder of the data outlives a test; what its database held does not."""
    settings().erased_list.unlink(missing_ok=True)


def test_no_table_names_an_erased_person_and_the_chain_is_whole(app: Flask, reading: work.Reading) -> None:
    group = make_organisation("Lunch club")
    make_person(belongs_to=group, role=Role.GROUP_LEAD)
    person = with_password(NAME, belongs_to=group, role=Role.GROUP_LEAD)
    email = person.email or ""
    browser = app.test_client()
    sign_in(browser, email)
    send(browser, "/account/details", mail_rhythm="daily", name=NAME, telephone="01632 960 777", version=1)
    send(browser, "/account/email", email=f"quagmire.{email}", password=PASSWORD)
    send(browser, f"/organisations/{group.reference}/people/invite", email="friend@test.example", role="group_member")
    send(browser, "/sign-in/link", page="/account", email=email)
    dispatcher.dispatch_all()
    assert NAME in "".join(everything_stored(reading))
    before = sum(1 for _ in audit.export_lines(reading))
    assert send(browser, "/account/erase", understood="yes").status_code == 303
    dispatcher.dispatch_all()
    reading.expire_all()
    stored = everything_stored(reading)
    for trace in (NAME, "Quagmire", email, "quagmire.", "01632 960 777"):
        assert [row for row in stored if trace in row] == []
    assert browser.get("/account").status_code == 303
    assert sign_in(app.test_client(), email).status_code == 422
    lines = list(audit.export_lines(reading))
    assert len(lines) == before + 1
    assert check_audit.faults(lines) == []
    held = reading.execute(select(MembershipRow).where(MembershipRow.person_id == person.id)).scalars().all()
    assert [row.until_utc is not None for row in held] == [True]


def everything_stored(reading: work.Reading) -> list[str]:
    """Every row of every table as text."""
    tables = MetaData()
    tables.reflect(reading.connection())
    return [
        json.dumps(dict(row._mapping), default=str, ensure_ascii=False)
        for table in tables.sorted_tables
        for row in reading.execute(select(table))
    ]


def test_an_only_lead_hands_over_first(app: Flask) -> None:
    group = make_organisation("Lunch club")
    person = with_password(belongs_to=group, role=Role.GROUP_LEAD)
    browser = app.test_client()
    sign_in(browser, person.email or "")
    page = browser.get("/account/erase").get_data(as_text=True)
    assert "You are the only lead of Lunch club" in page
    assert "Erase my account" not in page.split("<h1", 1)[1]
    shown = browser.get("/account/details").get_data(as_text=True)
    import re

    token = re.search(r'name="_token" value="([^"]+)"', shown)
    refused = browser.post("/account/erase", data={"_token": token[1] if token else "", "understood": "yes"})
    assert refused.status_code == 409
    assert "Make somebody else a lead" in refused.get_data(as_text=True)
    make_person(belongs_to=group, role=Role.GROUP_LEAD)
    assert send(browser, "/account/erase", understood="yes").status_code == 303


def test_nothing_is_erased_without_the_tick(app: Flask) -> None:
    person = with_password()
    browser = app.test_client()
    sign_in(browser, person.email or "")
    refused = send(browser, "/account/erase")
    assert refused.status_code == 422
    assert browser.get("/account").status_code == 200


def test_every_room_erases_its_own_and_one_fault_erases_nothing(app: Flask, reading: work.Reading) -> None:
    erased: list[int] = []
    registers.add_persons_data(
        "zz test", ErasedPerson(lambda session, person_id: {}, lambda session, i: erased.append(i))
    )
    try:
        person = with_password()
        browser = app.test_client()
        sign_in(browser, person.email or "")
        send(browser, "/account/erase", understood="yes")
        assert erased == [person.id]

        def fail(session: Any, person_id: int) -> None:
            raise RuntimeError("a room cannot")

        registers.add_persons_data("zz test", ErasedPerson(lambda session, person_id: {}, fail))
        other = with_password("Somebody Else")
        browser = app.test_client()
        sign_in(browser, other.email or "")
        with suppress(RuntimeError):
            send(browser, "/account/erase", understood="yes")
        assert reading.get_one(Person, other.id).name == "Somebody Else"
    finally:
        registers.held().persons_data.pop("zz test")


def test_mail_that_waits_for_an_erased_person_is_not_sent(app: Flask) -> None:
    person = with_password()
    with work.bookkeeping(system("test")) as session:
        session.tell("PasswordChanged", person_id=person.id)
    browser = app.test_client()
    sign_in(browser, person.email or "")
    send(browser, "/account/erase", understood="yes")
    dispatcher.dispatch_all()
    assert [path for path in settings().mail_dir.glob("*.eml") if (person.email or "") in path.read_text()] == []


def test_who_was_erased_is_erased_again_when_a_backup_brings_them_back(app: Flask, reading: work.Reading) -> None:
    group = make_organisation("Lunch club")
    person = with_password(NAME, belongs_to=group, role=Role.GROUP_LEAD)
    other = make_person("Nora Bystander", belongs_to=group, role=Role.GROUP_LEAD)
    make_concern(what=f"{NAME} was there")
    erased_list.add([person.reference, "P-NOBODY"])  # as it stands after the backup: the database knows them still
    assert people.erase_again(system("restore")) == 1
    assert people.erase_again(system("restore")) == 0
    dispatcher.dispatch_all()
    reading.expire_all()
    assert [row for row in everything_stored(reading) if NAME in row] == []
    assert reading.get_one(Person, other.id).name == "Nora Bystander"
    assert erased_list.listed() == [person.reference, "P-NOBODY"]
    assert check_audit.faults(list(audit.export_lines(reading))) == []


def test_erasing_adds_to_the_list_once_and_nothing_but_the_reference(app: Flask) -> None:
    group = make_organisation("Lunch club")
    make_person(belongs_to=group, role=Role.GROUP_LEAD)
    person = with_password(NAME, belongs_to=group, role=Role.GROUP_LEAD)
    browser = app.test_client()
    sign_in(browser, person.email or "")
    assert send(browser, "/account/erase", understood="yes").status_code == 303
    dispatcher.dispatch_all()
    assert settings().erased_list.read_text() == f"{person.reference}\n"
    assert restoring()["people erased again"].before() == 0
    settings().erased_list.unlink()
    assert (
        restoring()["people erased again"].before() == 1
    )  # what the database knows before it is replaced is listed too
    assert settings().erased_list.read_text() == f"{person.reference}\n"


def test_who_posted_a_need_finds_it_among_what_is_held_and_it_loses_the_name_when_they_go(app: Flask, reading) -> None:
    group = make_listed_group()
    person = with_password(NAME, belongs_to=group.organisation, role=Role.GROUP_LEAD)
    actor = replace(group.lead, person_id=person.id, pseudonym=person.pseudonym)
    reference = needs.post_need(actor, new_need(story=f"Ring {NAME} at the door of the hall."))
    browser = app.test_client()
    sign_in(browser, person.email or "")
    held = browser.get("/account/held?part=needs").get_data(as_text=True)
    assert reference in held
    assert f"Ring {NAME}" in held
    people.erase(actor)
    dispatcher.dispatch_all()
    reading.expire_all()
    stored = everything_stored(reading)
    assert [row for row in stored if NAME in row] == []
    assert any("Ring (name removed) at the door" in row for row in stored)
