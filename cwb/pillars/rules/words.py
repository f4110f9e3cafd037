"""The five pillars and what a measure may be, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.amounts import Unit
from community_book.base.messages import N_, Message

EDIT_MEASURES = Permission("edit_measures", Role.ADMINISTRATOR)


@dataclass(frozen=True)
class PillarWords:
    """A pillar's number, its name, and what it means in plain words."""

    number: int
    name: str
    plainly: str


PILLARS: tuple[PillarWords, ...] = (
    PillarWords(
        1,
        "Progressive procurement",
        "What is bought, and from whom. Money spent with local firms, charities and co-operatives goes round again "
        "in the borough.",
    ),
    PillarWords(
        2,
        "Fair employment",
        "Good jobs, fair pay and a way in for people who are often kept out. Care is local work: how it is paid "
        "decides how many families here live.",
    ),
    PillarWords(
        3,
        "Socially productive land and assets",
        "Rooms, minibuses, kitchens, gardens: things that stand empty part of the week can be used by those who "
        "need them.",
    ),
    PillarWords(
        4,
        "Making financial power work",
        "Grants, savings, surpluses and things given: money made to work where it was earned.",
    ),
    PillarWords(
        5,
        "Plural ownership of the local economy",
        "More people with a share and a say: co-operatives, community businesses, and strong groups that run "
        "things for themselves.",
    ),
)
"""As they are before an administrator rewords them. The numbers stay."""

PILLAR_KEYS: dict[str, int] = {
    "progressive procurement": 1,
    "fair employment": 2,
    "socially productive land and assets": 3,
    "making financial power work": 4,
    "plural ownership": 5,
    "plural ownership of the local economy": 5,
}
"""How packs name the pillars, whatever a council calls them; a number from 1 to 5 does too."""


class Nature(StrEnum):
    """Whether a measure adds up or is a rate on a date."""

    AMOUNT = "amount"
    LEVEL = "level"


class Brokered(StrEnum):
    """Whether it is delivered to a group."""

    YES = "yes"
    NO = "no"
    MAY = "may"


class ConfirmedBy(StrEnum):
    """Whose word makes a report more than a report."""

    GROUP = "group"
    COUNCIL = "council"


NATURE_LABELS: dict[Nature, Message] = {
    Nature.AMOUNT: Message(N_("an amount, which adds up")),
    Nature.LEVEL: Message(N_("a level: a rate on a date, never added up")),
}
BROKERED_LABELS: dict[Brokered, Message] = {
    Brokered.YES: Message(N_("delivered to a group")),
    Brokered.NO: Message(N_("done in the provider's own house")),
    Brokered.MAY: Message(N_("with a group or in the provider's own house")),
}
CONFIRMED_LABELS: dict[ConfirmedBy, Message] = {
    ConfirmedBy.GROUP: Message(N_("the group confirms, the council verifies")),
    ConfirmedBy.COUNCIL: Message(N_("the council verifies on documents; no group confirms")),
}
UNIT_LABELS: dict[Unit, Message] = {
    Unit.MINUTES: Message(N_("hours and minutes")),
    Unit.PENCE: Message(N_("pounds")),
    Unit.PEOPLE: Message(N_("people")),
    Unit.ITEMS: Message(N_("items")),
    Unit.PLOT_WEEKS: Message(N_("plot-weeks")),
    Unit.WHOLE_NUMBERS: Message(N_("two whole numbers, like 43 of 50")),
}
"""What a measure is counted in, as people say it."""

SHOWN_UNDER: dict[str, Message] = {
    "ownership_and_say": Message(N_("Change of ownership and say")),
    "help_to_groups": Message(N_("Help to community-owned groups")),
}
"""The two parts of plural ownership, shown apart."""

PLURAL_OWNERSHIP = 5

TEXTS: dict[str, int] = {
    "title": 160,
    "theme": 60,
    "evidence_asked": 500,
    "what_counts": 500,
    "why_this_pillar": 500,
}
"""The fields of a measure that are words, and how long each may be."""


@dataclass(frozen=True)
class PillarWording:
    """A pillar's new words."""

    name: str
    plainly: str
    version: int | None = None


@dataclass(frozen=True)
class MeasureWording:
    """What an administrator may change of a measure: its words, and when two verifiers are needed."""

    title: str
    theme: str
    what_counts: str
    evidence_asked: str
    why_this_pillar: str
    two_verifiers_above: int | None
    version: int | None = None
