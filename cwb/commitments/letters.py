"""What both sides are written about promises. No names or addresses of people: those stand on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Role, system
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.sessions import say_date
from cwb.commitments import queries
from cwb.commitments.rules import ANSWER_CHANGE_LINK, ANSWER_OFFER_LINK, SAY_IT_HAPPENED_LINK, CommitmentState, Side
from cwb.commitments.saying import ended_words, held_words, lapsed_words, say_change, say_promise, say_reason
from cwb.commitments.views import CommitmentView

Source = Callable[[Session, Event], Sequence[Letter]]
BOTH = (Side.PROVIDER, Side.GROUP)


def _promise(reading: Session, event: Event) -> CommitmentView | None:
    try:
        return queries.commitment(reading, system("letters"), str(event.payload["commitment_reference"]))
    except NotThere:  # taken out of the database since
        return None


def _to(
    view: CommitmentView,
    side: Side,
    subject: Message,
    *body: Message | None,
    link: str | None = None,
    label: Message | None = None,
) -> Letter:
    """A letter to one side; with `link`, the one-tap answer."""
    about = f"commitment:{view.reference}"
    to_provider = side is Side.PROVIDER
    return Letter(
        organisation_id=view.terms.provider_id if to_provider else view.terms.group_id,
        person_ids=(),
        subject=subject,
        body=(say_promise(view), *(line for line in body if line is not None)),
        about=about,
        link_act=link,
        link_subject=about if link else None,
        link_label=label,
        roles=frozenset(str(role) for role in (PROVIDER_ROLES if to_provider else GROUP_ROLES)),
    )


def _words(text: str) -> Message | None:
    return Message("%(text)s", text=text) if text else None


def _other_name(view: CommitmentView, side: Side) -> str:
    return view.group_name if side is Side.PROVIDER else view.provider_name


def _answer_by(view: CommitmentView) -> Message:
    return Message(N_("Please answer by %(day)s. Yes or no, both help."), day=say_date(view.answer_by))


ANSWER = Message(N_("Answer with one tap"))


def _asks(view: CommitmentView, side: Side, subject: Message, *body: Message | None) -> Letter:
    """A letter that asks one side for its answer."""
    return _to(view, side, subject, *body, _answer_by(view), link=ANSWER_OFFER_LINK, label=ANSWER)


def offered(reading: Session, event: Event) -> Sequence[Letter]:
    """To the group: a provider offers help."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("%(who)s offers you help: %(title)s"), who=view.provider_name, title=view.need_title)
    return [_asks(view, Side.GROUP, subject, _words(view.words))]


def asked(reading: Session, event: Event) -> Sequence[Letter]:
    """To the provider: a group asks for its help."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("%(who)s asks for your help: %(title)s"), who=view.group_name, title=view.need_title)
    return [_asks(view, Side.PROVIDER, subject, _words(view.words))]


def proposed(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: the council proposes them to each other."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("The council proposes: %(title)s"), title=view.need_title)
    both = Message(N_("It is agreed when both sides say yes."))
    return [_asks(view, side, subject, _words(view.words), both) for side in BOTH]


def half_agreed(reading: Session, event: Event) -> Sequence[Letter]:
    """To the side that has not answered: the other said yes."""
    view = _promise(reading, event)
    if view is None:
        return []
    found = []
    for name in event.payload.get("waits_for", ()):
        side = Side(name)
        subject = Message(N_("%(who)s has said yes: %(title)s"), who=_other_name(view, side), title=view.need_title)
        found.append(_asks(view, side, subject))
    return found


def conditional(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: accepted on a condition, or a committee is asked first."""
    view = _promise(reading, event)
    if view is None or view.standing.waiting_side is None or view.condition_by_day is None:
        return []
    side = view.standing.waiting_side.other
    who = _other_name(view, side)
    if view.state is CommitmentState.COMMITTEE:
        subject = Message(N_("%(who)s asks its committee: %(title)s"), who=who, title=view.need_title)
    else:
        subject = Message(N_("%(who)s accepts on a condition: %(title)s"), who=who, title=view.need_title)
    day = say_date(view.condition_by_day)
    until = Message(N_("You hear by %(day)s. Until then it is kept, and not agreed."), day=day)
    if side in view.standing.still_to_answer:
        return [_asks(view, side, subject, _words(view.condition), until)]
    return [_to(view, side, subject, _words(view.condition), until)]


