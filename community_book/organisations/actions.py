"""Acts and steps of organisations: making, profile, name, register numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import Actor, Role
from community_book.base.clock import now_utc
from community_book.base.errors import NotAllowed, NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference, tidy_reference
from community_book.base.work import Work, changed, lock_row, refuse, require_version
from community_book.organisations.queries import said_number
from community_book.organisations.rules import (
    EDIT_ORGANISATION,
    RENAME_ORGANISATION,
    NewName,
    NewNumber,
    Profile,
    org_id,
    read_org_id,
    read_scheme,
    tidy_identifier,
    tidy_website,
)
from community_book.organisations.tables import Identifier, Organisation

NAME_AT_MOST = 160


def make_organisation(
    work: Work, name: str, *, identifiers: Iterable[tuple[str, str]] = (), is_council: bool = False
) -> int:
    """Step: a new organisation with (scheme, number) pairs, the first of them primary; returns its id.

    Raises Refused when a number is another's or is not written as its register writes them.
    """
    row = Organisation(reference=new_reference("O"), name=_tidy_name(name), is_council=is_council)
    work.add(row)
    work.flush()
    for place, (scheme, value) in enumerate(identifiers):
        add_identifier(work, row.id, scheme, value, primary=place == 0)
    return row.id


def add_identifier(work: Work, organisation_id: int, scheme: str, value: str, *, primary: bool = False) -> None:
    """Step: gives an organisation a register number; one it has already is no error.

    Raises Refused on the field "identifier" when another organisation has it.
    """
    known = read_scheme(scheme)
    tidy = tidy_identifier(known, value)
    if _holder_of(work, known, tidy) == organisation_id:
        return
    if primary:
        changed(work, update(Identifier).where(Identifier.organisation_id == organisation_id).values(is_primary=False))
    elif not _has_numbers(work, organisation_id):
        primary = True
    try:
        with work.begin_nested():
            work.add(Identifier(organisation_id=organisation_id, scheme=known, value=tidy, is_primary=primary))
    except IntegrityError:
        holder = work.get(Organisation, _holder_of(work, known, tidy) or 0)
        raise refuse(
            "identifier",
            N_("%(number)s belongs to %(holder)s already. Check the number, or ask the council which entry is right."),
            number=said_number(known, tidy),
            holder=holder.name if holder else "",
        ) from None


def drop_identifier(work: Work, organisation_id: int, scheme: str, value: str) -> None:
    """Step: takes a register number off. Raises NotThere when it has none such."""
    gone = changed(
        work,
        delete(Identifier).where(
            Identifier.organisation_id == organisation_id, Identifier.scheme == scheme, Identifier.value == value
        ),
    )
    if not gone:
        raise NotThere


def rename(work: Work, organisation_id: int, name: str) -> None:
    """Step: gives an organisation another name."""
    if not changed(work, update(Organisation).where(Organisation.id == organisation_id).values(name=_tidy_name(name))):
        raise NotThere


def close_organisation(work: Work, organisation_id: int, moment: datetime | None = None) -> None:
    """Step: marks an organisation as ended; its rows stay for the figures."""
    changed(
        work,
        update(Organisation).where(Organisation.id == organisation_id).values(closed_at_utc=moment or now_utc()),
    )


def _tidy_name(name: str) -> str:
    tidy = " ".join(name.split())
    if not tidy:
        raise refuse("name", N_("Write the organisation's name"))
    if len(tidy) > NAME_AT_MOST:
        raise refuse("name", N_("Use %(most)s characters or fewer for the name"), most=NAME_AT_MOST)
    return tidy


def _holder_of(work: Work, scheme: str, value: str) -> int | None:
    return work.execute(
        select(Identifier.organisation_id).where(Identifier.scheme == scheme, Identifier.value == value)
    ).scalar_one_or_none()


def _has_numbers(work: Work, organisation_id: int) -> bool:
    return (
        work.execute(
            select(func.count()).select_from(Identifier).where(Identifier.organisation_id == organisation_id)
        ).scalar_one()
        > 0
    )


def _held(work: Work, reference: str) -> Organisation:
    row = work.execute(
        select(Organisation).where(Organisation.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    return row


def edit_profile(actor: Actor, reference: str, profile: Profile) -> str:
    """Changes what an organisation says about itself: by its leads, or by a council administrator."""
    actor.must(EDIT_ORGANISATION)
    website = tidy_website(profile.website)
    with transactions.work(actor) as work:
        row = _held(work, reference)
        if row.id != actor.organisation_id and not actor.has_role(Role.ADMINISTRATOR):
            raise NotAllowed(Message(N_("Only the leads of %(name)s may change its page."), name=row.name))
        require_version(row, profile.version)
        row.description, row.website = profile.description, website
        work.record("organisation.edit", f"organisation:{row.reference}", texts={"description": profile.description})
        return row.reference


def rename_organisation(actor: Actor, reference: str, new: NewName) -> str:
    """Changes the name by which everybody finds it: a council administrator's act."""
    actor.must(RENAME_ORGANISATION)
    with transactions.work(actor) as work:
        row = _held(work, reference)
        require_version(row, new.version)
        before = row.name
        work.flush()
        rename(work, row.id, new.name)
        work.record("organisation.rename", f"organisation:{row.reference}", facts={"from": before, "to": new.name})
        work.tell("OrganisationRenamed", organisation_id=row.id, reference=row.reference)
        return row.reference


