"""A person's own account: details, address, password."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import throttle
from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work, changed, lock_row, refuse, require_version
from community_book.people import passwords
from community_book.people.actions.links import end_links, use_link
from community_book.people.actions.signing_in import end_all_sessions
from community_book.people.rules import (
    CONFIRM_EMAIL_LINK,
    SIGN_IN_LINK,
    Details,
    NewEmail,
    NewPassword,
    check_password,
)
from community_book.people.tables import Person


def _own(work: Work, actor: Actor) -> Person:
    person = work.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or person.erased_at_utc is not None:
        raise NotThere
    lock_row(work, person)
    return person


def _check_current(actor: Actor, typed: str, *, field: str) -> None:
    """Asks for the present password again, where there is one, before the keys of the account are changed."""
    with transactions.reading() as reading:
        person = reading.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None or person.password_hash is None:
        return
    throttle.count_try(actor, "password again", person.reference, at_most=10, within_minutes=5)
    if not passwords.fits(person.password_hash, typed):
        raise refuse(
            field, N_("This is not your present password. Try again, or sign out and ask for a link by email.")
        )


def change_details(actor: Actor, details: Details) -> str:
    """Changes name, telephone and how often mail is wanted; returns the person's reference."""
    with transactions.work(actor) as work:
        person = _own(work, actor)
        require_version(person, details.version)
        person.name, person.telephone, person.mail_rhythm = details.name, details.telephone, details.mail_rhythm
        work.record("person.change_details", f"person:{person.reference}", texts={"name": details.name})
        return person.reference


def change_password(actor: Actor, new: NewPassword, *, token: str) -> None:
    """Sets another password and ends every other session and every sign-in link of the person."""
    _check_current(actor, new.current, field="current")
    check_password(new.password)
    hashed = passwords.hash_password(new.password)
    with transactions.work(actor) as work:
        person = _own(work, actor)
        person.password_hash = hashed
        work.flush()
        end_all_sessions(work, person.id, but_token=token)
        end_links(work, act=SIGN_IN_LINK, person_id=person.id)
        work.record("person.change_password", f"person:{person.reference}")
        work.tell("PasswordChanged", person_id=person.id)


def set_password(actor: Actor, email: str, password: str) -> None:
    """Sets somebody's password from the command line and ends their sessions. Raises NotThere, Refused."""
    if not actor.is_system:
        raise NotThere
    check_password(password)
    hashed = passwords.hash_password(password)
    with transactions.work(actor) as work:
        person = work.execute(select(Person).where(Person.email == email.strip().lower())).scalar_one_or_none()
        if person is None:
            raise NotThere
        person.password_hash = hashed
        work.flush()
        end_all_sessions(work, person.id)
        end_links(work, act=SIGN_IN_LINK, person_id=person.id)
        work.record("person.set_password", f"person:{person.reference}")


def ask_new_email(actor: Actor, new: NewEmail) -> None:
    """Writes to a new address; it counts when the link in that mail is used. The answer never tells who has it."""
    _check_current(actor, new.password, field="password")
    throttle.count_try(actor, "new email", actor.pseudonym, at_most=10, within_minutes=60)
    with transactions.work(actor) as work:
        person = _own(work, actor)
        end_links(work, act=CONFIRM_EMAIL_LINK, subject=f"person:{person.reference}")
        person.wanted_email = new.email
        work.record("person.ask_new_email", f"person:{person.reference}", texts={"email": new.email})
        work.tell("NewEmailAsked", person_id=person.id)


def confirm_email(actor: Actor) -> None:
    """Makes the address a link was mailed to the person's own. Raises WrongState when it is wanted no longer."""
    reference = (actor.link_subject or "").partition(":")[2]
    with transactions.work(actor) as work:
        use_link(work, actor)
        person = work.execute(select(Person).where(Person.reference == reference)).scalar_one_or_none()
        if person is None or person.erased_at_utc is not None or not actor.email or person.wanted_email != actor.email:
            raise WrongState(Message(N_("This address is not asked for any more. Sign in to see which one counts.")))
        before = person.email
        try:
            with work.begin_nested():
                changed(work, update(Person).where(Person.id == person.id).values(email=actor.email, wanted_email=None))
        except IntegrityError:
            raise WrongState(
                Message(N_("Another account has this address. Sign in with that one, or choose another address."))
            ) from None
        end_links(work, act=SIGN_IN_LINK, person_id=person.id)
        work.record("person.change_email", f"person:{reference}", texts={"from": before or "", "to": actor.email})
