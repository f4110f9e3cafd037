"""What people are written about reports. No names of people: those stand on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, system
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.sessions import say_date
from cwb.deliveries import queries
from cwb.deliveries.rules import Who
from cwb.deliveries.saying import say_report
from cwb.deliveries.views import DeliveryView

Source = Callable[[Session, Event], Sequence[Letter]]
WHAT_HAPPENED = Message(N_("Say what happened, with one tap"))
DECIDES = ("verify", "verify_in_part", "reject", "decide_appeal")


def _delivery(reading: Session, event: Event) -> DeliveryView | None:
    try:
        return queries.delivery(reading, system("letters"), str(event.payload["delivery_reference"]))
    except NotThere:
        return None


def _title(view: DeliveryView) -> str:
    return view.need_title or view.pledge_title


def _to(view: DeliveryView, who: Who, subject: Message, *body: Message | None, ask: bool = False) -> Letter | None:
    """A letter to one side; None where there is no such side. `ask` adds the one-tap answer."""
    organisation_id = view.provider_id if who is Who.PROVIDER else view.group_id
    if organisation_id is None:
        return None
    roles = PROVIDER_ROLES if who is Who.PROVIDER else GROUP_ROLES
    return Letter(
        organisation_id=organisation_id,
        person_ids=(),
        subject=subject,
        body=(say_report(view), *(line for line in body if line is not None)),
        about=view.subject,
        link_act=queries.LINK_ACT if ask else None,
        link_subject=view.subject if ask else None,
        link_label=WHAT_HAPPENED if ask else None,
        roles=frozenset(str(role) for role in roles),
    )


def _asked(reading: Session, view: DeliveryView, letter: Letter | None) -> Letter | None:
    """The same letter, by mail to the group's contact where nobody of the group has an account."""
    if letter is None or view.group_id is None:
        return letter
    email = queries.contact_without_account(reading, view.group_id)
    return replace(letter, emails=(email,)) if email else letter


def _sent(*letters: Letter | None) -> list[Letter]:
    return [letter for letter in letters if letter is not None]


def _words(text: str) -> Message | None:
    return Message("%(text)s", text=text) if text else None


def _reason(view: DeliveryView, *acts: str) -> Message | None:
    said = view.last_said(*acts)
    return _words(said.reason) if said else None


def _by(view: DeliveryView) -> Message | None:
    if view.answer_by is None:
        return None
    return Message(N_("Please answer by %(day)s: yes, only a part, or no."), day=say_date(view.answer_by))


def _ask_group(reading: Session, view: DeliveryView, subject: Message, *body: Message | None) -> list[Letter]:
    return _sent(_asked(reading, view, _to(view, Who.GROUP, subject, *body, _by(view), ask=True)))