def agreed(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: it is agreed."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("Agreed: %(title)s"), title=view.need_title)
    whom = Message(N_("On its page you see whom to speak to, and can change or move things together."))
    return [_to(view, side, subject, whom) for side in BOTH]


def declined(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side, and of a proposal to both others: somebody said no, and why."""
    view = _promise(reading, event)
    if view is None:
        return []
    by = Side(event.payload["side"])
    subject = Message(N_("Declined: %(title)s"), title=view.need_title)
    return [_to(view, side, subject, say_reason(view), _words(view.reason)) for side in BOTH if side is not by]


def lapsed(reading: Session, event: Event) -> Sequence[Letter]:
    """To both, without blame: there was no answer in time, or it is no longer possible."""
    view = _promise(reading, event)
    if view is None:
        return []
    words = lapsed_words(view.need_title, str(event.payload.get("why", "")))
    return [_to(view, side, *words) for side in BOTH]


def taken_back(reading: Session, event: Event) -> Sequence[Letter]:
    """To whoever did not take it back."""
    view = _promise(reading, event)
    if view is None:
        return []
    by = Side(event.payload["side"])
    subject = Message(N_("Taken back: %(title)s"), title=view.need_title)
    return [_to(view, side, subject, _words(view.reason)) for side in BOTH if side is not by]


def nudged(reading: Session, event: Event) -> Sequence[Letter]:
    """To whoever has not answered yet."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("Still waiting for your answer: %(title)s"), title=view.need_title)
    return [_asks(view, Side(name), subject, _words(view.words)) for name in event.payload.get("waits_for", ())]


def change_proposed(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: a change waits for its answer."""
    view = _promise(reading, event)
    change = view.open_change if view is not None else None
    if view is None or change is None or change.reference != event.payload["change_reference"]:
        return []
    side = change.proposed_by.other
    subject = Message(N_("A change is proposed: %(title)s"), title=view.need_title)
    return [
        _to(
            view,
            side,
            subject,
            say_change(change, view.terms.unit),
            _words(change.why),
            link=ANSWER_CHANGE_LINK,
            label=ANSWER,
        )
    ]


def change_answered(reading: Session, event: Event) -> Sequence[Letter]:
    """To the side that proposed it, or, taken back, to the other."""
    view = _promise(reading, event)
    if view is None:
        return []
    change = next((one for one in view.changes if one.reference == event.payload["change_reference"]), None)
    if change is None:
        return []
    subjects = {
        "agreed": Message(N_("The change is agreed: %(title)s"), title=view.need_title),
        "declined": Message(N_("The change was declined: %(title)s"), title=view.need_title),
        "taken_back": Message(N_("The change was taken back: %(title)s"), title=view.need_title),
    }
    subject = subjects[str(event.payload["answer"])]
    return [_to(view, Side(event.payload["side"]).other, subject, say_change(change, view.terms.unit))]


def held(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: on hold, and no reason."""
    view = _promise(reading, event)
    if view is None:
        return []
    return [_to(view, side, *held_words(view.need_title)) for side in BOTH]


def released(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: it goes on."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("It goes on: %(title)s"), title=view.need_title)
    return [_to(view, side, subject, Message(N_("It is no longer on hold."))) for side in BOTH]


def put_back(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: it had been stopped, and stands again; who has not answered yet is asked once more."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("It stands again: %(title)s"), title=view.need_title)
    said = Message(N_("This had ended, and that was undone. It is as it was before."))
    asked = {Side(name) for name in event.payload.get("waits_for", ())} if view.state is view.standing.stage else set()
    return [_asks(view, side, subject, said) if side in asked else _to(view, side, subject, said) for side in BOTH]


def ended(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: completed, stopped early or called off."""
    view = _promise(reading, event)
    if view is None:
        return []
    words = ended_words(view.need_title, str(event.payload["how"]), view.reason_code, view.reason)
    return [_to(view, side, *words) for side in BOTH]


def message_written(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side, or from an officer to both: there is a message. Its words stay on the page."""
    view = _promise(reading, event)
    if view is None:
        return []
    by = Side(event.payload["side"])
    subject = Message(N_("A message about: %(title)s"), title=view.need_title)
    said = Message(N_("Read it and answer on the promise's page."))
    return [_to(view, side, subject, said) for side in BOTH if side is not by]


def did_not_happen(reading: Session, event: Event) -> Sequence[Letter]:
    """To the other side: it was said that nothing happened."""
    view = _promise(reading, event)
    if view is None:
        return []
    by = Side(event.payload["side"])
    subject = Message(N_("It did not happen? %(title)s"), title=view.need_title)
    if by is Side.GROUP:
        said = Message(
            N_(
                "The group says that something did not take place. Report it or propose another day within ten "
                "working days; else it counts as not used."
            )
        )
    else:
        said = Message(N_("The provider says that a date did not take place. Say so if that is wrong."))
    return [_to(view, by.other, subject, said)]


def did_not_happen_settled(reading: Session, event: Event) -> Sequence[Letter]:
    """To both: without an answer a date counts as not used; about no certain date, officers look at it."""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("No answer in time: %(title)s"), title=view.need_title)
    if event.payload.get("outcome") == "not_used":
        return [_to(view, side, subject, Message(N_("A date counts as not used now."))) for side in BOTH]
    about = f"commitment:{view.reference}"
    said = Message(N_("The group said that something did not happen, and the provider has not answered."))
    officers = Letter(None, (), subject, (say_promise(view), said), about, roles=frozenset({str(Role.OFFICER)}))
    return [officers]


def due(reading: Session, event: Event) -> Sequence[Letter]:
    """To both, on the due date: what happened?"""
    view = _promise(reading, event)
    if view is None:
        return []
    subject = Message(N_("What happened? %(title)s"), title=view.need_title)
    said = Message(N_("Either side can say what happened, on the promise's page. It takes two minutes."))
    label = Message(N_("It happened as agreed"))
    return [_to(view, side, subject, said, link=SAY_IT_HAPPENED_LINK, label=label) for side in BOTH]


LETTERS: dict[str, Source] = {
    "CommitmentOffered": offered,
    "CommitmentAsked": asked,
    "CommitmentProposed": proposed,
    "CommitmentHalfAgreed": half_agreed,
    "CommitmentConditional": conditional,
    "CommitmentAgreed": agreed,
    "CommitmentDeclined": declined,
    "CommitmentLapsed": lapsed,
    "CommitmentTakenBack": taken_back,
    "CommitmentNudged": nudged,
    "ChangeProposed": change_proposed,
    "ChangeAnswered": change_answered,
    "CommitmentHeld": held,
    "CommitmentReleased": released,
    "CommitmentEnded": ended,
    "CommitmentPutBack": put_back,
    "MessageWritten": message_written,
    "DidNotHappenSaid": did_not_happen,
    "DidNotHappenSettled": did_not_happen_settled,
    "CommitmentDue": due,
}
"""Which letters an event leads to; wiring hangs them up."""
