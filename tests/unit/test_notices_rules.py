"""How mail is worded, addressed, named and tried again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from community_book.notices.rules import (
    CODE_LETTERS,
    code_of,
    header_line,
    is_address,
    mail_key,
    mail_text,
    tidy_code,
    wait_after,
    written_code,
)


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example\nBcc: x@y.example",
        "a@b.example,c@d.example",
        "A <a@b.example>",
        "a@b@c",
        "a b@c.example",
        "a@b.example\r",
        "a@b.example\x00",
        "",
        "@",
        "x" * 250 + "@b.example",
    ],
)
def test_what_is_not_one_address_is_none(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["a@b.example", "first.last+tag@sub.b.example", "o'neil@b.example"])
def test_one_address_is_one(text: str) -> None:
    assert is_address(text)


def test_a_subject_is_one_line_whatever_was_typed() -> None:
    assert header_line("Need\r\nBcc: x@y.example\t\x00\x85 now ") == "Need Bcc: x@y.example now"
    assert len(header_line("é" * 500)) == 200


def test_a_link_stands_whole_on_a_line_of_its_own() -> None:
    link = "https://site.example/" + "x" * 200
    text = mail_text("Hello,", ["word " * 40, "one\ntwo"], ("Answer", link), ["The site"])
    assert f"Answer:\n{link}\n" in text
    assert all(len(line) <= 76 for line in text.splitlines() if line != link)
    assert "one\ntwo\n" in text


def test_a_mail_has_one_name_at_every_try() -> None:
    assert mail_key(7, 1, person_id=3) == mail_key(7, 1, person_id=3, email="x@y.example")
    assert mail_key(7, 1, email="x@y.example") != mail_key(7, 1, email="z@y.example")
    assert mail_key(7, 1, email="../../x@y.example").count("/") == 0


def test_the_waiting_grows_to_an_hour() -> None:
    assert [wait_after(tries) for tries in (1, 2, 3, 7, 80)] == [
        timedelta(minutes=minutes) for minutes in (1, 2, 4, 60, 60)
    ]


def test_a_code_is_read_however_it_is_typed() -> None:
    for typed in ("K7Q-M2X-VDH", "k7qm2xvdh", " k7q m2x vdh ", "K7Q–M2X_VDH", "k7q.m2x.vdh."):  # noqa: RUF001
        assert tidy_code(typed) == "K7QM2XVDH"
    for typed in ("", "K7Q-M2X", "K7Q-M2X-VDH-2", "K7Q-M2X-VD0", "🦊" * 9):
        assert tidy_code(typed) == ""


def test_a_code_is_written_in_threes_and_read_back() -> None:
    code = code_of(bytes(range(32)))
    assert len(code) == CODE_LETTERS
    assert re.fullmatch(r"[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}", written_code(code))
    assert tidy_code(written_code(code)) == code
    assert code_of(bytes(range(32))) == code != code_of(bytes(range(1, 33)))
