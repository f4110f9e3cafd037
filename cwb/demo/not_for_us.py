"""What organisations of the made-up borough said of suggestions they could not use, once those had been found."""

from __future__ import annotations

from itertools import cycle

from community_book.base.actor import GROUP_ROLES
from cwb.demo.borough import Borough
from cwb.matching.actions import say_not_for_us
from cwb.matching.queries import suggestions
from cwb.matching.rules import NewNotForUs

OF_GROUPS = (
    NewNotForUs("dates", "We are out on Tuesdays."),
    NewNotForUs("not_fitting"),
    NewNotForUs("too_far", "Two buses, and the second one stops at six."),
    NewNotForUs("hosting"),
)
OF_PROVIDERS = (
    NewNotForUs("not_ours", "Our caretaker cannot climb ladders any more."),
    NewNotForUs("busy"),
    NewNotForUs("conditions"),
    NewNotForUs("too_much", "Two hours we can give, not twenty."),
)
SAID_AT_MOST, SHOWN = 6, 3
SPARED = ("group.lead", "provider.lead", "group.member", "provider.member")
"""Whose suggestions are left as they are, for whoever looks around with these names."""


def say_what_is_not_for_them(borough: Borough) -> None:
    """A few leads say it of the least fitting of the first things they are shown."""
    of_groups, of_providers = cycle(OF_GROUPS), cycle(OF_PROVIDERS)
    count = 0
    for name in sorted(borough.person_ids):
        if name in SPARED or count == SAID_AT_MOST:
            continue
        person = borough.person(name)
        with borough.reading() as reading:
            shown = [] if person.is_council else suggestions(reading, person, limit=SHOWN)
        if shown:
            new = next(of_providers if person.roles.isdisjoint(GROUP_ROLES) else of_groups)
            say_not_for_us(person, shown[-1].pledge_reference, shown[-1].part_id, new)
            count += 1
