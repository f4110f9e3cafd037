"""Sign-in tries are counted by address and by account; those that turn out well count for nothing."""

from __future__ import annotations

import pytest
from flask import Flask

from community_book.base import work
from community_book.base.actor import anybody, system
from community_book.base.errors import Refused, TooMany
from community_book.people import actions
from community_book.people.rules import Credentials

PASSWORD = "four plain words here"
OFFICE = "192.0.2.7"


def account(number: int) -> str:
    email = f"officer{number}@test.example"
    with work.bookkeeping(system("test")) as session:
        actions.make_person(session, f"Officer {number}", email, password=PASSWORD)
    return email


def sign_in(email: str, password: str = PASSWORD) -> str:
    return actions.sign_in(anybody(), Credentials(email, password), address=OFFICE)


def test_a_whole_office_signs_in_from_one_address(app: Flask) -> None:
    assert len({sign_in(account(number)) for number in range(12)}) == 12


def test_guessing_stops_after_ten_wrong_tries_although_one_was_right_in_between(app: Flask) -> None:
    mine, others = account(1), account(2)
    for _ in range(10):
        sign_in(mine)
        with pytest.raises(Refused):
            sign_in(others, "a wrong password")
    with pytest.raises(TooMany):
        sign_in(others, "a wrong password")