def add_register_number(actor: Actor, reference: str, new: NewNumber) -> str:
    """Gives an organisation a register number: a council administrator's act, because imports trust numbers."""
    actor.must(RENAME_ORGANISATION)
    with transactions.work(actor) as work:
        row = _held(work, reference)
        add_identifier(work, row.id, new.scheme, new.identifier, primary=new.primary)
        scheme = read_scheme(new.scheme)
        number = org_id(scheme, tidy_identifier(scheme, new.identifier))
        work.record("organisation.add_number", f"organisation:{row.reference}", facts={"number": number})
        return row.reference


def drop_register_number(actor: Actor, reference: str, number: str) -> str:
    """Takes a register number ("GB-COH-01234567") off an organisation."""
    actor.must(RENAME_ORGANISATION)
    scheme, value = read_org_id(number)
    with transactions.work(actor) as work:
        row = _held(work, reference)
        drop_identifier(work, row.id, scheme, value)
        work.record(
            "organisation.drop_number", f"organisation:{row.reference}", facts={"number": org_id(scheme, value)}
        )
        return row.reference


def add_organisation(actor: Actor, name: str, *, is_council: bool = False) -> str:
    """Makes an organisation by itself: a council administrator's act, or the command line's; returns its reference."""
    actor.must(RENAME_ORGANISATION)
    with transactions.work(actor) as work:
        row = work.get_one(Organisation, make_organisation(work, name, is_council=is_council))
        work.record("organisation.add", f"organisation:{row.reference}", facts={"is_council": is_council})
        return row.reference


def merge_organisation(work: Work, going_id: int, staying_id: int) -> None:
    """Step: one organisation was another all along: it is closed, and its address leads to the one that stays.

    Raises WrongState where either was merged meanwhile.
    """
    stays = select(Organisation.id).where(Organisation.id == staying_id, Organisation.merged_into_id.is_(None))
    if work.execute(stays.with_for_update()).scalar_one_or_none() is None or not changed(
        work,
        update(Organisation)
        .where(Organisation.id == going_id, Organisation.merged_into_id.is_(None), Organisation.id != staying_id)
        .values(merged_into_id=staying_id, closed_at_utc=now_utc(), version=Organisation.version + 1),
    ):
        raise WrongState(Message(N_("One of the two was merged meanwhile. Look at both as they are now.")))


def part_organisation(work: Work, going_id: int, staying_id: int) -> None:
    """Step: undoes `merge_organisation`. Raises WrongState where it is not merged into that one."""
    if not changed(
        work,
        update(Organisation)
        .where(Organisation.id == going_id, Organisation.merged_into_id == staying_id)
        .values(merged_into_id=None, closed_at_utc=None, version=Organisation.version + 1),
    ):
        raise WrongState(Message(N_("The two are not one any more.")))
