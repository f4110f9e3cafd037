"""Check our figures: for every closed quarter what its figures are made of, to be added up by anybody."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from flask import render_template, url_for
from sqlalchemy.orm import Session

from community_book.base import work
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.settings import ROOT
from community_book.records.queries import heads
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_text, program_answer, zip_answer
from cwb.ledger import queries as ledger
from cwb.ledger.rules import READING_GOOD_FOR_DAYS, say_quarter
from cwb.pillars import queries as pillars
from cwb.pillars.views import MeasureView
from cwb.reporting import queries
from cwb.reporting.pages.room import Answer, blueprint
from cwb.reporting.queries import checking
from cwb.reporting.queries.choosing import Known
from cwb.reporting.rules import Cell, FiveFigures, Kept
from cwb.reporting.views import Figures, PillarFigures
from cwb.reporting.views.checking import ENTRY_COLUMNS, MEASURE_COLUMNS, PLEDGE_COLUMNS

FORMAT, VERSION = "figures-check", 1
ROWS_AT_ONCE = 500
NOT_TOLD = (
    "What was usual, under a baseline, enters no figure and is not in the ledger.",
    "Figures by year of measures that count people who could be recognised: small counts are hidden there.",
)
README = """Check our figures

Every figure that this site shows for the quarter {quarter} can be worked out again from the tables here:

    python3 check_figures.py {name}

check_figures.py is on the site, at /figures/check. It needs Python and nothing else, and it asks nobody anything.

entries.csv   what every figure is added up from. What is not public yet stands as one sum for each pledge.
pledges.csv   the pledges, and of a level the reading that counts.
measures.csv  what is counted, under which pillar, and in which unit.
figures.json  the figures as the site shows them, what was left out, and the seals of the record.
manifest.json how long each file is, and its SHA-256.

Amounts are whole numbers: minutes, pence, people, items, plot-weeks. Amounts of different measures are never added.
"""


@blueprint.get("/figures/check")
@public
def check() -> Answer:
    _, measures = pillars.pillars_and_measures(reading())
    return render_template(
        "cwb/reporting/check.html",
        quarters=[(one, say_quarter(one.quarter)) for one in checking.closed_quarters(reading(), measures)],
        newest=next(iter(heads(reading(), limit=1)), None),
        disclosive=[one for one in measures if one.disclosive and not one.is_retired],
    )


@blueprint.get("/figures/check_figures.py")
@public
def checker() -> Answer:
    """The program that adds up again."""
    return program_answer(ROOT / "tools" / "check_figures.py")


@blueprint.get("/figures/check/<quarter>")
@public
def check_quarter(quarter: str) -> Answer:
    """A closed quarter: its file, and the seal that stands for its closing."""
    _must_be_closed(quarter)
    _, measures = pillars.pillars_and_measures(reading())
    [about] = [one for one in checking.closed_quarters(reading(), measures) if one.quarter == quarter]
    return render_template(
        "cwb/reporting/check_quarter.html",
        about=about,
        words=say_quarter(quarter),
        closing=checking.closing_act(reading(), quarter),
        name=_name(quarter),
    )


@blueprint.get("/figures/check/<quarter>/figures.zip")
@public
def check_download(quarter: str) -> Answer:
    _must_be_closed(quarter)
    return zip_answer(_name(quarter), _files(quarter))


def _must_be_closed(quarter: str) -> None:
    if quarter not in ledger.closed_quarters(reading()):
        raise NotThere


def _name(quarter: str) -> str:
    return f"figures-{quarter}.zip"


# --- what is in the archive -----------------------------------------------------------------------------


class _Counted:
    """The pieces of a file on their way, with what the manifest says of them."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self.pieces, self.lines, self.hashed = pieces, 0, hashlib.sha256()

    def __iter__(self) -> Iterator[str]:
        for piece in self.pieces:
            self.lines += piece.count("\n")
            self.hashed.update(piece.encode())
            yield piece

    @property
    def told(self) -> dict[str, Any]:
        return {"lines": self.lines, "sha256": self.hashed.hexdigest()}


