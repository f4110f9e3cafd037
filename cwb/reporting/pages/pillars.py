"""The five pillars: the page of figures and its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template, request

from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.web import access
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.words import say
from cwb.deliveries.rules import SEE_ALL_DELIVERIES
from cwb.ledger.rules import FIGURE_LABELS, HOW_VERIFIED, Figure, is_quarter
from cwb.pillars.rules import SHOWN_UNDER, UNIT_LABELS
from cwb.pillars.views import MeasureView
from cwb.reporting import queries
from cwb.reporting.pages.room import Answer, blueprint, figures_of
from cwb.reporting.queries.choosing import Known
from cwb.reporting.queries.quarters import was_adjusted
from cwb.reporting.rules import COUNTED_LABELS, KEPT_LABELS, SHOWN_LABELS, WIDEST, Cell, Kept
from cwb.reporting.views import Chosen, MeasureRow, PillarFigures

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


@blueprint.get("/figures")
@public
def show() -> Answer:
    known = Known(reading())
    figures = figures_of(known)
    here = next((of for of in figures.pillars if str(of.pillar.number) == request.args.get("pillar")), None)
    return render_template(
        "cwb/reporting/figures.html",
        figures=figures,
        here=here,
        reached=None if figures.chosen.asked or here else queries.reached(reading(), known.zone_scheme_id),
        labels={figure: say(label) for figure, label in FIGURE_LABELS.items()},
        cell_words={shown: say(label) for shown, label in SHOWN_LABELS.items()},
        counted=COUNTED_LABELS,
        shown_under=SHOWN_UNDER,
        how=HOW_VERIFIED,
        units={unit: say(label) for unit, label in UNIT_LABELS.items()},
        kept_labels=KEPT_LABELS,
        widest=WIDEST,
        Figure=Figure,
        Kept=Kept,
        sees_all=access.actor().may(SEE_ALL_DELIVERIES),
        adjusted=_adjusted(figures.chosen),
        on=today(),
    )


def _adjusted(chosen: Chosen) -> str | None:
    """The closed quarter asked for, where something of it was put right since."""
    asked = chosen.asked.get("period", "")
    return asked if is_quarter(asked) and was_adjusted(reading(), asked) else None


# --- the table ----------------------------------------------------------------------------------------


@blueprint.get("/figures.csv")
@public
def table() -> Answer:
    figures = figures_of(Known(reading()))
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
