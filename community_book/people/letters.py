"""What people are written about their accounts: links to sign in, invitations, changes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import ROLE_LABELS, Role
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.base.settings import settings
from community_book.base.site import site
from community_book.people import queries
from community_book.people.rules import CONFIRM_EMAIL_LINK, INVITATION_LINK, SIGN_IN_LINK

DAY_MINUTES = 24 * 60


def sign_in_link(reading: Session, event: Event) -> Sequence[Letter]:
    """The link somebody asked for, if anybody has the address."""
    person = queries.asked_address(reading, int(event.payload["asked_link_id"]))
    if person is None:
        return []
    reference = queries.references_of(reading, [person.id])[person.id]
    minutes = settings().sign_in_link_minutes
    return [
        Letter(
            organisation_id=None,
            person_ids=(person.id,),
            subject=Message(N_("Your link to sign in")),
            body=(
                Message(
                    N_("Open this link to sign in. It works once and for %(minutes)s minutes."),
                    minutes=minutes,
                ),
                Message(N_("If you did not ask for it, do nothing: without the link nobody gets in.")),
            ),
            about=f"person:{reference}",
            link_act=SIGN_IN_LINK,
            link_subject=f"person:{reference}",
            link_label=Message(N_("Sign in")),
            link_minutes=minutes,
            in_app=False,
            must_reach=True,
        )
    ]


def new_email(reading: Session, event: Event) -> Sequence[Letter]:
    """A link to the new address, and a word to the old one."""
    person_id = int(event.payload["person_id"])
    wanted = queries.wanted_email(reading, person_id)
    if not wanted:
        return []
    reference = queries.references_of(reading, [person_id])[person_id]
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            emails=(wanted,),
            subject=Message(N_("Confirm your new email address")),
            body=(
                Message(
                    N_("Somebody wants to use this address to sign in. If it was you, open the link within a day.")
                ),
                Message(N_("If it was not you, do nothing: nothing changes without the link.")),
            ),
            about=f"person:{reference}",
            link_act=CONFIRM_EMAIL_LINK,
            link_subject=f"person:{reference}",
            link_label=Message(N_("Use this address")),
            link_minutes=DAY_MINUTES,
            in_app=False,
            must_reach=True,
        ),
        Letter(
            organisation_id=None,
            person_ids=(person_id,),
            subject=Message(N_("A new email address was asked for")),
            body=(
                Message(
                    N_(
                        "Somebody signed in as you asked to change your address to another one. If it was not you, "
                        "change your password now: that signs everybody else out."
                    )
                ),
            ),
            about=f"person:{reference}",
            must_reach=True,
        ),
    ]


def password_changed(reading: Session, event: Event) -> Sequence[Letter]:
    person_id = int(event.payload["person_id"])
    return [
        Letter(
            organisation_id=None,
            person_ids=(person_id,),
            subject=Message(N_("Your password was changed")),
            body=(
                Message(N_("Every other browser was signed out.")),
                Message(N_("If it was not you, ask for a sign-in link and set another password at once.")),
            ),
            about=f"person:{queries.references_of(reading, [person_id])[person_id]}",
            must_reach=True,
        )
    ]


def invited(reading: Session, event: Event) -> Sequence[Letter]:
    """The invitation itself; nothing when it was withdrawn before the mail was written."""
    try:
        found = queries.invitation(reading, invitation_id=int(event.payload["invitation_id"]))
    except NotThere:
        return []
    if found.state != "open" or not found.email:
        return []
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            emails=(found.email,),
            subject=Message(N_("You are invited to join %(name)s"), name=found.organisation_name),
            body=(
                Message(
                    N_("%(inviter)s invites you to join %(name)s on %(site)s as %(role)s."),
                    inviter=found.invited_by,
                    name=found.organisation_name,
                    site=site().site_name,
                    role=ROLE_LABELS[found.role],
                ),
                Message(
                    N_("The link works once, for this address only, and for %(days)s days."),
                    days=settings().invitation_days,
                ),
            ),
            about=f"organisation:{found.organisation_reference}",
            link_act=INVITATION_LINK,
            link_subject=f"invitation:{found.reference}",
            link_label=Message(N_("Accept the invitation")),
            link_minutes=settings().invitation_days * DAY_MINUTES,
            in_app=False,
            must_reach=True,
        )
    ]


def invitation_accepted(reading: Session, event: Event) -> Sequence[Letter]:
    """Tells the inviter who has joined."""
    found = queries.invitation(reading, invitation_id=int(event.payload["invitation_id"]))
    person = queries.addresses_of(reading, [int(event.payload["person_id"])])
    return (
        [
            Letter(
                organisation_id=found.organisation_id,
                person_ids=(found.invited_by_person_id,),
                subject=Message(
                    N_("%(person)s has joined %(name)s"),
                    person=next((p.name for p in person.values()), ""),
                    name=found.organisation_name,
                ),
                body=(Message(N_("They accepted your invitation as %(role)s."), role=ROLE_LABELS[found.role]),),
                about=f"organisation:{found.organisation_reference}",
            )
        ]
        if person
        else []
    )


def roles_changed(reading: Session, event: Event) -> Sequence[Letter]:
    """Tells somebody that their roles in an organisation are others now."""
    person_id, organisation_id = int(event.payload["person_id"]), int(event.payload["organisation_id"])
    place = next((p for p in queries.memberships_of(reading, person_id) if p.organisation_id == organisation_id), None)
    name, reference = queries.name_and_reference(reading, organisation_id)
    if place is None:
        said: tuple[Message, ...] = (Message(N_("You do not belong to it any more.")),)
    else:
        held = ", ".join(str(ROLE_LABELS[role]) for role in sorted(place.roles, key=list(Role).index))
        said = (Message(N_("There you are now: %(roles)s."), roles=held),)
    return [
        Letter(
            organisation_id=None,
            person_ids=(person_id,),
            subject=Message(N_("Your roles in %(name)s have changed"), name=name),
            body=said,
            about=f"organisation:{reference}",
        )
    ]