def _files(quarter: str) -> Iterator[tuple[str, Iterable[str]]]:
    """The files one after the other, all read in one Reading."""
    with work.reading() as session:
        known = Known(session)
        chosen = queries.chosen(known, {"period": quarter})
        rolled = ledger.roll_up(session, chosen.slice)
        facts = queries.pledge_facts(session, rolled, chosen, on=today())
        five, measures = pillars.pillars_and_measures(session)
        figures = queries.figures(rolled, facts, five, measures, chosen, queries.choices(known, chosen))
        told = _json(_figures_told(session, quarter, figures, measures))
        files: dict[str, Iterable[str]] = {
            "README.txt": [README.format(quarter=quarter, name=_name(quarter))],
            "measures.csv": [csv_text(MEASURE_COLUMNS, checking.measures_told(measures, facts))],
            "pledges.csv": _table(PLEDGE_COLUMNS, checking.public_pledges(session, chosen, facts, measures)),
            "entries.csv": _table(ENTRY_COLUMNS, checking.public_entries(session, quarter, measures)),
            "figures.json": [told],
        }
        manifest = {}
        for name, pieces in files.items():
            counted = _Counted(pieces)
            yield name, counted
            manifest[name] = counted.told
        yield "manifest.json", [_json({"format": FORMAT, "version": VERSION, "files": manifest})]


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _table(columns: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[str]:
    """A table in pieces, so that a long one is never held whole.

    It holds codes, days and numbers of ours and no words of anybody, so that there is nothing a spreadsheet could run;
    looking at each cell took a third of the time of a long ledger.
    """
    yield csv_text(columns, [])
    while portion := list(islice(rows, ROWS_AT_ONCE)):
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(portion)
        yield out.getvalue()


def _figures_told(session: Session, quarter: str, figures: Figures, measures: Sequence[MeasureView]) -> dict[str, Any]:
    closing = checking.closing_act(session, quarter)
    return {
        "format": FORMAT,
        "version": VERSION,
        "quarter": quarter,
        "made_on": today().isoformat(),
        "reading_good_for_days": READING_GOOD_FOR_DAYS,
        "closed_by_act": None if closing is None else {"sequence": closing.sequence, "hash": closing.hash},
        "published_head": None
        if closing is None or closing.head_day is None
        else {"day": closing.head_day.isoformat(), "sequence": closing.head_sequence, "hash": closing.head_hash},
        "left_out": {
            "measures": [{"measure": one.code, "title": one.title} for one in measures if one.disclosive],
            "why": "They count people who could be recognised: no quarter of them is public.",
            "not_in_figures": list(NOT_TOLD),
        },
        "rows": [row for of in figures.pillars for row in _rows(of)],
    }


def _rows(of: PillarFigures) -> Iterator[dict[str, Any]]:
    """The rows of the page of figures, in whole numbers."""
    number = {"pillar": of.pillar.number}
    yield {**number, "row": "pledges", **{str(figure): _cell(cell) for figure, cell in of.counts.items()}}
    for _, rows in of.parts:
        for row in rows:
            about = {"measure": row.measure.code, "unit": row.measure.unit.value}
            yield {**number, "row": "amount", **about, **_five(row.figures)}
    for level in of.levels:
        if not level.measure.disclosive:
            count = level.count
            told = {"pledges": count.total, "met": count.met, "not_met": count.not_met}
            told |= {"no_reading": count.no_reading, "out_of_date": count.out_of_date}
            yield {**number, "row": "level", "measure": level.measure.code, **told}
    for kept in of.kept:
        if not kept.measure.disclosive:
            counts = {str(how): kept.counts[how] for how in Kept}
            yield {**number, "row": "kept its terms", "measure": kept.measure.code, "pledges": kept.total, **counts}


def _five(five: FiveFigures) -> dict[str, int | str]:
    cells = {str(figure): _cell(cell) for figure, cell in five.cells.items()}
    return {**cells, "checked": _cell(five.checked), "sampled": _cell(five.sampled)}


def _cell(cell: Cell) -> int | str:
    return cell.amount if cell.amount is not None else str(cell.shown)


@blueprint.app_template_global("check_of_quarter")
def check_of_quarter(asked: Mapping[str, str]) -> str:
    """Where a quarter that is chosen is checked; "" where none is, or one that is still open."""
    quarter = asked.get("period", "")
    if "-" not in quarter or quarter not in ledger.closed_quarters(reading()):
        return ""
    return url_for("reporting.check_quarter", quarter=quarter)
