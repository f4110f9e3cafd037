"""Suppliers without an identifier: an officer says which organisation each is, makes one, or sets it aside."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.work import Work, lock_row, refuse, require_version
from community_book.organisations.actions import make_organisation
from community_book.organisations.queries import organisation_by_reference, organisations
from cwb.frameworks.actions.taking_in import put_spells
from cwb.frameworks.rules import MANAGE_FRAMEWORKS, Spell, UnmatchedState
from cwb.frameworks.tables import Framework, Lot, UnmatchedSupplier


def _waiting(work: Work, reference: str, version: int | None) -> UnmatchedSupplier:
    row = work.execute(
        select(UnmatchedSupplier).where(UnmatchedSupplier.reference == tidy_reference(reference))
    ).scalar_one_or_none()
    if row is None:
        raise NotThere
    lock_row(work, row)
    if row.state != UnmatchedState.WAITING:
        raise WrongState(Message(N_("%(name)s has been dealt with already."), name=row.name))
    require_version(row, version)
    return row


def _join(work: Work, row: UnmatchedSupplier, organisation_id: int) -> None:
    """Gives the organisation the lots the notice named, from the days it named."""
    framework = work.get_one(Framework, row.framework_id)
    lots = {lot.number: lot for lot in work.execute(select(Lot).where(Lot.framework_id == framework.id)).scalars()}
    spells = [
        Spell(spell["lot"], _day(spell["from"]), ended=spell["until"] is not None, until_day=_day(spell["until"]))
        for spell in row.lots
        if spell["lot"] in lots
    ]
    organisation = organisations(work, [organisation_id])[organisation_id]
    put_spells(work, framework, organisation_id, organisation.name, spells, lots)
    row.state, row.organisation_id = str(UnmatchedState.MATCHED), organisation_id
    work.record(
        "unmatched.match",
        f"unmatched:{row.reference}",
        f"organisation:{organisation.reference}",
        f"framework:{framework.reference}",
        facts={"name": row.name},
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def match_supplier(actor: Actor, reference: str, organisation_reference: str, version: int | None = None) -> None:
    """Says that a supplier is an organisation we know: it is admitted to the lots the notice named."""
    actor.must(MANAGE_FRAMEWORKS)
    with transactions.work(actor) as work:
        row = _waiting(work, reference, version)
        try:
            organisation = organisation_by_reference(work, organisation_reference)
        except NotThere:
            raise refuse("organisation", N_("We know no organisation of this reference. Look it up by name")) from None
        if organisation.is_council:
            raise refuse("organisation", N_("The council cannot be a supplier on its own framework"))
        _join(work, row, organisation.id)


def make_organisation_of(actor: Actor, reference: str, version: int | None = None) -> None:
    """Makes a new organisation of a supplier, under the name the notice gives."""
    actor.must(MANAGE_FRAMEWORKS)
    with transactions.work(actor) as work:
        row = _waiting(work, reference, version)
        _join(work, row, make_organisation(work, row.name))


def set_aside(actor: Actor, reference: str, version: int | None = None) -> None:
    """Leaves a supplier out: it is nobody who will be admitted here."""
    actor.must(MANAGE_FRAMEWORKS)
    with transactions.work(actor) as work:
        row = _waiting(work, reference, version)
        row.state = str(UnmatchedState.SET_ASIDE)
        work.record("unmatched.set_aside", f"unmatched:{row.reference}", facts={"name": row.name})
