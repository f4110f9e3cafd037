"""Invitations: bound to an address, single use, and no higher than the inviter stands when it is accepted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import ROLE_LABELS, Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference, tidy_reference
from community_book.base.settings import settings
from community_book.base.work import Work, changed, refuse
from community_book.organisations.queries import organisation_by_reference, organisations
from community_book.people.actions.belonging import give_role, make_person
from community_book.people.actions.links import end_links, use_link
from community_book.people.actions.signing_in import begin_session
from community_book.people.queries import addresses_by_email, invitation, invitation_still_good, roles_held
from community_book.people.rules import INVITE, NewAccount, NewInvitation, check_password, may_give, roles_for
from community_book.people.tables import Invitation
from community_book.people.views import InvitationView

TOO_HIGH = N_("Your role may not invite a %(role)s.")


def invite_person(work: Work, organisation_id: int, email: str, role: Role) -> str:
    """Step: asks an address to join an organisation, in the name of the actor of the Work; returns the reference.

    An open invitation of the same address to the same organisation is replaced. Raises NotAllowed for a role
    higher than the inviter's, Refused for one that cannot be held there or is held already.
    """
    actor = work.actor
    if actor.person_id is None:
        raise NotAllowed(Message(N_("Only a person can invite another.")))
    if role not in may_give(actor.roles):
        raise NotAllowed(Message(TOO_HIGH, role=ROLE_LABELS[role]))
    address = email.strip().lower()
    organisation = organisations(work, [organisation_id]).get(organisation_id)
    if organisation is None or organisation.is_closed:
        raise NotThere
    if role not in roles_for(is_council=organisation.is_council):
        raise refuse(
            "role",
            N_("Nobody can be %(role)s in %(name)s. Choose another role."),
            role=ROLE_LABELS[role],
            name=organisation.name,
        )
    known = addresses_by_email(work, address)
    if known is not None and role in roles_held(work, known.id, organisation_id):
        raise refuse("email", N_("Somebody with this address has that role already."))
    earlier = work.execute(
        select(Invitation).where(
            Invitation.email == address,
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at_utc.is_(None),
            Invitation.withdrawn_at_utc.is_(None),
        )
    ).scalars()
    for row in earlier:
        row.withdrawn_at_utc = now_utc()
        end_links(work, subject=f"invitation:{row.reference}")
    asked = Invitation(
        reference=new_reference("I"),
        email=address,
        organisation_id=organisation_id,
        role=role,
        invited_by_person_id=actor.person_id,
        on_behalf=actor.is_on_behalf,
        expires_at_utc=now_utc() + timedelta(days=settings().invitation_days),
    )
    work.add(asked)
    work.flush()
    work.tell("PersonInvited", invitation_id=asked.id, organisation_id=organisation_id)
    return asked.reference


def invite(actor: Actor, organisation_reference: str, new: NewInvitation) -> str:
    """Invites somebody by mail: a lead to their own organisation, an administrator to any. Returns the reference."""
    actor.must(INVITE)
    role = Role(new.role)
    with transactions.reading() as reading:
        organisation = organisation_by_reference(reading, organisation_reference)
    if organisation.id != actor.organisation_id and not actor.has_role(Role.ADMINISTRATOR):
        raise NotThere
    if role not in may_give(actor.roles):
        raise NotAllowed(Message(TOO_HIGH, role=ROLE_LABELS[role]))
    throttle.count_try(actor, "invitation", actor.pseudonym, at_most=50, within_minutes=60)
    with transactions.work(actor) as work:
        reference = invite_person(work, organisation.id, new.email, role)
        work.record(
            "invitation.send",
            f"invitation:{reference}",
            f"organisation:{organisation.reference}",
            facts={"role": role},
            texts={"email": new.email},
        )
        return reference


def withdraw_invitation(actor: Actor, reference: str) -> str:
    """Takes an invitation back: by a lead there, or an administrator. Returns the organisation's reference."""
    actor.must(INVITE)
    with transactions.work(actor) as work:
        found = invitation(work, reference=tidy_reference(reference))
        if found.organisation_id != actor.organisation_id and not actor.has_role(Role.ADMINISTRATOR):
            raise NotThere
        if not changed(
            work,
            update(Invitation)
            .where(
                Invitation.id == found.id,
                Invitation.accepted_at_utc.is_(None),
                Invitation.withdrawn_at_utc.is_(None),
            )
            .values(withdrawn_at_utc=now_utc()),
        ):
            raise WrongState(Message(N_("This invitation was %(state)s already."), state=Message(found.state)))
        end_links(work, subject=f"invitation:{found.reference}")
        work.record(
            "invitation.withdraw", f"invitation:{found.reference}", f"organisation:{found.organisation_reference}"
        )
        return found.organisation_reference


def _accepted(work: Work, link: Actor) -> InvitationView:
    """Uses link and invitation up, each once, and checks that the inviter may still give the role."""
    use_link(work, link)
    found = invitation(work, reference=(link.link_subject or "").partition(":")[2])
    if not invitation_still_good(work, found):
        raise NotAllowed(
            Message(
                N_("%(inviter)s may not give this role any more. Ask %(name)s for a new invitation."),
                inviter=found.invited_by,
                name=found.organisation_name,
            )
        )
    if not changed(
        work,
        update(Invitation)
        .where(
            Invitation.id == found.id,
            Invitation.accepted_at_utc.is_(None),
            Invitation.withdrawn_at_utc.is_(None),
            Invitation.expires_at_utc > now_utc(),
        )
        .values(accepted_at_utc=now_utc()),
    ):
        raise WrongState(Message(N_("This invitation is %(state)s. Ask for a new one."), state=Message(found.state)))
    return found


def _join(work: Work, found: InvitationView, person_id: int) -> None:
    give_role(work, person_id, found.organisation_id, found.role)
    work.record(
        "invitation.accept",
        f"organisation:{found.organisation_reference}",
        f"invitation:{found.reference}",
        facts={"role": found.role},
    )
    work.tell("InvitationAccepted", invitation_id=found.id, person_id=person_id, organisation_id=found.organisation_id)


def accept_invitation(actor: Actor, link: Actor, *, token: str) -> str:
    """Joins as the signed-in person, whose address must be the invited one; returns the organisation's name.

    `token` is the browser's session, which acts as the new organisation from then on.
    """
    if not actor.is_signed_in or actor.person_id is None or actor.email != link.email:
        raise NotAllowed(
            Message(N_("This invitation is for another address than the one you are signed in with. Sign out first."))
        )
    with transactions.work(actor) as work:
        found = _accepted(work, link)
        _join(work, found, actor.person_id)
    return found.organisation_name


def accept_with_new_account(actor: Actor, new: NewAccount, *, user_agent: str = "") -> tuple[str, str]:
    """Makes an account for exactly the invited address and joins; returns the new session's token and the name."""
    check_password(new.password)
    with transactions.reading() as reading:
        if addresses_by_email(reading, actor.email) is not None:
            raise WrongState(Message(N_("This address has an account. Sign in with it, then open the link again.")))
    with transactions.work(actor) as work:
        found = _accepted(work, actor)
        person_id = make_person(work, new.name, found.email, password=new.password)
        _join(work, found, person_id)
        token = begin_session(work, person_id, found.organisation_id, user_agent=user_agent)
    return token, found.organisation_name
