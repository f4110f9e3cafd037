"""One commitment as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from community_book.base.actor import Actor, Role
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.base.settings import settings
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from community_book.people.tables import MembershipRow, Person
from cwb.commitments import rules
from cwb.commitments.queries.scope import seen_by, side_of
from cwb.commitments.queries.terms import sessions_of, standing_of, terms_of
from cwb.commitments.rules import SEE_CONTACTS, Side
from cwb.commitments.tables import Commitment, CommitmentChange, CommitmentHold, CommitmentMessage, CommitmentNote
from cwb.commitments.views import (
    ChangeView,
    CommitmentView,
    Contact,
    MessageView,
    NoteView,
    SessionView,
)
from cwb.pledges.tables import Pledge

MESSAGES_SHOWN = 200


def commitment(reading: Session, actor: Actor, reference: str) -> CommitmentView:
    """One commitment by its reference, with its thread, changes, notes and, once agreed, both contacts.

    Raises NotThere when the actor may not see it. Five queries, and one more for officers while it is on hold.
    """
    provider, group = aliased(Organisation), aliased(Organisation)
    provider_person, group_person = aliased(Person, name="provider_person"), aliased(Person, name="group_person")
    found = reading.execute(
        select(
            Commitment,
            provider.name.label("provider_name"),
            provider.reference.label("provider_reference"),
            group.name.label("group_name"),
            group.reference.label("group_reference"),
            Pledge,
            Need.reference.label("need_reference"),
            Need.title.label("need_title"),
            NeedPart,
            provider_person,
            group_person,
            GroupEntry,
        )
        .join(provider, provider.id == Commitment.provider_id)
        .join(group, group.id == Commitment.group_id)
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .outerjoin(provider_person, _is_there(provider_person, Commitment.provider_person_id))
        .outerjoin(group_person, _is_there(group_person, Commitment.group_person_id))
        .outerjoin(GroupEntry, is_entry_of(Commitment.group_id))
        .where(Commitment.reference == tidy_reference(reference), seen_by(actor))
    ).one_or_none()
    if found is None:
        raise NotThere
    row, pledge, part = found.Commitment, found.Pledge, found.NeedPart
    sessions = sessions_of(reading, [row.id]).get(row.id, ())
    standing = standing_of(row)
    side = side_of(actor, row.provider_id, row.group_id)
    return CommitmentView(
        terms=terms_of(row, sessions),
        standing=standing,
        side=side,
        may=rules.acts_of(side, standing) if side is not None else frozenset(),
        provider_name=found.provider_name,
        provider_reference=found.provider_reference,
        group_name=found.group_name,
        group_reference=found.group_reference,
        pledge_reference=pledge.reference,
        pledge_title=pledge.title,
        need_reference=found.need_reference,
        need_title=found.need_title,
        item_type=part.item_type,
        subject=part.subject,
        online=part.online,
        amount_agreed=row.amount_agreed,
        visits=row.visits,
        opened_at_utc=row.opened_at_utc,
        answer_by=row.answer_by,
        words=row.words,
        condition=row.condition,
        condition_by_day=row.condition_by_day,
        agreed_at_utc=row.agreed_at_utc,
        ended_at_utc=row.ended_at_utc,
        due_on=row.due_on,
        lateness=rules.lateness(
            row.due_on,
            today(),
            stuck_after=settings().stuck_working_days,
            overdue_after=settings().end_short_working_days,
        ),
        reason_code=row.reason_code,
        reason=row.reason,
        hosting_cost_pence=part.hosting_cost_pence,
        brokered=row.opened_by == Side.COUNCIL,
        messages=_messages(reading, row.id),
        changes=_changes(reading, row.id, sessions) if row.agreed_at_utc is not None else (),
        notes=_notes(reading, row.id, sessions) if row.agreed_at_utc is not None else (),
        contacts=_contacts(reading, actor, row, found._asdict()),
        held_because=_held_because(reading, actor, row.id) if row.state == "on_hold" else (),
        host_terms=str(part.conditions.get("terms") or ""),
        provider_terms=str(pledge.conditions.get("terms") or ""),
    )


def _messages(reading: Session, commitment_id: int) -> tuple[MessageView, ...]:
    rows = reading.execute(
        select(CommitmentMessage, Organisation.name, Person.name)
        .outerjoin(Organisation, Organisation.id == CommitmentMessage.organisation_id)
        .outerjoin(Person, Person.id == CommitmentMessage.person_id)
        .where(CommitmentMessage.commitment_id == commitment_id)
        .order_by(CommitmentMessage.at_utc.desc(), CommitmentMessage.id.desc())
        .limit(MESSAGES_SHOWN)
    ).all()
    return tuple(
        MessageView(organisation or "", person or "", row.text, row.at_utc) for row, organisation, person in rows[::-1]
    )


def _changes(reading: Session, commitment_id: int, sessions: tuple[SessionView, ...]) -> tuple[ChangeView, ...]:
    known = {session.id: session for session in sessions}
    rows = reading.execute(
        select(CommitmentChange)
        .where(CommitmentChange.commitment_id == commitment_id)
        .order_by(CommitmentChange.proposed_at_utc.desc(), CommitmentChange.id.desc())
    ).scalars()
    return tuple(
        ChangeView(
            row.id,
            row.reference,
            row.version,
            Side(row.proposed_by),
            row.what,
            known.get(row.session_id) if row.session_id else None,
            row.why,
            row.state,
            row.proposed_at_utc,
            row.answered_at_utc,
        )
        for row in rows
    )


def _notes(reading: Session, commitment_id: int, sessions: tuple[SessionView, ...]) -> tuple[NoteView, ...]:
    known = {session.id: session for session in sessions}
    rows = reading.execute(
        select(CommitmentNote).where(CommitmentNote.commitment_id == commitment_id).order_by(CommitmentNote.id)
    ).scalars()
    return tuple(
        NoteView(
            row.id,
            known.get(row.session_id) if row.session_id else None,
            Side(row.said_by),
            row.text,
            row.noted_on,
            row.answer_by,
            row.outcome,
        )
        for row in rows
    )


def _is_there(person: type[Person], key: InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
    """Whether a person is the one named and still has an account."""
    return and_(person.id == key, person.erased_at_utc.is_(None), person.disabled_at_utc.is_(None))


def _contacts(reading: Session, actor: Actor, row: Commitment, found: Mapping[str, Any]) -> tuple[Contact, ...]:
    """The named contact and deputy of both sides: of what was agreed, to both sides and those who broker."""
    is_side = side_of(actor, row.provider_id, row.group_id) in {Side.PROVIDER, Side.GROUP}
    if row.agreed_at_utc is None or not (is_side or actor.may(SEE_CONTACTS)):
        return ()
    provider_person, group_person, entry = (found[name] for name in ("provider_person", "group_person", "GroupEntry"))
    contacts = []
    if provider_person is None:
        provider_person = _lead_of(reading, row.provider_id)
    if provider_person is not None:
        contacts.append(_contact_of(found["provider_name"], provider_person))
    if entry is not None and (entry.contact_name or entry.contact_email):
        contacts.append(Contact(found["group_name"], entry.contact_name, entry.contact_email, entry.contact_telephone))
        if entry.deputy_name or entry.deputy_email:
            contacts.append(Contact(found["group_name"], entry.deputy_name, entry.deputy_email, "", is_deputy=True))
    elif group_person is not None:
        contacts.append(_contact_of(found["group_name"], group_person))
    return tuple(contacts)


def _lead_of(reading: Session, organisation_id: int) -> Person | None:
    """Somebody to speak to where nobody of the provider agreed it in person: its lead, the first by name."""
    return reading.execute(
        select(Person)
        .join(MembershipRow, MembershipRow.person_id == Person.id)
        .where(
            MembershipRow.organisation_id == organisation_id,
            MembershipRow.role == Role.PROVIDER_LEAD,
            MembershipRow.until_utc.is_(None),
            Person.erased_at_utc.is_(None),
            Person.disabled_at_utc.is_(None),
        )
        .order_by(Person.name, Person.id)
        .limit(1)
    ).scalar()


def _contact_of(organisation_name: str, person: Person) -> Contact:
    return Contact(organisation_name, person.name, person.email or "", person.telephone)


def _held_because(reading: Session, actor: Actor, commitment_id: int) -> tuple[str, ...]:
    """Why it is on hold ("council", "suspended"), for officers alone; a concern is named to nobody here."""
    if not actor.may(rules.HOLD_PROMISE):
        return ()
    rows = reading.execute(
        select(CommitmentHold.why, CommitmentHold.reason)
        .where(CommitmentHold.commitment_id == commitment_id, CommitmentHold.released_at_utc.is_(None))
        .order_by(CommitmentHold.id)
    ).all()
    return tuple(row.reason if row.why == "council" else row.why for row in rows)


def held_of_person(reading: Session, person_id: int) -> Mapping[str, Any]:
    """What this room holds of a person: their messages, and the promises they spoke for."""
    messages = reading.execute(
        select(CommitmentMessage.text, CommitmentMessage.at_utc, Commitment.reference)
        .join(Commitment, Commitment.id == CommitmentMessage.commitment_id)
        .where(CommitmentMessage.person_id == person_id)
        .order_by(CommitmentMessage.id)
    ).all()
    spoke_for = reading.execute(
        select(Commitment.reference)
        .where(or_(Commitment.provider_person_id == person_id, Commitment.group_person_id == person_id))
        .order_by(Commitment.id)
    ).scalars()
    return {
        "messages": [{"promise": row.reference, "at": row.at_utc, "text": row.text} for row in messages],
        "spoke_for": list(spoke_for),
    }
