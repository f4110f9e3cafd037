"""Commitments in plain words: what is promised in one sentence, changes, how it ended, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from community_book.base.amounts import Kind, Unit, say_amount
from community_book.base.audit import PastAct
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, say_date, say_session, say_time
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from cwb.commitments.rules import (
    DECLINE_REASONS,
    DROPPED,
    END_REASONS,
    HOSTING_LABELS,
    OPEN,
    STATE_LABELS,
    CommitmentState,
    Hosting,
    SessionState,
)
from cwb.commitments.views import ChangeView, CommitmentRow, CommitmentTerms, CommitmentView, SessionView

_WILL: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("%(provider)s gives %(group)s %(amount)s of advice (%(what)s)")),
    Kind.HANDS: Message(N_("%(provider)s gives %(group)s %(amount)s of helping hands")),
    Kind.ROLE: Message(N_("%(provider)s fills a role at %(group)s: %(amount)s")),
    Kind.MONEY: Message(N_("%(provider)s gives %(group)s %(amount)s")),
    Kind.GOODS: Message(N_("%(provider)s gives %(group)s %(amount)s (%(what)s)")),
    Kind.ROOM: Message(N_("%(provider)s lends %(group)s a room for %(amount)s")),
    Kind.VEHICLE: Message(N_("%(provider)s lends %(group)s a vehicle for %(amount)s")),
    Kind.EQUIPMENT: Message(N_("%(provider)s lends %(group)s equipment for %(amount)s")),
    Kind.LAND: Message(N_("%(provider)s opens land to %(group)s: %(amount)s")),
    Kind.JOBS: Message(N_("%(provider)s takes on %(amount)s with the help of %(group)s")),
    Kind.SEATS: Message(N_("%(provider)s opens places to %(group)s, for %(amount)s")),
    Kind.TRADE: Message(N_("%(provider)s gives %(group)s paid work for %(amount)s")),
    Kind.CONDUCT: Message(N_("%(provider)s does this with %(group)s: %(amount)s")),
}


HEADINGS: dict[CommitmentState, Message] = {
    CommitmentState.ASKED: Message(N_("What is asked for")),
    CommitmentState.PROPOSED: Message(N_("What is proposed")),
}
OFFER_HEADING = Message(N_("What is offered"))
AGREED_HEADING = Message(N_("What was agreed"))


def say_heading(view: CommitmentView) -> Message:
    """What stands above the sentence."""
    if view.agreed_at_utc is not None:
        return AGREED_HEADING
    return HEADINGS.get(view.standing.stage, OFFER_HEADING)


class InWords(Protocol):
    """What a promise must tell of itself to be said in one sentence."""

    @property
    def terms(self) -> CommitmentTerms: ...
    @property
    def provider_name(self) -> str: ...
    @property
    def group_name(self) -> str: ...
    @property
    def item_type(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def online(self) -> bool: ...
    @property
    def amount_agreed(self) -> int | None: ...


def say_promise(view: InWords) -> Message:
    """What is promised, or would be, in one sentence."""
    return Message(N_("%(who_what)s, %(when)s."), who_what=_who_what(view), when=_when(view))


def _who_what(view: InWords) -> Message:
    terms = view.terms
    what = ITEM_TYPES.get(view.item_type) if terms.kind is Kind.GOODS else SUBJECTS.get(view.subject)
    amount = terms.amount
    if terms.state in OPEN or view.amount_agreed is None:
        shown = amount
    else:
        shown = amount if terms.state not in DROPPED and amount else view.amount_agreed
    template = _WILL[terms.kind].template
    return Message(
        template,
        provider=view.provider_name,
        group=view.group_name,
        amount=say_amount(terms.unit, shown),
        what=what or Message(N_("as described")),
    )


def _when(view: InWords) -> Message:
    terms = view.terms
    standing = [s for s in terms.sessions if s.state in {SessionState.PLANNED, SessionState.REPORTED}] or [
        *terms.sessions
    ]
    online = Message(N_("online, ")) if view.online else Message("")
    if len(standing) == 1:
        return Message(N_("%(online)son %(session)s"), online=online, session=_session_words(standing[0]))
    if standing:
        times = {(s.starts_minute, s.ends_minute) for s in standing}
        said = Message(
            N_("%(online)son %(count)s dates from %(first)s to %(last)s"),
            online=online,
            count=len(standing),
            first=say_date(standing[0].day),
            last=say_date(standing[-1].day),
        )
        if len(times) == 1:
            starts, ends = times.pop()
            return Message(
                N_("%(dates)s, %(starts)s to %(ends)s"), dates=said, starts=say_time(starts), ends=say_time(ends)
            )
        return said
    if terms.first_day == terms.last_day:
        return Message(N_("%(online)son %(day)s"), online=online, day=say_date(terms.first_day))
    return Message(
        N_("%(online)sbetween %(first)s and %(last)s"),
        online=online,
        first=say_date(terms.first_day),
        last=say_date(terms.last_day),
    )


def _session_words(session: SessionView) -> Message:
    return say_session(Session(session.day, session.starts_minute, session.ends_minute, session.at_once))


def say_one_session(session: SessionView) -> Message:
    """A date with its times."""
    return _session_words(session)


def say_hosting(view: CommitmentView) -> Message | None:
    """What a visit costs the group and what is paid of it: a cost, counted under nothing."""
    cost = view.hosting_cost_pence
    if not cost:
        return None
    hosting, pence = view.terms.hosting, view.terms.hosting_pence_a_visit
    if hosting is Hosting.PART:
        return Message(
            N_("A visit costs the group %(cost)s. The provider pays %(paid)s of it."),
            cost=say_amount(Unit.PENCE, cost),
            paid=say_amount(Unit.PENCE, pence),
        )
    return Message(
        N_("A visit costs the group %(cost)s. %(who)s."), cost=say_amount(Unit.PENCE, cost), who=HOSTING_LABELS[hosting]
    )


OVER_BECAUSE: dict[str, Message] = {
    "not_available": Message(N_("This help is not available any more. Nobody needs to answer.")),
    "need_over": Message(N_("The need it was for is no longer open. Nobody needs to answer.")),
    "part_over": Message(
        N_("The group no longer asks for this: other help was found for its need, or it needs it no more.")
    ),
    "pledge_over": Message(N_("This help is no longer on offer. Nobody needs to answer.")),
}
"""Why something open ended without an answer of either side."""


def say_state(row: CommitmentRow | CommitmentView) -> Message:
    """The state in words; "over" where it ended for a reason of neither side."""
    if row.state is CommitmentState.LAPSED and row.reason_code in OVER_BECAUSE:
        return Message(N_("over"))
    return STATE_LABELS[row.state]


def say_reason(view: CommitmentView) -> Message | None:
    """Why it ended, from the list people choose from."""
    return _reason_of(view.reason_code)


def _reason_of(code: str) -> Message | None:
    return OVER_BECAUSE.get(code) or DECLINE_REASONS.get(code) or END_REASONS.get(code)


def held_words(title: str) -> tuple[Message, ...]:
    """Subject and lines of the letter to both sides: on hold, and no reason."""
    return (
        Message(N_("On hold: %(title)s"), title=title),
        Message(N_("Please do nothing further until you hear from us. Questions? Call the council.")),
    )


def lapsed_words(title: str, why: str) -> tuple[Message, ...]:
    """Subject and lines of the letter to both sides, without blame: it is not open any more."""
    none_came = Message(N_("There was no answer in time, so both sides are free again. It can be begun anew."))
    return Message(N_("No longer open: %(title)s"), title=title), OVER_BECAUSE.get(why) or none_came


_ENDED: dict[str, Message] = {
    CommitmentState.COMPLETED: Message(N_("Completed, thank you: %(title)s")),
    CommitmentState.ENDED_SHORT: Message(N_("Stopped early: %(title)s")),
    CommitmentState.CANCELLED: Message(N_("Called off: %(title)s")),
}


def ended_words(title: str, how: str, reason_code: str, reason: str) -> tuple[Message, ...]:
    """Subject and lines of the letter to both sides: completed, stopped early or called off."""
    said = _reason_of(reason_code)
    words = Message("%(text)s", text=reason) if reason else None
    return (Message(_ENDED[how].template, title=title), *(line for line in (said, words) if line is not None))


def say_change(change: ChangeView, unit: Unit) -> Message:
    """A proposed change in words."""
    what = change.what
    match what.get("what"):
        case "amount":
            return Message(N_("Make it %(amount)s in all"), amount=say_amount(unit, int(what["amount"])))
        case "dates":
            return Message(
                N_("From %(first)s to %(last)s"), first=_date(what["first_day"]), last=_date(what["last_day"])
            )
        case "move":
            return Message(
                N_("Move %(old)s to %(new)s, %(starts)s to %(ends)s"),
                old=_date(what["from_day"]),
                new=_date(what["day"]),
                starts=say_time(int(what["starts_minute"])),
                ends=say_time(int(what["ends_minute"])),
            )
    return Message(N_("Give up %(day)s"), day=_date(what["from_day"]))


def _date(stored: str) -> Message:
    return say_date(datetime.fromisoformat(stored).date())


CHANGE_LABELS: dict[str, Message] = {
    "proposed": Message(N_("waits for an answer")),
    "agreed": Message(N_("agreed")),
    "declined": Message(N_("declined")),
    "taken_back": Message(N_("taken back")),
    "over": Message(N_("dropped")),
}

NOTE_LABELS: dict[str, Message] = {
    "": Message(N_("the provider is asked to answer")),
    "agreed": Message(N_("the provider agrees: not used")),
    "not_used": Message(N_("no answer in time: counts as not used")),
    "no_answer": Message(N_("no answer in time")),
    "reported": Message(N_("a report was made")),
    "changed": Message(N_("moved to another day")),
}

ACTS: dict[str, Message] = {
    "commitment.offer": Message(N_("Offered")),
    "commitment.ask": Message(N_("Asked for")),
    "commitment.propose": Message(N_("Proposed to both")),
    "commitment.accept": Message(N_("Accepted")),
    "commitment.meet": Message(N_("Accepted for good")),
    "commitment.accept_on_condition": Message(N_("Accepted on a condition")),
    "commitment.ask_committee": Message(N_("Taken to a committee")),
    "commitment.decline": Message(N_("Declined")),
    "commitment.take_back": Message(N_("Taken back")),
    "commitment.nudge": Message(N_("Reminded of the answer")),
    "commitment.lapse": Message(N_("Over without an answer")),
    "commitment.put_back": Message(N_("Put back where it was")),
    "commitment.start": Message(N_("Began")),
    "commitment.propose_change": Message(N_("A change was proposed")),
    "commitment.change_agreed": Message(N_("The change was agreed")),
    "commitment.change_declined": Message(N_("The change was declined")),
    "commitment.change_taken_back": Message(N_("The change was taken back")),
    "commitment.did_not_happen": Message(N_("Said that it did not happen")),
    "commitment.agree_did_not_happen": Message(N_("Agreed that it did not happen")),
    "commitment.not_used": Message(N_("Counted as not used")),
    "commitment.hold": Message(N_("Put on hold")),
    "commitment.release": Message(N_("Goes on")),
    "commitment.ask_what_happened": Message(N_("Both sides were asked what happened")),
    "commitment.complete": Message(N_("Completed")),
    "commitment.end_short": Message(N_("Stopped early")),
    "commitment.cancel": Message(N_("Called off")),
}
"""What the history shows; what the site only works out is left out."""


@dataclass(frozen=True)
class Told:
    """One line of the history."""

    at_utc: datetime
    what: Message
    by: str
    for_them: bool


def told(acts: Sequence[PastAct], view: CommitmentView) -> list[Told]:
    """The acts on a commitment, newest first, with the organisation that did them; never a person."""
    names = {view.provider_reference: view.provider_name, view.group_reference: view.group_name}
    found = []
    for act in acts:
        if act.act not in ACTS:
            continue
        by = names.get(act.acting_as, "")
        found.append(Told(act.at_utc, ACTS[act.act], by, act.channel == "on behalf"))
    return found
