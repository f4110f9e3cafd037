"""Unmet need for the council: a list for the next call-off, and what comes near the needs that nothing fits."""

from __future__ import annotations

from collections import defaultdict

from flask import Response, render_template

from community_book.base.amounts import KIND_LABELS, KIND_UNITS, Kind, Unit, say_amount
from community_book.needs.rules import KINDS_ASKED
from community_book.web import access
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import Page, asked_page
from community_book.web.words import amount, say
from cwb.matching import queries
from cwb.matching.pages.room import blueprint
from cwb.matching.pages.unmet import asked, found_for, lines_of
from cwb.matching.rules import SEE_SCORES
from cwb.matching.rules.unmet import say_what
from cwb.matching.views import NeedBehind

CSV_AT_MOST = 10_000


@blueprint.get("/unmet/call-off.csv")
@requires(SEE_SCORES)
def call_off_csv() -> Response:
    """What the next call-off could ask for: a line for everything that is short, with the needs it stands for."""
    now = asked()
    found = found_for(now)
    _, needs = queries.needs_behind(reading(), found, kind=now.kind)
    own: dict[tuple[Kind, str, int | None], list[NeedBehind]] = defaultdict(list)
    for need in needs:
        own[need.kind, need.what, need.zone_id].append(need)
    headings = (
        "Zone", "Kind", "What", "Unit", "Short", "Short in words", "Groups", "First day", "Last day", "Needs",
        "Words for the call-off",
    )  # fmt: skip
    codes = {zone.id: zone.code for zone in found.zones}
    rows = []
    for line in lines_of(found, now):
        cell = line.cell
        behind = own[cell.kind, cell.what, cell.zone_id]
        zone = say(line.zone)
        code = codes.get(cell.zone_id or 0, "")
        rows.append(
            (
                f"{code} {zone}".strip() if code != zone else zone,
                say(KIND_LABELS[cell.kind]),
                say(line.what),
                str(cell.unit),
                cell.short,
                amount(cell.short, cell.unit),
                cell.groups,
                min((need.first_day for need in behind), default=None),
                max((need.last_day for need in behind), default=None),
                ", ".join(sorted({need.need_reference for need in behind})),
                say(line.sentence),
            )
        )
    return csv_answer(f"call-off-{now.quarter}.csv", headings, rows)


@blueprint.get("/unmet/nothing-fits")
@requires(SEE_SCORES)
def nothing_fits() -> str:
    """Needs for which nothing on offer fits, what comes near, and what would have to change."""
    number, now = asked_page(), asked()
    total, found = queries.nothing_fits(reading(), access.actor(), number, kind=now.kind)
    return render_template(
        "cwb/matching/nothing_fits.html",
        page=Page(found, number, total, 10),
        now=now,
        kinds=[(str(one), KIND_LABELS[one]) for one in KINDS_ASKED],
        what={one.need.part_id: say_what(one.need.kind, one.need.what) for one in found},
    )


@blueprint.get("/unmet/nothing-fits.csv")
@requires(SEE_SCORES)
def nothing_fits_csv() -> Response:
    """The same for a spreadsheet: a line for each near miss; one without for a need nothing comes near."""
    _, found = queries.nothing_fits(reading(), access.actor(), kind=asked().kind, per_page=CSV_AT_MOST)
    headings = (
        "Need", "Title", "Group", "What", "Still looked for", "First day", "Last day", "Nearest offer", "Provider",
        "What keeps them apart", "What would make it fit",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for one in found:
        need = one.need
        left = say(say_amount(KIND_UNITS[need.kind] or Unit.ITEMS, need.amount)) if need.amount is not None else ""
        first = (
            need.need_reference, need.need_title, need.group_name, say(say_what(need.kind, need.what)), left,
            need.first_day, need.last_day,
        )  # fmt: skip
        if not one.nearest:
            rows.append((*first, "", "", "", ""))
        for near in one.nearest:
            apart = "; ".join(say(miss.why) for miss in near.misses)
            mend = "; ".join(say(miss.would_fit) for miss in near.misses if miss.would_fit is not None)
            rows.append((*first, near.pledge_title, near.provider_name, apart, mend))
    return csv_answer("nothing-fits.csv", headings, rows)
