"""Figures by zone with the map, by lot, and over time: page and table of each from the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import render_template, request

from community_book.base.messages import Message
from community_book.places.views import SchemeShown
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.words import say
from cwb.ledger.rules import FIGURE_LABELS, HOW_VERIFIED, Figure
from cwb.pillars import queries as pillars
from cwb.pillars.rules import UNIT_LABELS
from cwb.pillars.views import MeasureView, PillarView
from cwb.reporting import queries
from cwb.reporting.pages.room import Answer, blueprint, chosen_measure, chosen_of
from cwb.reporting.queries.choosing import Known
from cwb.reporting.rules import (
    LARGE,
    MARKS,
    QUARTERS_AT_MOST,
    SHOWN_LABELS,
    WIDEST,
    Cell,
    added_up,
    draw_lines,
)
from cwb.reporting.views import Across, AcrossRow, Chosen, QuarterChart

ON_MAP = (Figure.VERIFIED, Figure.CONFIRMED, Figure.REPORTED, Figure.COMMITTED)
"""What a map can show; pledged is never split by zone. What is delivered comes first."""

COLUMNS = ("measure", "unit", *(str(figure) for figure in Figure), "checked_one_by_one", "sampled_batch")


def _measures() -> tuple[list[PillarView], tuple[MeasureView, ...]]:
    five, measures = pillars.pillars_and_measures(reading())
    return five, queries.shown_measures(measures)


def _asked(chosen: Chosen, measure: MeasureView | None) -> dict[str, str]:
    return {**chosen.asked, **({"measure": measure.code} if measure else {})}


def _context(known: Known, chosen: Chosen, across: Across) -> dict[str, object]:
    return {
        "chosen": chosen,
        "choices": queries.choices(known, chosen),
        "across": across,
        "measure": across.measure,
        "asked": _asked(chosen, across.measure),
        "labels": {figure: say(label) for figure, label in FIGURE_LABELS.items()},
        "cell_words": {shown: say(label) for shown, label in SHOWN_LABELS.items()},
        "units": {unit: say(label) for unit, label in UNIT_LABELS.items()},
        "how": HOW_VERIFIED,
        "widest": WIDEST,
        "Figure": Figure,
    }


def _table(name: str, first: Sequence[str], across: Across) -> Answer:
    """A table of rows: what tells them apart, then the five figures. Never added across columns."""
    return csv_answer(f"{name}.csv", (*first, *COLUMNS), [_line(row, across, first) for row in across.rows])


def _line(row: AcrossRow, across: Across, first: Sequence[str]) -> list[object]:
    words = row.words if isinstance(row.words, str) else say(row.words)
    told = {"number": row.label, "quarter": row.label}
    five = row.figures
    return [
        *(told.get(name, words) for name in first),
        across.measure.code if across.measure else "",
        across.measure.unit.value if across.measure else "count",
        *(_told(five.cells[figure]) for figure in Figure),
        _told(five.checked),
        _told(five.sampled),
    ]


def _told(cell: Cell) -> int | str:
    return cell.amount if cell.amount is not None else say(SHOWN_LABELS[cell.shown])


# --- zones ----------------------------------------------------------------------------------------------


def _zones() -> tuple[Known, Chosen, Across, SchemeShown | None]:
    known = Known(reading())
    chosen = chosen_of(known, without="zone")
    _, measures = _measures()
    across, scheme = queries.across_zones(reading(), known, chosen, chosen_measure(measures), measures)
    return known, chosen, across, scheme


@blueprint.get("/figures/zones")
@public
def zones() -> Answer:
    known, chosen, across, scheme = _zones()
    typed = request.args.get("figure", "")
    figure = Figure(typed) if typed in set(ON_MAP) else Figure.VERIFIED
    return render_template(
        "cwb/reporting/zones.html",
        **_context(known, chosen, across),
        scheme=scheme,
        figure=figure,
        split_figures=[one for one in Figure if one in ON_MAP],
        map_choices=[(figure.value, FIGURE_LABELS[figure]) for figure in ON_MAP],
        map=queries.shaded_map(scheme, across, figure),
    )


@blueprint.get("/figures/zones.csv")
@public
def zones_csv() -> Answer:
    _, _, across, _ = _zones()
    return _table("figures-by-zone", ("number", "zone"), across)


# --- lots -----------------------------------------------------------------------------------------------


def _lots() -> tuple[Known, Chosen, Across]:
    known = Known(reading())
    chosen = chosen_of(known, without="lot")
    _, measures = _measures()
    return known, chosen, queries.across_lots(reading(), known, chosen, chosen_measure(measures), measures)


@blueprint.get("/figures/lots")
@public
def lots() -> Answer:
    known, chosen, across = _lots()
    return render_template("cwb/reporting/lots.html", **_context(known, chosen, across))


@blueprint.get("/figures/lots.csv")
@public
def lots_csv() -> Answer:
    _, _, across = _lots()
    return _table("figures-by-lot", ("lot",), across)


# --- over time ------------------------------------------------------------------------------------------


def _time() -> tuple[Known, Chosen, Across, list[PillarView], tuple[MeasureView, ...]]:
    known = Known(reading())
    chosen = chosen_of(known, without="period")
    five, measures = _measures()
    across = queries.across_quarters(reading(), known, chosen, chosen_measure(measures), measures)
    return known, chosen, across, five, measures


def _pillar_asked(five: Sequence[PillarView]) -> PillarView | None:
    typed = request.args.get("pillar", "")
    return next((pillar for pillar in five if str(pillar.number) == typed), None)


@blueprint.get("/figures/time")
@public
def time() -> Answer:
    known, chosen, across, five, measures = _time()
    charts = _charts(known, chosen, measures) if across.measure is None else ()
    with_charts = {one.measure.pillar_number for one in charts}
    pillar = _pillar_asked(five) or next((one for one in five if one.number in with_charts), five[0])
    rows = across.rows[-QUARTERS_AT_MOST:]
    so_far = request.args.get("so_far") == "1"
    quarters = [row.label for row in rows]
    context = _context(known, chosen, across)
    kept = {"so_far": "1"} if so_far else {}
    return render_template(
        "cwb/reporting/time.html",
        **{**context, "asked": {**_asked(chosen, across.measure), **kept}},
        rows=rows,
        left_out=len(across.rows) - len(rows),
        chart=draw_lines(_series(across, so_far), quarters, across.unit, LARGE) if rows else None,
        so_far=so_far,
        lines={str(figure): numbers for figure, numbers in _series(across, so_far).items()},
        pillars=five,
        pillar=pillar,
        charts=[one for one in charts if one.measure.pillar_number == pillar.number],
        quarters=quarters,
        marks=MARKS,
    )


def _series(across: Across, so_far: bool) -> dict[str, list[int | None]]:
    """The values of each figure that applies, by quarter; with `so_far` each with all before it."""
    found: dict[str, list[int | None]] = {}
    for figure in Figure:
        cells = [row.figures.cells[figure] for row in across.rows]
        if cells and all(cell.is_amount for cell in cells):
            amounts = [cell.amount or 0 for cell in cells]
            told = added_up(amounts) if so_far else amounts
            found[str(figure)] = [*told[-QUARTERS_AT_MOST:]]
    return found


def _charts(known: Known, chosen: Chosen, measures: Sequence[MeasureView]) -> tuple[QuarterChart, ...]:
    quarters = queries.quarters_of(known)[-QUARTERS_AT_MOST:]
    return queries.small_charts(reading(), chosen, measures, quarters) if quarters else ()


@blueprint.get("/figures/time.csv")
@public
def time_csv() -> Answer:
    """The quarters of one measure or, without one, of every measure, each in its own unit."""
    known, chosen, across, _, measures = _time()
    if across.measure is not None or request.args.get("of") != "measures":
        return _table("figures-by-quarter", ("quarter",), across)
    columns = ("measure", "title", "unit", "quarter", "reported", "verified")
    return csv_answer("measures-by-quarter.csv", columns, _measure_lines(known, chosen, measures))


def _measure_lines(known: Known, chosen: Chosen, measures: Sequence[MeasureView]) -> Iterator[tuple[object, ...]]:
    quarters = queries.quarters_of(known)
    for one in queries.small_charts(reading(), chosen, measures, quarters):
        for place, quarter in enumerate(quarters):
            yield (
                one.measure.code,
                one.measure.title,
                one.measure.unit.value,
                quarter,
                one.amounts[Figure.REPORTED][place],
                one.amounts[Figure.VERIFIED][place],
            )


def words_of(words: str | Message) -> str:
    """A name, or a sentence in the reader's language."""
    return words if isinstance(words, str) else say(words)
