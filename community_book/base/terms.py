"""Words needs and pledges share: item types, subjects, features, conditions. Both sides are compared by them."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.amounts import Kind
from community_book.base.messages import N_, Message

ITEM_TYPES: dict[str, Message] = {
    "laptops": Message(N_("Laptops and computers")),
    "tablets": Message(N_("Tablets and telephones")),
    "furniture": Message(N_("Furniture")),
    "kitchen": Message(N_("Kitchen equipment")),
    "garden": Message(N_("Garden tools and plants")),
    "sports": Message(N_("Sports and play equipment")),
    "craft": Message(N_("Craft and art materials")),
    "care": Message(N_("Mobility and care equipment")),
    "food": Message(N_("Food and household goods")),
    "other": Message(N_("Something else")),
}

SUBJECTS: dict[str, Message] = {
    "accounts": Message(N_("Accounts and bookkeeping")),
    "bids": Message(N_("Funding bids")),
    "hr": Message(N_("Employing people")),
    "policies": Message(N_("Policies and safeguarding procedures")),
    "it": Message(N_("Computers and websites")),
    "publicity": Message(N_("Publicity and design")),
    "premises": Message(N_("Buildings and premises")),
    "governance": Message(N_("Running a committee")),
    "legal": Message(N_("Legal form and contracts")),
    "health": Message(N_("Health, care and first aid")),
}


@dataclass(frozen=True)
class Feature:
    """A hard filter. Counts are "at least this many"; the others are yes or nothing."""

    key: str
    label: Message
    is_count: bool


SEATS = Feature("seats", Message(N_("Seats")), True)
WHEELCHAIR_PLACES = Feature("wheelchair_places", Message(N_("Wheelchair places")), True)
DRIVER = Feature("driver", Message(N_("Driver included")), False)
STEP_FREE = Feature("step_free", Message(N_("Step-free")), False)
KITCHEN = Feature("kitchen", Message(N_("Kitchen")), False)
CAPACITY = Feature("capacity", Message(N_("People it holds")), True)

FEATURES: dict[Kind, tuple[Feature, ...]] = {
    Kind.VEHICLE: (SEATS, WHEELCHAIR_PLACES, DRIVER),
    Kind.ROOM: (CAPACITY, STEP_FREE, KITCHEN),
    Kind.EQUIPMENT: (CAPACITY, STEP_FREE),
    Kind.LAND: (STEP_FREE,),
    Kind.SEATS: (STEP_FREE,),
}
"""Which features a kind asks about."""

KINDS_ONLINE = frozenset({Kind.ADVICE, Kind.SEATS, Kind.ROLE})
"""Kinds that can be done online."""

DBS_LEVELS: dict[str, Message] = {
    "none": Message(N_("No check is needed")),
    "basic": Message(N_("Basic check")),
    "standard": Message(N_("Standard check")),
    "enhanced": Message(N_("Enhanced check")),
}
"""Lowest first: the level a task allows to be asked, and the level a provider confirms."""

NOT_WANTED: dict[str, Message] = {
    "once": Message(N_("A single visit, and then nobody again")),
    "changing": Message(N_("Different people each time")),
    "weekends": Message(N_("Help at weekends")),
    "evenings": Message(N_("Help after 6 in the evening")),
    "used": Message(N_("Second-hand things")),
    "publicity": Message(N_("Photographs or publicity in return")),
}
"""What a group can say would not help; its own words stand beside it, in its terms."""

NOT_WANTED_OF: dict[Kind, tuple[str, ...]] = {
    Kind.ADVICE: ("once", "changing", "weekends", "evenings", "publicity"),
    Kind.HANDS: ("once", "changing", "weekends", "evenings", "publicity"),
    Kind.ROLE: ("publicity",),
    Kind.MONEY: ("publicity",),
    Kind.GOODS: ("used", "publicity"),
    Kind.SEATS: ("weekends", "evenings"),
}
"""Which of them are asked about for each kind; none where a thing on named days is asked for."""

EVENING_MINUTE = 18 * 60
"""From when on it is evening, in minutes after midnight."""

NEED_CONDITIONS = ("dbs", "insurance", "has_licence", "has_permit", "not_wanted", "terms")
"""Keys of a part's conditions: level asked of helpers, insurance asked (bool), what the group itself has for a
vehicle without driver (bools), what would not help (keys of NOT_WANTED), the host's terms in words."""

PLEDGE_CONDITIONS = ("dbs", "insured", "needs_licence", "needs_permit", "terms")
"""Keys of a pledge's conditions: level confirmed, insured (bool), what the group must have for a vehicle
without driver (bools), the provider's terms in words."""
