"""What a suspension, a closed group or a concern means for what is promised. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.amounts import Kind
from community_book.base.messages import N_, Message, Problem

SUSPEND_PROVIDER = Permission("suspend_provider", Role.OFFICER)
CLOSE_GROUP_FOR_IT = Permission("close_group_for_it", Role.OFFICER)

VISITS_AND_SHARED_PREMISES = frozenset(
    {Kind.HANDS, Kind.ADVICE, Kind.ROLE, Kind.SEATS, Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT, Kind.LAND, Kind.JOBS}
)
"""Kinds in which people of the provider meet people of the group, or use its premises (domain.md 4, Admission)."""


class Klass(StrEnum):
    """Why a provider is suspended: for safety, everything that meets people stops at once."""

    SAFETY = "safety"
    OTHER = "other"


class Fate(StrEnum):
    """What will happen to one thing."""

    HELD = "held"
    CHOICE = "choice"
    GOES_ON = "goes_on"
    LAPSES = "lapses"
    PAUSED = "paused"
    ENDS = "ends"
    CLOSES = "closes"


FATE_LABELS: dict[Fate, Message] = {
    Fate.HELD: Message(N_("is on hold at once; the group sees “on hold”")),
    Fate.CHOICE: Message(N_("goes on, unless you tick it: then it is put on hold")),
    Fate.GOES_ON: Message(N_("goes on: nobody meets anybody in it")),
    Fate.LAPSES: Message(N_("ends before it was agreed, without a reason being given")),
    Fate.PAUSED: Message(N_("is paused and offered to nobody")),
    Fate.ENDS: Message(N_("is stopped early; what was not delivered goes back to the pledge, what was stays counted")),
    Fate.CLOSES: Message(N_("is closed with your words as the answer")),
}


def fate_of_promise(klass: Klass, kind: Kind, *, is_open: bool) -> Fate:
    """What a suspension does to a promise of the provider: what is not agreed yet lapses, whatever the class."""
    if is_open:
        return Fate.LAPSES
    if klass is Klass.SAFETY:
        return Fate.HELD if kind in VISITS_AND_SHARED_PREMISES else Fate.GOES_ON
    return Fate.CHOICE


@dataclass(frozen=True)
class Suspension:
    """What an officer decides: the class, the reason (for the council only), and which promises to hold."""

    klass: str
    reason: str
    hold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Words for an act that asks for nothing else."""

    reason: str


def check_suspension(new: Suspension) -> list[Problem]:
    """What is missing in a suspension."""
    problems = []
    if new.klass not in set(Klass):
        problems.append(Problem("klass", Message(N_("Choose why the provider is suspended"))))
    if len(new.reason) < 5:
        problems.append(Problem("reason", Message(N_("Write the reason; only the council sees it"))))
    return problems


def about_provider(reference: str) -> str:
    """How a hold names the suspension it belongs to."""
    return f"organisation:{reference}"
