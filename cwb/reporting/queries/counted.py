"""The pledges that a pillar's counts are made of: amounts with something left under a figure, and levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, CompoundSelect, func, literal, select, union_all
from sqlalchemy.orm import Session

from community_book.base.amounts import Unit, say_amount
from community_book.base.remembering import at_most_a_minute_old
from community_book.organisations.tables import Organisation
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, Figure
from cwb.pillars.tables import Measure
from cwb.pledges.tables import Pledge
from cwb.reporting.queries.pledges import (
    latest_verified,
    level_pledges,
    level_readings,
    pledges_read,
    say_promised,
    say_reading,
)
from cwb.reporting.views import Chosen, PledgeCounted

FIGURES_OF_LEVELS = (Figure.PLEDGED, Figure.REPORTED, Figure.VERIFIED)
"""A level is promised, read and verified; nobody agrees or confirms it."""


def pledges_counted(
    reading: Session, chosen: Chosen, pillar_number: int, figure: Figure, *, limit: int | None = None, offset: int = 0
) -> tuple[int, list[PledgeCounted]]:
    """How many pledges of a pillar count under a figure, and a page of them, the newest first: four queries."""
    measures = {
        one.id: one
        for one in reading.execute(
            select(Measure).where(Measure.pillar_number == pillar_number, ~Measure.disclosive)
        ).scalars()
    }
    counted = _counted(chosen, frozenset(measures), figure).subquery()
    question = ("pledges_counted", chosen.slice, pillar_number, figure)
    total = at_most_a_minute_old(
        reading, question, lambda: reading.execute(select(func.count()).select_from(counted)).scalar_one()
    )
    rows = reading.execute(
        select(Pledge, Organisation.name, Organisation.reference, counted.c.amount)
        .join(counted, counted.c.pledge_id == Pledge.id)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .order_by(counted.c.day.desc(), Pledge.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    levels = [row.Pledge.id for row in rows if row.amount is None]
    read = level_readings(reading, levels, chosen) if levels and figure is not Figure.PLEDGED else {}
    return total, [_said(row, measures[row.Pledge.measure_id], figure, read.get(row.Pledge.id, [])) for row in rows]


def _counted(chosen: Chosen, measure_ids: frozenset[int], figure: Figure) -> CompoundSelect[Any]:
    """(pledge_id, day, amount) of every pledge that counts; a level has no amount."""
    part = replace(chosen.slice, measure_ids=measure_ids, basis=EXTRA)
    several: list[Any] = [ledger.pledges_behind(figure, part)]
    if figure in FIGURES_OF_LEVELS and not chosen.by_zone:
        levels = level_pledges(chosen).where(Pledge.basis == EXTRA, Pledge.measure_id.in_(measure_ids))
        if figure is not Figure.PLEDGED:
            levels = levels.where(Pledge.id.in_(pledges_read(chosen, verified=figure is Figure.VERIFIED)))
        several.append(levels.with_only_columns(Pledge.id, Pledge.first_day, literal(None, BigInteger)))
    return union_all(*several)


def _said(row: Any, measure: Measure, figure: Figure, read: Sequence[Any]) -> PledgeCounted:
    pledge: Pledge = row.Pledge
    if row.amount is not None:
        amount = say_amount(Unit(pledge.unit), int(row.amount))
    elif not read:
        amount = say_promised(pledge)
    else:
        amount = say_reading(latest_verified(read) if figure is Figure.VERIFIED else read[-1])
    return PledgeCounted(pledge.reference, pledge.title, row.name, row.reference, measure.title, measure.code, amount)
