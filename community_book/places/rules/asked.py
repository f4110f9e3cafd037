"""What a person or a file says about a place or a zone, before it is checked and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.places.rules.boundaries import ZONES_AT_MOST

LABEL_AT_MOST = 200
CODE_AT_MOST, NAME_AT_MOST = 20, 120


@dataclass(frozen=True)
class NewPlace:
    """Where something is: a postcode, or zones picked from the list (ids, one a scheme), or both.

    `label` says it in words ("the hall behind the church"). Of a confidential place only zones are kept.
    """

    postcode: str = ""
    label: str = ""
    confidential: bool = False
    picked: tuple[int, ...] = ()


@dataclass(frozen=True)
class NumberedZone:
    """A zone known by number and name only: it has no boundary and can only be picked."""

    code: str
    name: str


def read_numbered_zones(text: str) -> list[NumberedZone]:
    """Zones typed one a line, "3, Lowton and Golborne"; a line without a name gets "Zone 3".

    Raises Refused with a Problem (field "zones") for each line that is wrong.
    """
    if len(text.split("\n", ZONES_AT_MOST)) > ZONES_AT_MOST:
        raise Refused(Problem("zones", Message(N_("Type at most %(most)s zones"), most=ZONES_AT_MOST)))
    zones: list[NumberedZone] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        code, _, name = (part.strip() for part in line.partition(","))
        if not code or len(code) > CODE_AT_MOST or len(name) > NAME_AT_MOST:
            problems.append(
                Problem(
                    "zones",
                    Message(
                        N_("Line %(number)s: write a number of at most %(most)s letters, a comma, and the name"),
                        number=number,
                        most=CODE_AT_MOST,
                    ),
                )
            )
        elif code in seen:
            problems.append(
                Problem(
                    "zones",
                    Message(
                        N_("Line %(number)s: zone %(code)s is on line %(other)s too"),
                        number=number,
                        code=code,
                        other=seen[code],
                    ),
                )
            )
        else:
            seen[code] = number
            zones.append(NumberedZone(code, name or f"Zone {code}"))
    if problems:
        raise Refused(*problems[:20])
    return zones


def in_counting_order(codes: Sequence[str]) -> list[str]:
    """Codes as people count them: 2 before 10, letters after numbers."""
    return sorted(codes, key=counting_key)


def counting_key(code: str) -> tuple[int, int, str]:
    """What to sort codes by, so that 2 comes before 10."""
    return (0, int(code), code) if code.isascii() and code.isdigit() else (1, 0, code)