def reported(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: this was reported. The group is asked; the provider may query."""
    view = _delivery(reading, event)
    if view is None or view.group_id is None:
        return []
    if view.side is Who.GROUP:
        by = Message(N_("If it is wrong, say so by %(day)s."), day=say_date(view.answer_by)) if view.answer_by else None
        return _sent(_to(view, Who.PROVIDER, Message(N_("%(who)s says what happened"), who=view.group_name), by))
    if view.case.is_early:
        later = Message(N_("We ask you on %(day)s whether it still holds."), day=say_date(view.counts_on))
        return _sent(_to(view, Who.GROUP, Message(N_("A start was reported: %(title)s"), title=_title(view)), later))
    if not view.case.group_confirms:
        wrong = Message(N_("The council verifies it. If it is wrong, say so on its page."))
        return _sent(_to(view, Who.GROUP, Message(N_("What happened: %(title)s"), title=_title(view)), wrong))
    return _ask_group(reading, view, Message(N_("Did it happen? %(title)s"), title=_title(view)))


def amended(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: the report was put right, some left early, or the rest was added."""
    view = _delivery(reading, event)
    if view is None or view.group_id is None or "added" in event.payload:
        return []
    if "left_early" in event.payload:
        subject = Message(N_("Somebody left early: %(title)s"), title=_title(view))
        return _sent(_to(view, view.side.other, subject, _reason(view, "leave_out")))
    return reported(reading, event)


def recorded_for(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group: the council wrote this down for you; it counts unless you object."""
    view = _delivery(reading, event)
    if view is None or view.answer_by is None:
        return []
    body = Message(
        N_(
            "The council wrote down that you confirmed this. If that is right, you need do nothing. "
            "If not, say so by %(day)s."
        ),
        day=say_date(view.answer_by),
    )
    letter = _to(view, Who.GROUP, Message(N_("Is this right? %(title)s"), title=_title(view)), body, ask=True)
    return _sent(_asked(reading, view, letter))


def nudged(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group, again."""
    view = _delivery(reading, event)
    if view is None:
        return []
    return _ask_group(reading, view, Message(N_("Still waiting for your word: %(title)s"), title=_title(view)))


def qualified(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group: the time is over; did it hold?"""
    view = _delivery(reading, event)
    if view is None:
        return []
    return _ask_group(reading, view, Message(N_("Does it still hold? %(title)s"), title=_title(view)))


def unanswered(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: no answer in time. The group can still be heard."""
    view = _delivery(reading, event)
    if view is None:
        return []
    subject = Message(N_("No answer in time: %(title)s"), title=_title(view))
    heard = Message(N_("The council decides on the documents. Until then your word is still heard."))
    told = Message(N_("The council decides on the documents. It is not counted as confirmed by the group."))
    letter = _to(view, Who.GROUP, subject, heard, ask=True)
    return _sent(_asked(reading, view, letter), _to(view, Who.PROVIDER, subject, told))


def confirmed(reading: Session, event: Event) -> Sequence[Letter]:
    """To the provider: the group has confirmed it."""
    view = _delivery(reading, event)
    if view is None or event.payload.get("at_once"):
        return []
    subject = Message(N_("%(who)s says that it happened"), who=view.group_name)
    if view.state == "confirmed_in_part":
        subject = Message(N_("%(who)s says that a part of it happened"), who=view.group_name)
    return _sent(_to(view, Who.PROVIDER, subject, _reason(view, "confirm_in_part", "confirm")))


def queried(reading: Session, event: Event) -> Sequence[Letter]:
    """To the side that reported: a question, and what can be done."""
    view = _delivery(reading, event)
    if view is None:
        return []
    subject = Message(N_("A question about your report: %(title)s"), title=_title(view))
    if event.payload.get("did_not_happen"):
        subject = Message(N_("It did not happen, we are told: %(title)s"), title=_title(view))
    what = Message(N_("Put the report right or take it back. If you cannot agree, the council decides."))
    return _sent(_to(view, view.side, subject, _reason(view, "query"), what))


def decided_query(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: the council has decided about a query."""
    view = _delivery(reading, event)
    if view is None:
        return []
    upheld = event.name == "DeliveryUpheld"
    subject = (
        Message(N_("The council upholds the report: %(title)s"), title=_title(view))
        if upheld
        else Message(N_("The council does not uphold the report: %(title)s"), title=_title(view))
    )
    reason = _reason(view, "uphold", "not_uphold")
    return _sent(*(_to(view, who, subject, reason) for who in (Who.PROVIDER, Who.GROUP)))


def decided(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: what the council has decided and why; to the provider, that it can appeal once."""
    view = _delivery(reading, event)
    if view is None:
        return []
    title = _title(view)
    subject = {
        "verified": Message(N_("Verified: %(title)s"), title=title),
        "verified_in_part": Message(N_("Verified in part: %(title)s"), title=title),
    }.get(view.state, Message(N_("Not accepted: %(title)s"), title=title))
    reason = _reason(view, *DECIDES)
    may_appeal = None
    if view.state != "verified" and not view.case.appealed:
        may_appeal = Message(N_("If you think this is wrong, you can appeal once. Somebody else decides then."))
    return _sent(
        _to(view, Who.PROVIDER, subject, reason, may_appeal), _to(view, Who.GROUP, subject, reason, may_appeal)
    )


def appealed(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: there is an appeal."""
    view = _delivery(reading, event)
    if view is None:
        return []
    other = Who.GROUP if event.payload.get("by") == Who.PROVIDER else Who.PROVIDER
    subject = Message(N_("There is an appeal: %(title)s"), title=_title(view))
    return _sent(_to(view, other, subject, Message(N_("Somebody who has not decided before looks at it again."))))


def reversed_again(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: it was verified by mistake."""
    view = _delivery(reading, event)
    if view is None:
        return []
    subject = Message(N_("Verified by mistake, and taken out again: %(title)s"), title=_title(view))
    return _sent(*(_to(view, who, subject, _reason(view, "reverse")) for who in (Who.PROVIDER, Who.GROUP)))


def withdrawn(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: the report was taken back."""
    view = _delivery(reading, event)
    if view is None:
        return []
    subject = Message(N_("A report was taken back: %(title)s"), title=_title(view))
    return _sent(_to(view, view.side.other, subject, _reason(view, "withdraw")))


SOURCES: dict[str, Source] = {
    "DeliveryReported": reported,
    "DeliveryAmended": amended,
    "DeliveryRecordedFor": recorded_for,
    "DeliveryNudged": nudged,
    "DeliveryQualified": qualified,
    "DeliveryUnanswered": unanswered,
    "DeliveryConfirmed": confirmed,
    "DeliveryQueried": queried,
    "DeliveryUpheld": decided_query,
    "DeliveryNotUpheld": decided_query,
    "DeliveryVerified": decided,
    "DeliveryRejected": decided,
    "DeliveryAppealed": appealed,
    "DeliveryReversed": reversed_again,
    "DeliveryWithdrawn": withdrawn,
}
"""Which event leads to which letters."""
