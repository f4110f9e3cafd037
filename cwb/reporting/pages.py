"""The page of figures, its tables, and the lists behind every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.web import access
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import PER_PAGE, Page, asked_page
from community_book.web.words import say
from cwb.deliveries.rules import SEE_ALL_DELIVERIES
from cwb.ledger import queries as ledger
from cwb.ledger.rules import EXTRA, FIGURE_LABELS, HOW_VERIFIED, Figure
from cwb.ledger.views import EntrySum
from cwb.pillars import queries as pillars
from cwb.pillars.rules import SHOWN_UNDER, UNIT_LABELS
from cwb.pillars.views import MeasureView
from cwb.reporting import queries
from cwb.reporting.queries.choosing import NAMES, Known
from cwb.reporting.rules import KEPT_LABELS, SHOWN_LABELS, WIDEST, Cell, Kept
from cwb.reporting.views import Chosen, Figures, MeasureRow, PillarFigures

blueprint = Blueprint("reporting", __name__)
Answer = Response | str

COLUMNS = (
    "row",
    "pillar_number",
    "pillar",
    "shown_under",
    "measure",
    "title",
    "unit",
    "year",
    *(str(figure) for figure in Figure),
    "checked_one_by_one",
    "sampled_batch",
    "usual",
    "pledges",
    "met",
    "not_met",
    "still_running",
    "no_reading",
    "out_of_date",
)
"""Columns of the table of figures. Figures are never added across columns, nor rows of different measures."""


def _chosen(known: Known) -> Chosen:
    return queries.chosen(known, {name: request.args.get(name, "") for name in NAMES})


def _figures(known: Known) -> Figures:
    """The one roll-up of page, table and picture: one pass over the ledger."""
    session = reading()
    chosen = _chosen(known)
    rolled = ledger.roll_up(session, chosen.slice)
    facts = queries.pledge_facts(session, rolled, chosen, on=today())
    five, measures = pillars.pillars_and_measures(session)
    return queries.figures(rolled, facts, five, measures, chosen, queries.choices(known, chosen))


@blueprint.get("/figures")
@public
def show() -> Answer:
    known = Known(reading())
    figures = _figures(known)
    return render_template(
        "cwb/reporting/figures.html",
        figures=figures,
        reached=None if figures.chosen.asked else queries.reached(reading(), known.zone_scheme_id),
        labels={figure: say(label) for figure, label in FIGURE_LABELS.items()},
        cell_words={shown: say(label) for shown, label in SHOWN_LABELS.items()},
        shown_under=SHOWN_UNDER,
        how=HOW_VERIFIED,
        units={unit: say(label) for unit, label in UNIT_LABELS.items()},
        kept_labels=KEPT_LABELS,
        widest=WIDEST,
        Figure=Figure,
        Kept=Kept,
        sees_all=access.actor().may(SEE_ALL_DELIVERIES),
        on=today(),
    )


# --- the lists behind ---------------------------------------------------------------------------------


def _measure_asked() -> MeasureView:
    return pillars.measure_by_code(reading(), request.args.get("measure", "")[:20])


def _behind() -> tuple[MeasureView, Figure, str | None, Chosen, list[EntrySum]]:
    """What an address asks for. Raises NotThere for no figure, no measure, or one that is not public."""
    measure = _measure_asked()
    asked = request.args.get("figure", "")
    if asked not in set(Figure) or measure.is_level:
        raise NotThere
    if measure.disclosive and not access.actor().may(SEE_ALL_DELIVERIES):
        raise NotThere
    figure = Figure(asked)
    how = request.args.get("how") if figure is Figure.VERIFIED and request.args.get("how") in HOW_VERIFIED else None
    chosen = _chosen(Known(reading()))
    part = replace(chosen.slice, measure_id=measure.id, basis=EXTRA)
    return measure, figure, how, chosen, ledger.entries_behind(reading(), figure, part, how=how)


@blueprint.get("/figures/deliveries")
@public
def deliveries() -> Answer:
    measure, figure, how, chosen, entries = _behind()
    number = min(asked_page(), max(1, -(-len(entries) // PER_PAGE)))
    some = entries[(number - 1) * PER_PAGE : number * PER_PAGE]
    things = queries.things_behind(reading(), access.actor(), figure, some)
    return render_template(
        "cwb/reporting/behind.html",
        measure=measure,
        figure=figure,
        how=HOW_VERIFIED[how] if how else None,
        label=FIGURE_LABELS[figure],
        chosen=chosen,
        total=sum(entry.amount for entry in entries),
        page=Page(things, number, len(entries)),
        address_of=registers.address_of,
        back=_address(chosen),
        asked={**chosen.asked, "measure": measure.code, "figure": str(figure), **({"how": how} if how else {})},
    )


@blueprint.get("/figures/deliveries.csv")
@public
def deliveries_csv() -> Answer:
    measure, figure, _, _, entries = _behind()
    things = queries.things_behind(reading(), access.actor(), figure, entries)
    rows = [
        (
            thing.day.isoformat(),
            str(figure),
            measure.code,
            measure.unit.value,
            thing.amount,
            say(thing.title),
            thing.subject.partition(":")[2],
            thing.provider_name,
            thing.group_name,
            say(thing.zone),
            say(thing.state),
        )
        for thing in things
    ]
    headings = ("day", "figure", "measure", "unit", "amount", "what", "reference", "provider", "group", "zone", "state")
    return csv_answer(f"{figure}-{measure.code}.csv", headings, rows)


@blueprint.get("/figures/levels")
@public
def levels() -> Answer:
    measure = _measure_asked()
    if not measure.is_level:
        raise NotThere
    return _pledges_page(measure, extra_levels=True)


@blueprint.get("/figures/kept")
@public
def kept() -> Answer:
    return _pledges_page(_measure_asked(), extra_levels=False)


def _pledges_page(measure: MeasureView, *, extra_levels: bool) -> Answer:
    if measure.disclosive and not access.actor().may(SEE_ALL_DELIVERIES):
        raise NotThere
    chosen = _chosen(Known(reading()))
    found = queries.pledges_behind(reading(), chosen, measure.id, extra_levels=extra_levels, on=today())
    return render_template(
        "cwb/reporting/pledges.html",
        measure=measure,
        pledges=found,
        extra_levels=extra_levels,
        chosen=chosen,
        back=_address(chosen),
    )


def _address(chosen: Chosen) -> str:
    return url_for("reporting.show", **chosen.asked)  # type: ignore[arg-type]


# --- the table ----------------------------------------------------------------------------------------


@blueprint.get("/figures.csv")
@public
def table() -> Answer:
    figures = _figures(Known(reading()))
    rows = [row for pillar in figures.pillars for row in _rows(pillar)]
    name = "-".join(["figures", *figures.chosen.asked.values()])
    return csv_answer(f"{name}.csv", COLUMNS, [[row.get(column, "") for column in COLUMNS] for row in rows])


def _rows(of: PillarFigures) -> Iterator[Mapping[str, Any]]:
    start = {"pillar_number": of.pillar.number, "pillar": of.pillar.name}
    yield {**start, "row": "pledges", **{str(figure): _told(cell) for figure, cell in of.counts.items()}}
    for _, rows in of.parts:
        for row in rows:
            yield {**start, **_amounts(row, "amount")}
    for row in of.by_year:
        yield {**start, **_amounts(row, "amount by year")}
    for level in of.levels:
        count = level.count
        yield {
            **start,
            **_about(level.measure),
            "row": "level",
            "pledges": count.total,
            "met": count.met,
            "not_met": count.not_met,
            "no_reading": count.no_reading,
            "out_of_date": count.out_of_date,
        }
    for kept_row in of.kept:
        told = {
            "pledges": kept_row.total,
            "met": kept_row.counts[Kept.MET],
            "not_met": kept_row.counts[Kept.NOT_MET],
            "still_running": kept_row.counts[Kept.RUNNING],
            "no_reading": kept_row.counts[Kept.NO_READING],
        }
        hidden = dict.fromkeys(told, say(Message(N_("fewer than 5"))))
        yield {**start, **_about(kept_row.measure), "row": "kept its terms", **(hidden if kept_row.is_hidden else told)}


def _about(measure: MeasureView) -> dict[str, Any]:
    return {
        "measure": measure.code,
        "title": measure.title,
        "unit": measure.unit.value,
        "shown_under": measure.shown_under,
    }


def _amounts(row: MeasureRow, kind: str) -> dict[str, Any]:
    return {
        **_about(row.measure),
        "row": kind,
        "year": row.year,
        **{str(figure): _told(cell) for figure, cell in row.figures.cells.items()},
        "checked_one_by_one": _told(row.figures.checked),
        "sampled_batch": _told(row.figures.sampled),
        "usual": row.usual or "",
    }


def _told(cell: Cell) -> int | str:
    return cell.amount if cell.amount is not None else say(SHOWN_LABELS[cell.shown])
