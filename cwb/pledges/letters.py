"""What people are written about pledges."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import PROVIDER_ROLES, Role, system
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.sessions import say_date
from cwb.pledges import queries
from cwb.pledges.views import PledgeView

STILL_ON_OFFER_LINK = "pledge.still_on_offer"


def _pledge(reading: Session, event: Event) -> PledgeView:
    return queries.pledge(reading, system("letters"), str(event.payload["reference"]))


def _to_provider(pledge: PledgeView, subject: Message, *body: Message) -> Letter:
    return Letter(
        organisation_id=pledge.provider_id,
        person_ids=(),
        subject=subject,
        body=body,
        about=pledge.subject_string,
        roles=frozenset(PROVIDER_ROLES),
    )


def waiting(reading: Session, event: Event) -> Sequence[Letter]:
    """To officers: a pledge waits for them."""
    if not event.payload.get("waiting"):
        return []
    pledge = _pledge(reading, event)
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            subject=Message(N_("A pledge waits for you: %(title)s"), title=pledge.title),
            body=(
                Message(
                    N_("%(who)s has posted it. Put it on offer, or return it with a question."),
                    who=pledge.provider_name,
                ),
            ),
            about=pledge.subject_string,
            roles=frozenset({Role.OFFICER}),
        )
    ]


def returned(reading: Session, event: Event) -> Sequence[Letter]:
    """The council's question about a waiting pledge."""
    pledge = _pledge(reading, event)
    return [
        _to_provider(
            pledge,
            Message(N_("A question about your pledge “%(title)s”"), title=pledge.title),
            Message(N_("The council looked at your pledge and asks:")),
            Message("%(reason)s", reason=pledge.reason),
            Message(N_("It is a draft again. Change it and post it once more.")),
        )
    ]


def offered(reading: Session, event: Event) -> Sequence[Letter]:
    """A pledge that had waited is on offer."""
    pledge = _pledge(reading, event)
    return [
        _to_provider(
            pledge,
            Message(N_("Your pledge “%(title)s” is on offer"), title=pledge.title),
            Message(N_("Groups can see it and ask for it. We tell you when one does, or when something fits.")),
        )
    ]


def ending(reading: Session, event: Event) -> Sequence[Letter]:
    """ "Still on offer?", with the one-tap answer."""
    pledge = _pledge(reading, event)
    letter = Letter(
        organisation_id=pledge.provider_id,
        person_ids=(),
        subject=Message(N_("Is “%(title)s” still on offer?"), title=pledge.title),
        body=(
            Message(N_("Its last day is %(day)s, and some of it is left."), day=say_date(pledge.last_day)),
            Message(N_("One tap says yes, or withdraws what is left. What you have promised goes on either way.")),
        ),
        about=pledge.subject_string,
        link_act=STILL_ON_OFFER_LINK,
        link_subject=pledge.subject_string,
        link_label=Message(N_("Answer with one tap")),
        roles=frozenset(PROVIDER_ROLES),
    )
    return [letter]


def ended(reading: Session, event: Event) -> Sequence[Letter]:
    """The window is over, or all of it is verified; what the provider withdrew itself it knows."""
    pledge = _pledge(reading, event)
    if event.payload.get("how") == "expired":
        return [
            _to_provider(
                pledge,
                Message(N_("The last day of “%(title)s” is over"), title=pledge.title),
                Message(N_("Nobody new can ask for it. What you have promised goes on as agreed.")),
                Message(N_("To offer it again, copy it into a new pledge.")),
            )
        ]
    if event.payload.get("how") == "fulfilled":
        return [
            _to_provider(
                pledge,
                Message(N_("“%(title)s” is fulfilled. Thank you"), title=pledge.title),
                Message(N_("The council has verified all that you pledged.")),
            )
        ]
    return []
