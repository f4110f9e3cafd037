"""Lists of deliveries: a side's own and the council's, with filters and as CSV."""

from __future__ import annotations

import re
from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from community_book.web import access, downloads, paging
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.words import say, share
from cwb.deliveries import queries, rules, saying
from cwb.deliveries.pages.room import blueprint
from cwb.deliveries.rules import SEE_ALL_DELIVERIES, SEE_DELIVERIES, STATE_LABELS, DeliveryState
from cwb.deliveries.views import DeliveryRow, Wanted
from cwb.ledger.rules import is_quarter

WORDS_LONGEST = 100
CSV_ROWS_AT_MOST = 10_000
CSV_HEADINGS = (
    "reference",
    "state",
    "first_day",
    "last_day",
    "provider",
    "group",
    "measure",
    "unit",
    "reported_whole",
    "reported",
    "group_confirmed",
    "council_verified",
    "usual",
    "beyond_the_promise",
    "level_part",
    "level_whole",
    "share",
    "counts_on",
    "recorded_by_council",
    "files",
    "pledge",
    "promise",
    "need",
)


def csv_row(row: DeliveryRow) -> list[Any]:
    """One delivery as cells: whole numbers of the unit."""
    return [
        row.reference,
        say(STATE_LABELS[row.state]),
        row.first_day.isoformat(),
        row.happened_on.isoformat(),
        row.provider_name,
        row.group_name,
        f"{row.measure_code} {row.measure_title}",
        str(row.unit),
        row.stated,
        row.amount,
        "not applicable" if row.confirmed is None else row.confirmed,
        row.verified,
        row.usual,
        row.surplus,
        row.level_part,
        row.level_whole,
        share(row.share_basis_points),
        row.counts_on.isoformat(),
        "yes" if row.reported_on_behalf else "",
        row.files,
        row.pledge_reference,
        row.commitment_reference,
        row.need_reference,
    ]


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What the address asks for; whatever makes no sense is left open, as if it had not been asked."""
    asked = {name: request.args.get(name, "").replace("\x00", "") for name in ("q", "state", "quarter", "flagged")}
    asked["q"] = " ".join(asked["q"].split())[:WORDS_LONGEST]
    known = {*DeliveryState, queries.WAITS_FOR_US, queries.WAITS_FOR_COUNCIL}
    asked["state"] = asked["state"] if asked["state"] in known else ""
    fits = re.fullmatch(r"(?:19|20)[0-9]{2}-Q[1-4]", asked["quarter"]) and is_quarter(asked["quarter"])
    asked["quarter"] = asked["quarter"] if fits else ""
    asked["flagged"] = "yes" if asked["flagged"] == "yes" else ""
    wanted = Wanted(state=asked["state"], words=asked["q"], quarter=asked["quarter"], flagged=asked["flagged"] == "yes")
    return wanted, {name: value for name, value in asked.items() if value}


def _page(template: str, **context: Any) -> str:
    wanted, asked = _wanted()
    number = paging.asked_page()
    total, rows = queries.deliveries(reading(), access.actor(), wanted, number)
    return render_template(
        template,
        page=paging.Page(rows, number, total),
        asked=asked,
        states=[(state, STATE_LABELS[state]) for state in DeliveryState],
        flag_labels=rules.FLAG_LABELS,
        saying=saying,
        **context,
    )


@blueprint.get("/deliveries")
@requires(SEE_DELIVERIES)
def own() -> str:
    """What happened, for whoever is signed in: a side's own reports, or all of them for the council."""
    sees_all = access.actor().may(SEE_ALL_DELIVERIES)
    return _page(
        "cwb/deliveries/list.html",
        sees_all=sees_all,
        waits_for_us=queries.WAITS_FOR_US,
        waits_for_council=queries.WAITS_FOR_COUNCIL,
    )


@blueprint.get("/deliveries.csv")
@requires(SEE_DELIVERIES)
def own_csv() -> Response:
    wanted, _ = _wanted()
    _, rows = queries.deliveries(reading(), access.actor(), wanted, per_page=CSV_ROWS_AT_MOST)
    return downloads.csv_answer("what-happened.csv", CSV_HEADINGS, (csv_row(row) for row in rows))
