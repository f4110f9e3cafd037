"""Regular activities of groups: when they are, whether there is space, how near. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem

ACTIVITIES_AT_MOST = 20
"""How many one group lists."""
METRES_IN_A_MILE = 1609

DAYS: tuple[Message, ...] = (
    Message(N_("Monday")),
    Message(N_("Tuesday")),
    Message(N_("Wednesday")),
    Message(N_("Thursday")),
    Message(N_("Friday")),
    Message(N_("Saturday")),
    Message(N_("Sunday")),
)


class Space(StrEnum):
    """Whether somebody new can come."""

    COME_ALONG = "come_along"
    ASK_FIRST = "ask_first"
    FULL = "full"


SPACE_LABELS: dict[Space, Message] = {
    Space.COME_ALONG: Message(N_("Come along")),
    Space.ASK_FIRST: Message(N_("Ask first")),
    Space.FULL: Message(N_("Full just now")),
}


@dataclass(frozen=True)
class NewActivity:
    """Something regular, as its group says it. Without postcode and zone it is where the group is."""

    title: str
    days: tuple[str, ...]
    starts: int
    ends: int
    when_note: str = ""
    for_whom: str = ""
    cost: str = ""
    space: str = Space.COME_ALONG
    where_words: str = ""
    postcode: str = ""
    zone: tuple[int, ...] = ()
    place_public: bool = False
    version: int | None = None

    @property
    def elsewhere(self) -> bool:
        return bool(self.postcode or self.zone)


def days_mask(days: Iterable[str]) -> int:
    """Days as "0" (Monday) to "6" in one number, a bit a day."""
    mask = 0
    for day in days:
        mask |= 1 << int(day)
    return mask


def days_of(mask: int) -> tuple[int, ...]:
    """The days of such a number, Monday is 0."""
    return tuple(day for day in range(7) if mask >> day & 1)


def check_activity(new: NewActivity, *, group_is_secret: bool) -> None:
    """Raises Refused unless it has a day, ends after it starts, and shows no place that must stay secret."""
    problems = []
    if not new.days:
        problems.append(Problem("days", Message(N_("Choose the day or days it is on"))))
    if new.ends <= new.starts:
        problems.append(Problem("ends", Message(N_("It has to end after it starts"))))
    if new.place_public and group_is_secret and not new.elsewhere:
        problems.append(
            Problem(
                "place_public", Message(N_("Your group's place is secret: give the place this is at, or untick this"))
            )
        )
    if problems:
        raise Refused(*problems)


def about_miles(distance_m: int) -> Message:
    """A distance as people say it."""
    if distance_m < METRES_IN_A_MILE // 2:
        return Message(N_("less than half a mile away"))
    miles = max(1, round(distance_m / METRES_IN_A_MILE))
    if miles == 1:
        return Message(N_("about a mile away"))
    return Message(N_("about %(miles)s miles away"), miles=miles)
