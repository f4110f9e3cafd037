"""Who sets a site up, what its colour must fulfil, and what the forms of this room hand over. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from community_book.base.actor import Permission, Role
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem

SET_UP = Permission("set_up", Role.ADMINISTRATOR)
SET_UP_LINK = "set_up"
"""The act of the one-time address."""
FIRST = "site:set-up"
"""What the one-time address is about."""

WHITE, PAPER = "#ffffff", "#f3f3f3"
CONTRAST_AT_LEAST = 4.5
"""WCAG 2.2 AA for text of any size."""


@dataclass(frozen=True)
class First:
    """What the first administrator gives: the council, and an account of their own."""

    council_name: str
    name: str
    email: str
    password: str


@dataclass(frozen=True)
class Names:
    """What the site and the council are called, and how to reach the people behind it."""

    site_name: str
    council_name: str
    contact_email: str
    contact_telephone: str
    version: int | None = None


@dataclass(frozen=True)
class Safeguarding:
    """Whom somebody calls who is worried about a child or an adult at risk."""

    safeguarding_phone: str
    safeguarding_hours: str
    version: int | None = None


@dataclass(frozen=True)
class Colour:
    colour: str
    version: int | None = None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written #rrggbb, 1 to 21, as WCAG 2.2 reckons it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def can_be_read(colour: str) -> bool:
    """Whether white words on the colour, and words in the colour on white and on pale grey, can be read by all."""
    return min(contrast(colour, WHITE), contrast(colour, PAPER)) >= CONTRAST_AT_LEAST


def darker_that_can_be_read(colour: str) -> str:
    """The same colour, as much darker as it must be."""
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    for hundredths in range(99, -1, -1):
        darker = "#" + "".join(f"{part * hundredths // 100:02x}" for part in parts)
        if can_be_read(darker):
            return darker
    return "#000000"


def read_colour(typed: str) -> str:
    """A colour as #rrggbb, from what people type: "1D5C63", "#1d5c63", "#abc". Raises Refused on "colour"."""
    text = typed.strip().lower().removeprefix("#")
    if re.fullmatch(r"[0-9a-f]{3}", text, re.ASCII):
        text = "".join(letter * 2 for letter in text)
    if not re.fullmatch(r"[0-9a-f]{6}", text, re.ASCII):
        raise Refused(
            Problem("colour", Message(N_("Write the colour as six letters and figures after a #, like #1d5c63")))
        )
    colour = "#" + text
    if not can_be_read(colour):
        raise Refused(
            Problem(
                "colour",
                Message(
                    N_(
                        "Words in this colour are too pale to read: contrast %(has)s to 1, where %(least)s is needed. "
                        "Take a darker one, such as %(darker)s."
                    ),
                    has=f"{contrast(colour, PAPER):.1f}",
                    least=f"{CONTRAST_AT_LEAST:.1f}",
                    darker=darker_that_can_be_read(colour),
                ),
            )
        )
    return colour


def check_telephone(typed: str, *, field: str) -> str:
    """A number somebody can dial: digits, spaces, a plus, brackets; at least three digits. Raises Refused."""
    text = " ".join(typed.split())
    digits = sum(letter.isdigit() for letter in text)
    if not re.fullmatch(r"\+?[0-9 ()-]+", text, re.ASCII) or not 3 <= digits <= 15:
        raise Refused(Problem(field, Message(N_("Write a telephone number with figures, like 01632 960 999"))))
    return text
