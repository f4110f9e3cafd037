"""A letter on paper carries a code: typed at a short address it opens what a mail's one-tap link opens, once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community_book.base import clock, dispatcher, work
from community_book.base import settings as chosen
from community_book.base.actor import Role, anybody, system
from community_book.base.clock import now_utc, today
from community_book.base.errors import Refused, TooMany
from community_book.groups import actions as groups
from community_book.groups.tables import GroupEntry
from community_book.notices import actions
from community_book.notices.rules import CODE_DAYS, CODE_LETTERS
from community_book.notices.tables import LetterToPrint
from community_book.people.tables import Person, SignedLink
from tests.makers import client_of, make_person, send
from tests.makers_groups import Group, entry_of, make_group
from tests.makers_people import council


@pytest.fixture
def group(app: Flask) -> Group:
    """A group whose lead has no mail, and which was asked by letter whether its entry is still right."""
    made = make_group("Allotment society")
    with work.bookkeeping(system("test")) as session:
        session.get_one(Person, made.lead.person_id).email = None
        entry = session.query(GroupEntry).filter_by(reference=made.reference).one()
        entry.contact_email, entry.last_confirmed_on = "", today() - timedelta(days=190)
    groups.ask_freshness(system("test"))
    dispatcher.dispatch_all()
    return made


def printed(app: Flask) -> str:
    """The sheet as the officer prints it."""
    officer = make_person(belongs_to=council(), role=Role.OFFICER)
    return client_of(app, officer.id).get("/letters/print").get_data(as_text=True)


def code_on(sheet: str) -> str:
    [code] = re.findall(r">([2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3})<", sheet)
    return str(code)


def test_a_code_from_a_letter_opens_its_page_and_is_worth_nothing_after(
    app: Flask, client: FlaskClient, group: Group
) -> None:
    sheet = printed(app)
    assert "localhost/answer" in sheet
    code = code_on(sheet)
    assert code_on(printed(app)) == code  # a sheet that was spoilt is printed again
    opened = send(client, "/answer", code=code.lower().replace("-", " "))
    assert opened.status_code == 303
    address = opened.headers["Location"]
    assert entry_of(group.reference).last_confirmed_on < today()  # reading changes nothing
    assert "still right" in client.get(address).get_data(as_text=True)
    assert send(client, address).status_code == 303
    assert entry_of(group.reference).last_confirmed_on == today()
    again = send(client, "/answer", code=code)
    assert again.status_code == 422
    assert "used already" in again.get_data(as_text=True)


def test_a_code_is_not_in_the_database(app: Flask, group: Group) -> None:
    code = code_on(printed(app)).replace("-", "")
    with work.reading() as reading:
        row = reading.query(LetterToPrint).one()
        link = reading.query(SignedLink).filter_by(act=row.link_act).one()
    assert code not in str(vars(row))
    assert code not in str(vars(link))
    before = chosen.settings()
    chosen.use(replace(before, secret_key="another key of the site"))
    try:
        assert not re.search(r">[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}<", printed(app))
        with pytest.raises(Refused):
            actions.open_code(anybody(), code)
    finally:
        chosen.use(before)


@pytest.mark.parametrize(
    "typed", ["", "K7Q", "K7Q-M2X-VDH", "0OI-1LU-222", "' OR 1=1 --", "🦊" * 9, "K" * 5_000, "\x00"]
)
def test_a_code_nobody_has_is_said_kindly(client: FlaskClient, group: Group, typed: str) -> None:
    assert send(client, "/answer", code=typed).status_code == 422


def test_who_guesses_codes_has_to_wait_and_who_knows_one_has_not(app: Flask, client: FlaskClient, group: Group) -> None:
    code = code_on(printed(app))
    for _ in range(15):
        actions.open_code(anybody(), code, address="203.0.113.7")
    for _ in range(10):
        with pytest.raises(Refused):
            actions.open_code(anybody(), "K7QM2XVDH", address="203.0.113.7")
    with pytest.raises(TooMany):
        actions.open_code(anybody(), code, address="203.0.113.7")
    for _ in range(10):
        send(client, "/answer", code="K7QM2XVDH")
    answer = send(client, "/answer", code="K7QM2XVDH")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_a_code_that_is_too_old_opens_nothing(app: Flask, group: Group) -> None:
    code = code_on(printed(app))
    with clock.held_at(now_utc() + timedelta(days=CODE_DAYS + 1)), pytest.raises(Refused, match="too old"):
        actions.open_code(anybody(), code)


def test_a_letter_that_asks_nothing_has_no_code(app: Flask, group: Group) -> None:
    with work.bookkeeping(system("test")) as session:
        row = session.query(LetterToPrint).one()
        row.link_act = row.code_hash = None
    sheet = printed(app)
    assert "/answer" not in sheet.partition("<article")[2].partition("</article>")[0]
    assert "We write your answer down for you" in sheet


def test_a_letter_names_no_made_up_address(app: Flask, group: Group) -> None:
    sheet = printed(app)
    assert "Town Hall" not in sheet
    assert "COUNCIL_ADDRESS" in sheet
    assert "write to us at the address above" not in sheet


def test_two_letters_never_have_one_code(app: Flask) -> None:
    from community_book.base.references import new_uuid
    from community_book.notices.queries import letter_code

    codes = {letter_code(new_uuid()) for _ in range(2_000)}
    assert len(codes) == 2_000
    assert {len(code) for code in codes} == {CODE_LETTERS}
