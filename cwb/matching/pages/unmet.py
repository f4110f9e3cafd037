"""Where help is missing: heat map and table, the needs behind each figure, and for the council what comes near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask import Response, render_template, request, url_for

from community_book.base.amounts import KIND_LABELS, Kind, Unit
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.needs.rules import KINDS_ASKED
from community_book.web import access
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import Page, asked_page
from community_book.web.words import say
from cwb.ledger.rules import say_quarter
from cwb.matching import queries
from cwb.matching.pages.room import blueprint
from cwb.matching.rules import SEE_SCORES
from cwb.matching.rules.unmet import NOT_PLACED, WRITE_TO_PROVIDERS, Shortage, say_shortage, say_what
from cwb.matching.views import Unmet

SENTENCES = 6
PER_PAGE = 25
CSV_AT_MOST = 10_000
NO_ZONE = "none"
"""What stands in an address for what is not placed in a zone."""


@dataclass(frozen=True)
class Square:
    """One square of the heat map."""

    short: int
    asked: int
    shade: int
    unit: Unit
    href: str


@dataclass(frozen=True)
class Line:
    """One row of the table: a kind and what in a zone, in words."""

    cell: Shortage
    zone: str | Message
    what: Message
    sentence: Message
    href: str


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    quarter: str
    kind: Kind | None
    scheme_id: int | None

    @property
    def args(self) -> dict[str, str]:
        found = {"quarter": self.quarter, "kind": str(self.kind or ""), "scheme": str(self.scheme_id or "")}
        return {name: value for name, value in found.items() if value}


def asked() -> Asked:
    """The quarter, the kind and the division in the address; what cannot be read is as if nothing stood there."""
    quarters = queries.quarters_to_come()
    quarter, kind, scheme = (request.args.get(name, "") for name in ("quarter", "kind", "scheme"))
    readable = scheme.isascii() and scheme.isdigit() and len(scheme) < 10
    return Asked(
        quarter if quarter in quarters else quarters[1],
        Kind(kind) if kind in set(KINDS_ASKED) else None,
        int(scheme) if readable else None,
    )


def found_for(now: Asked) -> Unmet:
    return queries.unmet(reading(), access.actor(), now.quarter, scheme_id=now.scheme_id, kind=now.kind)


def zone_words(found: Unmet) -> dict[int | None, str | Message]:
    return {**{zone.id: zone.name for zone in found.zones}, None: NOT_PLACED}


def _references(found: Unmet) -> dict[int | None, str]:
    return {**{zone.id: zone.reference for zone in found.zones}, None: NO_ZONE}


def lines_of(found: Unmet, now: Asked) -> list[Line]:
    """Everything that is short: what nobody offers first, then the largest share, then by name."""
    zones, references = zone_words(found), _references(found)
    short = sorted(
        (cell for cell in found.cells if cell.short),
        key=lambda cell: (
            cell.offers > 0,
            -(cell.short * 10_000 // cell.asked),
            say(say_what(cell.kind, cell.what)),
            str(zones[cell.zone_id]),
        ),
    )
    return [
        Line(
            cell,
            zones[cell.zone_id],
            say_what(cell.kind, cell.what),
            say_shortage(cell, zones[cell.zone_id]),
            _behind(now, cell.kind, references[cell.zone_id], cell.what),
        )
        for cell in short
    ]


def _behind(now: Asked, kind: Kind, zone: str | None = None, what: str | None = None) -> str:
    args = {**now.args, "kind": str(kind)}
    if zone is not None:
        args["zone"] = zone
    if what is not None:
        args["what"] = what
    return url_for("matching.behind_unmet", **args)  # type: ignore[arg-type]


def _heat(found: Unmet, now: Asked) -> tuple[list[str], list[tuple[str, list[Square | None]]]]:
    """The headings, and for each zone and the whole borough a square for each of them; None: nothing is asked."""
    references = _references(found)
    columns = _columns(found, now)
    rows: list[tuple[int | None, str]] = [(zone.id, zone.name) for zone in found.zones]
    if any(cell.zone_id is None for cell in found.cells):
        rows.append((None, say(NOT_PLACED)))
    squares: dict[tuple[int | None, tuple[Kind, str | None]], list[Shortage]] = defaultdict(list)
    for cell in found.cells:
        key = (cell.kind, cell.what if now.kind else None)
        squares[cell.zone_id, key].append(cell)
    lines = [
        (name, [_square(squares.get((zone_id, key), ()), now, key, references[zone_id]) for key in columns])
        for zone_id, name in rows
    ]
    whole = [
        _square([cell for (_, own), cells in squares.items() if own == key for cell in cells], now, key, None)
        for key in columns
    ]
    headings = [say(say_what(kind, what or "") if now.kind else KIND_LABELS[kind]) for kind, what in columns]
    return headings, [*lines, ("", whole)]


def _columns(found: Unmet, now: Asked) -> list[tuple[Kind, str | None]]:
    """The kinds of which something is asked; of one kind, what of it."""
    if now.kind:
        return [(now.kind, what) for what in sorted({cell.what for cell in found.cells})]
    asked_kinds = {cell.kind for cell in found.cells}
    return [(kind, None) for kind in KINDS_ASKED if kind in asked_kinds]


def _square(cells: Iterable[Shortage], now: Asked, key: tuple[Kind, str | None], zone: str | None) -> Square | None:
    own = list(cells)
    if not own:
        return None
    kind, what = key
    added = replace(own[0], asked=sum(cell.asked for cell in own), short=sum(cell.short for cell in own))
    return Square(added.short, added.asked, added.shade, added.unit, _behind(now, kind, zone, what))


@blueprint.get("/unmet")
@public
def unmet() -> str:
    """Where asking outruns offers in a quarter to come."""
    now = asked()
    found = found_for(now)
    lines = lines_of(found, now)
    headings, rows = _heat(found, now)
    number = asked_page()
    start = (number - 1) * PER_PAGE
    return render_template(
        "cwb/matching/unmet.html",
        now=now,
        found=found,
        sentences=lines[:SENTENCES],
        page=Page(lines[start : start + PER_PAGE], number, len(lines), PER_PAGE),
        headings=headings,
        rows=[row for row in rows if any(row[1])],
        quiet_zones=[name for name, squares in rows if name and not any(squares)],
        quarters=[(one, say_quarter(one)) for one in queries.quarters_to_come()],
        kinds=[(str(one), KIND_LABELS[one]) for one in KINDS_ASKED if one not in found.hidden_kinds],
        hidden=[KIND_LABELS[one] for one in found.hidden_kinds if one in KINDS_ASKED],
        quarter_words=say_quarter(now.quarter),
        nothing_fits=sum(cell.nothing_fits for cell in found.cells),
        sees_all=access.actor().may(SEE_SCORES),
    )


@blueprint.get("/unmet.csv")
@public
def unmet_csv() -> Response:
    """Every kind, what and zone something is asked for in, for a spreadsheet."""
    now = asked()
    found = found_for(now)
    zones = zone_words(found)
    headings = (
        "Quarter", "Zone", "Kind", "What", "Unit", "Asked for", "Can be met", "Short", "Needs", "Groups",
        "Pledges that could serve", "Not sure how much", "Nothing fits now", "In words",
    )  # fmt: skip
    rows = [
        (
            now.quarter,
            say(zones[cell.zone_id]),
            say(KIND_LABELS[cell.kind]),
            say(say_what(cell.kind, cell.what)),
            str(cell.unit),
            cell.asked,
            cell.met,
            cell.short,
            cell.needs,
            cell.groups,
            cell.offers,
            cell.unsure,
            cell.nothing_fits,
            say(say_shortage(cell, zones[cell.zone_id])) if cell.short else "",
        )
        for cell in found.cells
    ]
    return csv_answer(f"unmet-need-{now.quarter}.csv", headings, rows)


@blueprint.get("/unmet/needs")
@public
def behind_unmet() -> str:
    """The needs a square or a line is made of."""
    now, zone, what = asked(), request.args.get("zone"), request.args.get("what")
    if now.kind is None:
        raise NotThere
    found = found_for(now)
    zone_id = zone_asked(found, zone)
    number = asked_page()
    total, needs = queries.needs_behind(
        reading(),
        found,
        kind=now.kind,
        what=what,
        zone_id=zone_id,
        anywhere=zone is None,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    cells = [
        cell
        for cell in found.cells
        if (zone is None or cell.zone_id == zone_id) and (what is None or cell.what == what)
    ]
    zones = zone_words(found)
    lines = [line for line in lines_of(found, now) if line.cell in cells]
    return render_template(
        "cwb/matching/unmet_behind.html",
        now=now,
        page=Page(needs, number, total, PER_PAGE),
        kind_label=say_what(now.kind, what) if what else KIND_LABELS[now.kind],
        zone=zones[zone_id] if zone is not None else None,
        zones=zones,
        lines=lines,
        quarter_words=say_quarter(now.quarter),
        sees_all=access.actor().may(SEE_SCORES),
        letter=_letter_address(now, zone, what, lines),
    )


def _letter_address(now: Asked, zone: str | None, what: str | None, lines: Sequence[Line]) -> str:
    """Where an officer writes to providers about one figure; nothing where nothing is short."""
    if not lines or not access.actor().may(WRITE_TO_PROVIDERS):
        return ""
    args = {**now.args, "zone": zone or "", "what": what or lines[0].cell.what}
    return url_for("matching.write_letter", **args)  # type: ignore[arg-type]


def zone_asked(found: Unmet, typed: str | None) -> int | None:
    """The zone of an address: None for none or "not placed". Raises NotThere for one nobody knows."""
    if typed is None or typed in {"", NO_ZONE}:
        return None
    zone = next((one for one in found.zones if one.reference == typed), None)
    if zone is None:
        raise NotThere
    return zone.id
