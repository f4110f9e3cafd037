""" "Not for us": saying it, taking it back, and what the council sees of it: plain counts."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response as Answer
from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.clock import quarter_dates, quarter_of, today
from community_book.base.messages import N_, Message
from community_book.base.references import tidy_reference
from community_book.base.registered import DeskItem
from community_book.needs.rules import KINDS_ASKED
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import Page, asked_page
from community_book.web.words import say
from cwb.commitments.rules import Side
from cwb.ledger.rules import say_quarter
from cwb.matching import actions, queries
from cwb.matching.pages.room import blueprint
from cwb.matching.rules import NOT_FOR_US, REASONS, REASONS_OF, SEE_SCORES, SIDE_WORDS
from cwb.matching.schemas import NotForUsForm
from cwb.matching.views import ReasonCount

SAID = Message(N_("It is not shown to you any more. You can take that back below."))
TAKEN_BACK = Message(N_("Taken back. It is shown to you again while it fits."))
QUARTERS_BACK = 8


@blueprint.route("/suggestions/<reference>/<int:part_id>/not-for-us", methods=["GET", "POST"])
@requires(NOT_FOR_US)
def not_for_us(reference: str, part_id: int) -> Response | tuple[str, int]:
    """Says that a suggestion is not for one's organisation, with a reason."""
    found = queries.pair(reading(), access.actor(), tidy_reference(reference), part_id)
    form = forms.Form(NotForUsForm(found.side), values=found)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.say_not_for_us(access.actor(), found.pledge_reference, part_id, new)
            return forms.done(url_for("matching.own_not_for_us"), SAID)
    return forms.page("cwb/matching/not_for_us.html", form, pair=found)


@blueprint.post("/suggestions/<reference>/<int:part_id>/take-back")
@requires(NOT_FOR_US)
def take_back(reference: str, part_id: int) -> Response:
    actions.take_back_not_for_us(access.actor(), tidy_reference(reference), part_id)
    return forms.done(url_for("matching.own_not_for_us"), TAKEN_BACK)


@blueprint.get("/suggestions/not-for-us")
@requires(NOT_FOR_US)
def own_not_for_us() -> str:
    """What one's organisation said is not for it."""
    number = asked_page()
    total, found = queries.own_not_for_us(reading(), access.actor(), number)
    return render_template("cwb/matching/own_not_for_us.html", page=Page(found, number, total, 25), reasons=REASONS)


def waiting_for(reading: Session, actor: Actor) -> Sequence[DeskItem]:
    """For information: what one's organisation said is not for it."""
    if actor.is_system or actor.organisation_id is None or not actor.may(NOT_FOR_US):
        return []
    count = queries.own_count(reading, actor)
    if not count:
        return []
    title = Message(N_("Suggestions you said are not for you"))
    return [DeskItem(title, url_for("matching.own_not_for_us"), count, urgency=9)]


# --- for the council ----------------------------------------------------------------------------


def _asked() -> tuple[Kind | None, str]:
    """The kind and the quarter in the address; what cannot be read narrows nothing."""
    kind, quarter = request.args.get("kind", ""), request.args.get("quarter", "")
    return (Kind(kind) if kind in set(KINDS_ASKED) else None), (quarter if quarter in _quarters() else "")


def _quarters() -> list[str]:
    """This quarter and those before it, newest first."""
    year, number = (int(part) for part in quarter_of(today()).split("-Q"))
    last = year * 4 + number - 1
    return [f"{place // 4:04}-Q{place % 4 + 1}" for place in range(last, last - QUARTERS_BACK, -1)]


def _counts() -> tuple[list[ReasonCount], Kind | None, str]:
    kind, quarter = _asked()
    first, last = quarter_dates(quarter) if quarter else (None, None)
    return queries.reason_counts(reading(), access.actor(), kind=kind, first=first, last=last), kind, quarter


@blueprint.get("/suggestions/reasons")
@requires(SEE_SCORES)
def reasons() -> str:
    """Why suggestions were not taken up: plain counts, and the newest words."""
    counts, kind, quarter = _counts()
    tables = [(side, SIDE_WORDS[side], _by_reason(side, counts)) for side in (Side.PROVIDER, Side.GROUP)]
    return render_template(
        "cwb/matching/reasons.html",
        tables=tables,
        asked={"kind": str(kind or ""), "quarter": quarter},
        kinds=[(str(one), say(KIND_LABELS[one])) for one in KINDS_ASKED],
        quarters=[(one, say(say_quarter(one))) for one in _quarters()],
        words=queries.words_said(reading(), access.actor()),
        reasons=REASONS,
        any_said=bool(counts),
    )


def _by_reason(side: Side, counts: Sequence[ReasonCount]) -> list[tuple[Message, int]]:
    """Each reason of a side with how often it was given, the most frequent first."""
    totals = dict.fromkeys(REASONS_OF[side], 0)
    for one in counts:
        if one.side is side:
            totals[one.reason_code] = totals.get(one.reason_code, 0) + one.many
    order = sorted(totals.items(), key=lambda pair: (-pair[1], list(REASONS).index(pair[0])))
    return [(REASONS[code], many) for code, many in order]


@blueprint.get("/suggestions/reasons.csv")
@requires(SEE_SCORES)
def reasons_csv() -> Answer:
    """The counts for a spreadsheet: a line for each side, reason and kind."""
    counts, _, quarter = _counts()
    headings = ("Side", "Reason", "Kind", "How often", "Quarter")
    rows = [
        (str(one.side), say(REASONS[one.reason_code]), say(KIND_LABELS[one.kind]), one.many, quarter) for one in counts
    ]
    return csv_answer("not-for-us.csv", headings, rows)
