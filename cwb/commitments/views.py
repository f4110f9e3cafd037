"""The shapes commitments hand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from community_book.base.amounts import Kind, Unit
from community_book.base.messages import Message
from cwb.commitments.rules import CommitmentState, Hosting, Lateness, SessionState, Side, Standing


@dataclass(frozen=True)
class SessionView:
    """One named session of a commitment."""

    id: int
    pledge_session_id: int | None
    need_session_id: int | None
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    amount: int
    state: SessionState


@dataclass(frozen=True)
class CommitmentTerms:
    """What other rooms' steps need of a commitment. `left` can still be reported."""

    id: int
    reference: str
    state: CommitmentState
    state_before_hold: CommitmentState | None
    pledge_id: int
    part_id: int
    provider_id: int
    group_id: int
    kind: Kind
    unit: Unit
    amount: int
    reported: int
    confirmed: int
    verified: int
    unused: int
    first_day: date
    last_day: date
    zone_id: int | None
    zone_note: str
    hosting: Hosting
    hosting_pence_a_visit: int
    people: int | None
    version: int
    sessions: tuple[SessionView, ...]

    @property
    def left(self) -> int:
        return self.amount - self.reported


@dataclass(frozen=True)
class MessageView:
    """One message of the thread: who wrote it, as which organisation."""

    organisation_name: str
    person_name: str
    text: str
    at_utc: datetime


@dataclass(frozen=True)
class ChangeView:
    """A change somebody proposed. `what` is "amount", "dates", "move" or "drop" with its values."""

    id: int
    reference: str
    version: int
    proposed_by: Side
    what: Mapping[str, Any]
    session: SessionView | None
    why: str
    state: str
    proposed_at_utc: datetime
    answered_at_utc: datetime | None


@dataclass(frozen=True)
class NoteView:
    """Somebody said that something did not happen. `outcome` is empty until it is settled."""

    id: int
    session: SessionView | None
    said_by: Side
    text: str
    noted_on: date
    answer_by: date
    outcome: str


@dataclass(frozen=True)
class Contact:
    """A named person of one side; both sides see them once it is agreed."""

    organisation_name: str
    name: str
    email: str
    telephone: str
    is_deputy: bool = False


@dataclass(frozen=True)
class CommitmentRow:
    """A commitment in a list."""

    id: int
    reference: str
    state: CommitmentState
    stage: CommitmentState
    opened_by: Side
    provider_id: int
    provider_name: str
    group_id: int
    group_name: str
    pledge_reference: str
    pledge_title: str
    need_reference: str
    need_title: str
    kind: Kind
    unit: Unit
    amount: int
    reported: int
    first_day: date
    last_day: date
    answer_by: date
    due_on: date | None
    lateness: Lateness
    opened_at_utc: datetime
    agreed_at_utc: datetime | None
    provider_said_yes: bool = True
    group_said_yes: bool = True
    waiting_side: Side | None = None
    reason_code: str = ""

    @property
    def standing(self) -> Standing:
        return Standing(
            self.state,
            self.opened_by,
            self.provider_said_yes,
            self.group_said_yes,
            self.waiting_side,
            self.stage if self.stage is not self.state else None,
        )


@dataclass(frozen=True)
class CommitmentView:
    """A commitment as its page shows it. `side` is the reader's; `may` names the acts open to them now."""

    terms: CommitmentTerms
    standing: Standing
    side: Side | None
    may: frozenset[str]
    provider_name: str
    provider_reference: str
    group_name: str
    group_reference: str
    pledge_reference: str
    pledge_title: str
    need_reference: str
    need_title: str
    item_type: str
    subject: str
    online: bool
    amount_agreed: int | None
    visits: int
    opened_at_utc: datetime
    answer_by: date
    words: str
    condition: str
    condition_by_day: date | None
    agreed_at_utc: datetime | None
    ended_at_utc: datetime | None
    due_on: date | None
    lateness: Lateness
    reason_code: str
    reason: str
    hosting_cost_pence: int | None
    brokered: bool
    messages: tuple[MessageView, ...] = ()
    changes: tuple[ChangeView, ...] = ()
    notes: tuple[NoteView, ...] = ()
    contacts: tuple[Contact, ...] = ()
    held_because: tuple[str, ...] = ()
    host_terms: str = ""
    provider_terms: str = ""

    @property
    def reference(self) -> str:
        return self.terms.reference

    @property
    def version(self) -> int:
        return self.terms.version

    @property
    def state(self) -> CommitmentState:
        return self.terms.state

    @property
    def open_change(self) -> ChangeView | None:
        """The change that waits for an answer, if there is one."""
        return next((change for change in self.changes if change.state == "proposed"), None)


@dataclass(frozen=True)
class PromiseInWords:
    """What a promise tells of itself in one sentence."""

    terms: CommitmentTerms
    provider_name: str
    group_name: str
    need_title: str
    item_type: str
    subject: str
    online: bool
    amount_agreed: int | None


@dataclass(frozen=True)
class LetterAhead:
    """A letter that would be written: to whom, and its words as they will stand there."""

    to: tuple[str, ...]
    subject: Message
    body: tuple[Message, ...]
    about: str


@dataclass(frozen=True)
class ComingSession:
    """A session to come, in the list of what is coming."""

    commitment_reference: str
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    need_title: str
    provider_name: str
    group_name: str
    on_hold: bool
