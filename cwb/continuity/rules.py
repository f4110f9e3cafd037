"""What a suspension, a closed group or a concern means for what is promised. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from community_book.base.actor import Permission, Role
from community_book.base.amounts import Kind, Unit
from community_book.base.messages import N_, Message, Problem

SUSPEND_PROVIDER = Permission("suspend_provider", Role.OFFICER)
CLOSE_GROUP_FOR_IT = Permission("close_group_for_it", Role.OFFICER)

MERGE_GROUPS = Permission("merge_groups", Role.OFFICER)
SEE_UNDERTAKINGS = Permission("see_undertakings", Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
"""Read what was suspended and closed, and what was undone of it."""

SUSPENDED = "suspended"
CONCERN = "concern"
"""Why a promise is on hold, where the council did not say so on the promise itself."""

VISITS_AND_SHARED_PREMISES = frozenset(
    {Kind.HANDS, Kind.ADVICE, Kind.ROLE, Kind.SEATS, Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT, Kind.LAND, Kind.JOBS}
)
"""Kinds in which people of the provider meet people of the group, or use its premises (domain.md 4, Admission)."""


class Klass(StrEnum):
    """Why a provider is suspended: for safety, everything that meets people stops at once."""

    SAFETY = "safety"
    OTHER = "other"


class Deed(StrEnum):
    """An act over many rooms that can be undone as a whole."""

    SUSPEND = "suspend"
    CLOSE_GROUP = "close_group"
    MERGE = "merge"


DEED_LABELS: dict[Deed, Message] = {
    Deed.SUSPEND: Message(N_("Provider suspended")),
    Deed.CLOSE_GROUP: Message(N_("Group closed")),
    Deed.MERGE: Message(N_("Merged with another entry")),
}
UNDOES: dict[Deed, Permission] = {
    Deed.SUSPEND: SUSPEND_PROVIDER,
    Deed.CLOSE_GROUP: CLOSE_GROUP_FOR_IT,
    Deed.MERGE: MERGE_GROUPS,
}
"""Who may do it may undo it."""


class Thing(StrEnum):
    """What such an act changes, in the order in which it is put back."""

    ORGANISATION = "organisation"
    ADMISSION = "admission"
    ENTRY = "entry"
    ACTIVITY = "activity"
    PERSON = "person"
    PLEDGE = "pledge"
    NEED = "need"
    COMMITMENT = "commitment"
    DELIVERY = "delivery"
    LINK = "link"
    INVITATION = "invitation"
    WORD = "word"


THING_LABELS: dict[Thing, Message] = {
    Thing.ORGANISATION: Message(N_("Organisation")),
    Thing.ADMISSION: Message(N_("Place on a framework")),
    Thing.ENTRY: Message(N_("Entry in the Book")),
    Thing.ACTIVITY: Message(N_("What is on")),
    Thing.PERSON: Message(N_("Somebody's role")),
    Thing.PLEDGE: Message(N_("Pledge")),
    Thing.NEED: Message(N_("Need")),
    Thing.COMMITMENT: Message(N_("Promise")),
    Thing.DELIVERY: Message(N_("Report")),
    Thing.LINK: Message(N_("Link in a letter")),
    Thing.INVITATION: Message(N_("Invitation")),
    Thing.WORD: Message(N_("“Not for us”")),
}


class Change(StrEnum):
    """What was done to one thing."""

    SUSPENDED = "suspended"
    CLOSED = "closed"
    PAUSED = "paused"
    HELD = "held"
    LAPSED = "lapsed"
    STOPPED = "stopped"
    MOVED = "moved"
    MERGED = "merged"


CHANGE_LABELS: dict[Change, Message] = {
    Change.SUSPENDED: Message(N_("suspended")),
    Change.CLOSED: Message(N_("closed")),
    Change.PAUSED: Message(N_("paused")),
    Change.HELD: Message(N_("put on hold")),
    Change.LAPSED: Message(N_("ended before it was agreed")),
    Change.STOPPED: Message(N_("stopped early")),
    Change.MOVED: Message(N_("moved to the one that stays")),
    Change.MERGED: Message(N_("leads to the one that stays")),
}


class Outcome(StrEnum):
    """What became of one thing when the act was undone: back as it was, or left, with the reason."""

    BACK = "back"
    KEPT = "kept"


class Fate(StrEnum):
    """What will happen to one thing."""

    HELD = "held"
    CHOICE = "choice"
    GOES_ON = "goes_on"
    STAYS = "stays"
    LAPSES = "lapses"
    PAUSED = "paused"
    ENDS = "ends"
    CLOSES = "closes"


FATE_LABELS: dict[Fate, Message] = {
    Fate.HELD: Message(N_("is on hold at once; the group sees “on hold”")),
    Fate.CHOICE: Message(N_("goes on, unless you tick it: then it is put on hold")),
    Fate.GOES_ON: Message(N_("goes on: nobody meets anybody in it")),
    Fate.STAYS: Message(N_("goes on as agreed")),
    Fate.LAPSES: Message(N_("ends before it was agreed, without a reason being given")),
    Fate.PAUSED: Message(N_("is paused and offered to nobody")),
    Fate.ENDS: Message(N_("is stopped early; what was not delivered goes back to the pledge, what was stays counted")),
    Fate.CLOSES: Message(N_("is closed with your words as the answer")),
}


FATE_COUNTS: dict[Fate, Message] = {
    Fate.HELD: Message(N_("promises are put on hold at once; the group sees “on hold”")),
    Fate.GOES_ON: Message(N_("promises go on: nobody meets anybody in them")),
    Fate.STAYS: Message(N_("promises go on as agreed")),
    Fate.LAPSES: Message(N_("offers and requests end before they are agreed, without a reason being given")),
    Fate.ENDS: Message(N_("promises stop early; what was not delivered goes back to the pledges")),
    Fate.PAUSED: Message(N_("pledges are paused and offered to nobody")),
    Fate.CLOSES: Message(N_("needs are closed with your words as the answer")),
}
"""The same of many, after their number."""


def fate_of_promise(klass: Klass, kind: Kind, *, is_open: bool) -> Fate:
    """What a suspension does to a promise of the provider: what is not agreed yet lapses, whatever the class."""
    if is_open:
        return Fate.LAPSES
    if klass is Klass.SAFETY:
        return Fate.HELD if kind in VISITS_AND_SHARED_PREMISES else Fate.GOES_ON
    return Fate.CHOICE


class Column(StrEnum):
    """What totals before and after an act are told of."""

    ON_OFFER = "on_offer"
    KEPT = "kept"
    GOING = "going"
    HELD = "held"
    BACK = "back"
    PAST = "past"
    ASKED = "asked"


COLUMN_LABELS: dict[Column, Message] = {
    Column.ON_OFFER: Message(N_("On offer to groups")),
    Column.KEPT: Message(N_("Kept for offers")),
    Column.GOING: Message(N_("Promised, still to come")),
    Column.HELD: Message(N_("Promised, on hold")),
    Column.BACK: Message(N_("Back on the pledges")),
    Column.PAST: Message(N_("Lost: its time has passed")),
    Column.ASKED: Message(N_("Asked for, not promised")),
}


@dataclass(frozen=True)
class Line:
    """What one thing adds to a total, before an act and after it, in whole numbers of its unit."""

    label: str | Message
    unit: Unit
    column: Column
    before: int
    after: int


@dataclass(frozen=True)
class Total:
    """The sums of one measure or kind in its one unit: column -> (before, after)."""

    label: str | Message
    unit: Unit
    sums: dict[Column, tuple[int, int]]


def sum_up(lines: Iterable[Line]) -> list[Total]:
    """Totals by measure (or kind) and unit, in the order of the labels. Nothing is ever added over two of them."""
    found: dict[tuple[str, Unit], Total] = {}
    for line in lines:
        total = found.setdefault((str(line.label), line.unit), Total(line.label, line.unit, {}))
        before, after = total.sums.get(line.column, (0, 0))
        total.sums[line.column] = (before + line.before, after + line.after)
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True)
class Suspension:
    """What an officer decides: the class, the reason (for the council only), and which promises to hold.

    `chosen` are references of further promises to hold, ticked on other pages of a long list, with spaces between.
    """

    klass: str
    reason: str
    hold: tuple[str, ...] = ()
    chosen: str = ""

    @property
    def to_hold(self) -> frozenset[str]:
        """Every promise that was named."""
        return frozenset(self.hold) | frozenset(self.chosen.split())


@dataclass(frozen=True)
class Merging:
    """The reference of the entry that stays."""

    into: str


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


ACT_WORDS: dict[str, Message] = {
    "provider.suspend": Message(N_("Provider suspended")),
    "provider.lift": Message(N_("Suspension lifted")),
    "group.close_for_it": Message(N_("Group closed by the council")),
    "group.end_promises": Message(N_("Promises to a closed group ended")),
    "undertaking.undo_suspend": Message(N_("Suspension undone as a whole")),
    "group.merge": Message(N_("Two entries of a group merged")),
    "undertaking.undo_merge": Message(N_("Merging undone as a whole")),
    "undertaking.undo_close_group": Message(N_("Closing of a group undone as a whole")),
}
"""For the record of all acts."""
