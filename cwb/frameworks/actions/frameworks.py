"""Making a framework with its lots and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from community_book.base.messages import N_
from community_book.base.references import new_reference
from community_book.base.work import Work, refuse
from cwb.frameworks.tables import Framework, FrameworkFact, Lot


@dataclass(frozen=True)
class NewLot:
    """A lot to be made."""

    number: str
    title: str
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True)
class NewFact:
    """A published fact: a value in a unit, or a note in words; as of when, from where."""

    code: str
    title: str
    value: int | None
    unit: str
    as_of: str
    source: str
    note: str = ""


def make_framework(
    work: Work,
    name: str,
    *,
    buyer: str,
    lots: Sequence[NewLot],
    description: str = "",
    zone_scheme_id: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """Step: a new framework with its lots; returns its id. Raises Refused on "name" when it is taken."""
    if work.execute(select(Framework.id).where(Framework.name == name)).first() is not None:
        raise refuse("name", N_("There is a framework of this name already. Give this one another name"))
    row = Framework(
        reference=new_reference("F"),
        name=name,
        buyer=buyer,
        description=description,
        zone_scheme_id=zone_scheme_id,
        starts_on=starts_on,
        ends_on=ends_on,
        buyer_keys=[],
    )
    work.add(row)
    work.flush()
    for position, lot in enumerate(lots, start=1):
        work.add(
            Lot(
                reference=new_reference("L"),
                framework_id=row.id,
                number=lot.number,
                position=position,
                title=lot.title,
                starts_on=lot.starts_on,
                ends_on=lot.ends_on,
            )
        )
    work.flush()
    return row.id


def put_facts(work: Work, framework_id: int, facts: Sequence[NewFact]) -> int:
    """Step: keeps published facts by their codes; returns how many it added or changed."""
    known = {
        row.code: row
        for row in work.execute(select(FrameworkFact).where(FrameworkFact.framework_id == framework_id)).scalars()
    }
    count = 0
    for position, fact in enumerate(facts, start=1):
        values = {
            "title": fact.title,
            "value": fact.value,
            "unit": fact.unit,
            "as_of": fact.as_of,
            "source": fact.source,
            "note": fact.note,
            "position": position,
        }
        row = known.get(fact.code)
        if row is None:
            work.add(FrameworkFact(framework_id=framework_id, code=fact.code, **values))
            count += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            count += 1
    work.flush()
    return count
