"""Erasing somebody: name, contact and words go everywhere, every total and the chain stay (domain.md 5.8)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, ColumnElement, and_, delete, or_, select, update

from community_book.base import erased_list, registers
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.scrubbing import REMOVED, columns_with, scrub, what_names
from community_book.base.tables import AuditEntry, AuditSubject, AuditText
from community_book.base.work import Work, changed
from community_book.people.actions.belonging import end_role
from community_book.people.queries import memberships_of, sole_leads_of
from community_book.people.rules import MailRhythm
from community_book.people.tables import AskedLink, Invitation, Person, SignedLink, SignInSession

ERASED_NAME = REMOVED


def erase(actor: Actor) -> None:
    """Erases the actor's own account. Raises WrongState for an organisation's only lead, who hands over first."""
    if actor.person_id is None:
        raise NotThere
    columns = _named_in(Person.id == actor.person_id)
    with transactions.work(actor) as work:
        person = work.get(Person, actor.person_id)
        if person is None or person.erased_at_utc is not None:
            raise NotThere
        _refuse_only_lead(work, person.id)
        _erase(work, person, columns)


def _names_of(person: Person) -> list[str]:
    return what_names(person.name, {person.email or "", person.wanted_email or "", person.telephone})


def _named_in(condition: ColumnElement[bool]) -> list[Column[str]]:
    """Where a person's name and contact stand; read before the act, which waits for nobody then."""
    with transactions.reading() as reading:
        person = reading.execute(select(Person).where(condition)).scalar_one_or_none()
        return [] if person is None else columns_with(reading, _names_of(person))


def _erase(work: Work, person: Person, columns: Collection[Column[str]]) -> None:
    for place in memberships_of(work, person.id):
        for role in sorted(place.roles):
            end_role(work, person.id, place.organisation_id, role)
    names = _names_of(person)
    # The account comes last: other rooms find their words by its address and pseudonym.
    for _, data in sorted(registers.persons_data().items(), key=lambda held: (held[0] == "account", held[0])):
        data.erase(work, person.id)
    scrub(work, names, columns)
    work.record("person.erase", f"person:{person.reference}")
    work.tell("PersonErased", person_id=person.id, reference=person.reference)


def erase_again(actor: Actor) -> int:
    """After a restore: erases everybody in the list whom the backup brought back, each in an act of its own.

    An organisation may lose its only lead so: the council sees it among those without one. Returns how many were.
    """
    done = 0
    for reference in erased_list.listed():
        back = (Person.reference == reference, Person.erased_at_utc.is_(None))
        columns = _named_in(and_(*back))
        with transactions.bookkeeping(actor) as work:
            person = work.execute(select(Person).where(*back)).scalar_one_or_none()
            if person is not None:
                _erase(work, person, columns)
                done += 1
    return done


def _refuse_only_lead(work: Work, person_id: int) -> None:
    alone = sole_leads_of(work, person_id)
    if alone:
        raise WrongState(
            Message(
                N_(
                    "You are the only lead of %(names)s. Make somebody else a lead there first, "
                    "or ask the council to close the entry; then erase your account."
                ),
                names=", ".join(alone),
            )
        )


def erase_rows(work: Work, person_id: int) -> None:
    """Step: what this room and the audit chain hold in words about somebody; registered as its part of erasure."""
    person = work.get_one(Person, person_id)
    emails = {email for email in (person.email, person.wanted_email) if email}
    work.execute(delete(SignInSession).where(SignInSession.person_id == person_id))
    changed(
        work,
        update(SignedLink)
        .where(
            or_(
                SignedLink.person_id == person_id,
                SignedLink.subject == f"person:{person.reference}",
                SignedLink.email.in_(emails),
            )
        )
        .values(email="", expires_at_utc=now_utc()),
    )
    changed(work, delete(AskedLink).where(AskedLink.email.in_(emails)))
    changed(
        work,
        update(Invitation)
        .where(
            Invitation.email.in_(emails), Invitation.accepted_at_utc.is_(None), Invitation.withdrawn_at_utc.is_(None)
        )
        .values(withdrawn_at_utc=now_utc()),
    )
    changed(work, update(Invitation).where(Invitation.email.in_(emails)).values(email=""))
    by_or_about = select(AuditEntry.sequence).where(AuditEntry.actor == person.pseudonym)
    about = select(AuditSubject.sequence).where(AuditSubject.subject == f"person:{person.reference}")
    changed(
        work,
        update(AuditText).where(AuditText.sequence.in_(by_or_about.union(about))).values(salt=None, text=None),
    )
    person.name, person.email, person.wanted_email, person.telephone = ERASED_NAME, None, None, ""
    person.password_hash, person.mail_rhythm, person.erased_at_utc = None, MailRhythm.NEVER, now_utc()
    work.flush()
