"""Forms about what groups run regularly."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.groups.rules import DAYS, SPACE_LABELS, NewActivity
from community_book.places.schemas import place_fields
from community_book.web import fields as f

_PLACE = place_fields()


def _space() -> f.OneOf:
    return f.one_of(
        Message(N_("Is there space for somebody new?")),
        [(str(space), label) for space, label in SPACE_LABELS.items()],
        small=True,
    )


class ActivityForm(f.FormSchema):
    makes = NewActivity
    title = f.words(
        Message(N_("What is it?")), hint=Message(N_("Such as “Hot lunch and a chat”")), at_most=120, width="cb-wide"
    )
    days = f.some_of(
        Message(N_("On which days?")),
        [(str(number), label) for number, label in enumerate(DAYS)],
        required=True,
        small=True,
        missing=Message(N_("Choose the day or days it is on")),
    )
    starts = f.time_of_day(Message(N_("From")), hint=Message(N_("Such as 14:00")))
    ends = f.time_of_day(Message(N_("To")), hint=Message(N_("Such as 16:30")))
    when_note = f.words(
        Message(N_("Anything about the dates?")),
        hint=Message(N_("Such as “First Tuesday of the month” or “Not in August”")),
        at_most=200,
        required=False,
        width="cb-wide",
    )
    for_whom = f.words(Message(N_("Who is it for?")), at_most=300, required=False, width="cb-wide")
    cost = f.words(
        Message(N_("What does it cost?")),
        hint=Message(N_("Such as “Free” or “£3 with tea”")),
        at_most=120,
        required=False,
    )
    space = _space()
    postcode = _PLACE["postcode"]
    zone = _PLACE["zone"]
    where_words = f.words(
        Message(N_("Name of the place")),
        hint=Message(N_("Such as “The chapel hall, back door”. Kept only if you show the place to everyone.")),
        at_most=200,
        required=False,
        width="cb-wide",
    )
    place_public = f.tick(
        Message(N_("Show this place and its postcode to everyone")),
        hint=Message(N_("Otherwise everyone sees the zone only, and asks you.")),
    )
    version = f.version()


@dataclass(frozen=True)
class SpaceSaid:
    """Whether there is space, said in one tap."""

    space: str
    version: int | None


class SpaceForm(f.FormSchema):
    makes = SpaceSaid
    space = _space()
    version = f.version()
