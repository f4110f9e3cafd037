"""Makers of acts over many rooms, and what tests look at after them."""

from __future__ import annotations

from sqlalchemy import func, select

from community_book.base import work
from community_book.base.actor import Actor
from community_book.groups.tables import GroupEntry
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.continuity import actions
from cwb.continuity.rules import Klass, Suspension
from cwb.continuity.tables import Undertaking, UndertakingChange
from cwb.ledger.tables import LedgerEntry
from cwb.pledges.tables import Pledge
from tests.makers_commitments import Pair, make_officer


def reference_of(organisation_id: int | None) -> str:
    with work.reading() as reading:
        return reading.execute(select(Organisation.reference).where(Organisation.id == organisation_id)).scalar_one()


def suspend_provider_of(pair: Pair, klass: Klass = Klass.SAFETY, *hold: str, officer: Actor | None = None) -> str:
    """Suspends the provider of a pair; returns the undertaking's reference."""
    new = Suspension(klass, "A visit was missed and nobody rang", tuple(hold))
    return actions.suspend_provider(officer or make_officer(), reference_of(pair.offering.organisation_id), new)


def close_group_of(pair: Pair, *, officer: Actor | None = None) -> str:
    """Closes the group of a pair; returns the undertaking's reference."""
    reference = reference_of(pair.asking.organisation_id)
    return actions.close_group(officer or make_officer(), reference, "The last two members moved away.")


def pledge_of(pair: Pair) -> Pledge:
    with work.reading() as reading:
        return reading.execute(select(Pledge).where(Pledge.reference == pair.pledge.reference)).scalar_one()


def need_of(pair: Pair) -> Need:
    with work.reading() as reading:
        return reading.execute(select(Need).where(Need.reference == pair.need.reference)).scalar_one()


def part_of(pair: Pair) -> NeedPart:
    with work.reading() as reading:
        return reading.get_one(NeedPart, pair.need.part_id)


def entry_of(pair: Pair) -> GroupEntry:
    with work.reading() as reading:
        return reading.execute(
            select(GroupEntry).where(GroupEntry.organisation_id == pair.asking.organisation_id)
        ).scalar_one()


def booked(figure: str) -> int:
    """What stands in the ledger under a figure, of all pledges of the test."""
    with work.reading() as reading:
        total = select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(LedgerEntry.figure == figure)
        return int(reading.execute(total).scalar_one())


def undertaking_of(reference: str) -> Undertaking:
    with work.reading() as reading:
        return reading.execute(select(Undertaking).where(Undertaking.reference == reference)).scalar_one()


def outcomes_of(reference: str) -> dict[str, tuple[str, str]]:
    """What became of each thing an undertaking changed: kind -> (outcome, why, in English)."""
    with work.reading() as reading:
        rows = reading.execute(
            select(UndertakingChange)
            .join(Undertaking, Undertaking.id == UndertakingChange.undertaking_id)
            .where(Undertaking.reference == reference)
        ).scalars()
        return {row.kind: (row.outcome, row.says["t"] if row.says else "") for row in rows}
