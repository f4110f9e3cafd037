"""How mail is worded, addressed, named and tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community_book.notices.rules import header_line, is_address, mail_key, mail_text, wait_after


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
