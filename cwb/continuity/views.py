"""What acts over rooms show before they are done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from community_book.base.amounts import Unit
from community_book.base.messages import Message
from cwb.continuity.rules import Change, Deed, Fate, Outcome, Thing


@dataclass(frozen=True)
class Affected:
    """One thing an act reaches: where it is, what it is, whom it concerns, what will happen to it.

    `stands` is its state's code. `amount`, of `unit`, is what is promised of a promise and what is left of a pledge.
    `to_come` of an agreed promise was not reported yet; `kept` is what one that is not agreed holds of its pledge.
    """

    id: int
    subject: str
    reference: str
    title: str
    with_whom: str
    state: Message
    fate: Fate
    stands: str = ""
    unit: Unit | None = None
    amount: int | None = None
    measure: str = ""
    to_come: int = 0
    kept: int = 0
    part_id: int = 0
    last_day: date | None = None


@dataclass(frozen=True)
class Body:
    """The organisation an act is about."""

    id: int
    reference: str
    name: str


@dataclass(frozen=True)
class UndertakingView:
    """An act over many rooms: about whom, by whom, until when it can be undone, and what came of that.

    `by` is empty where the group closed its own entry. `back` and `kept` count things once it was undone. `into_…` is
    the one that stays where two were merged.
    """

    id: int
    reference: str
    deed: Deed
    organisation_id: int
    organisation_name: str
    organisation_reference: str
    by: str
    at_utc: datetime
    until: date
    undone_at_utc: datetime | None
    undone_by: str
    changes: int
    back: int
    kept: int
    into_id: int = 0
    into_name: str = ""
    into_reference: str = ""

    @property
    def is_undone(self) -> bool:
        return self.undone_at_utc is not None

    def can_be_undone(self, on: date) -> bool:
        """Whether its time to be undone has not passed."""
        return not self.is_undone and on <= self.until


@dataclass(frozen=True)
class ChangeView:
    """One thing an act changed: how much of it, and what became of it when the act was undone."""

    kind: Thing
    reference: str
    title: str
    what: Change
    unit: Unit | None
    amount: int | None
    outcome: Outcome | None
    says: Message | None


@dataclass(frozen=True)
class Waiting:
    """A report that waits for somebody's word, and goes on waiting for it."""

    reference: str
    title: str
    state: Message
    unit: Unit
    amount: int | None
    happened_on: date


@dataclass(frozen=True)
class ComingDate:
    """A date within the next weeks."""

    commitment_reference: str
    day: date
    starts_minute: int
    ends_minute: int
    title: str
    with_whom: str
