"""Lists of needs: for everybody, for a group, for officers."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from community_book.base.amounts import KIND_LABELS
from community_book.base.clock import today
from community_book.base.settings import settings
from community_book.needs import queries
from community_book.needs.pages.blueprint import blueprint
from community_book.needs.rules import (
    COMBINE_LABELS,
    KINDS_ASKED,
    MODERATE_NEEDS,
    POST_NEED,
    READ_ALL_NEEDS,
    STATE_COLOURS,
    STATE_LABELS,
    NeedState,
)
from community_book.needs.views import NeedCard, NeedsAsked
from community_book.places.queries import zone_choices
from community_book.web import access
from community_book.web.access import public, requires
from community_book.web.database import reading
from community_book.web.downloads import csv_answer
from community_book.web.paging import Page, asked_page
from community_book.web.words import amount, say

CSV_ROWS_AT_MOST = 10_000


def _asked() -> NeedsAsked:
    """The filters in the address; what cannot be read filters nothing."""
    args = request.args
    return NeedsAsked(
        words=args.get("words", "")[:100].replace("\x00", ""),
        kind=args.get("kind", ""),
        zone=args.get("zone", ""),
        online="online" in args,
        soon="soon" in args,
        sort="ending" if args.get("sort") == "ending" else "newest",
    )


def _as_filters(asked: NeedsAsked) -> dict[str, Any]:
    """The filters in force, for an address; never what else somebody wrote there."""
    return {
        name: "yes" if value is True else str(value)
        for name, value in vars(asked).items()
        if value and value != "newest"
    }


@blueprint.get("/needs")
@public
def open_needs() -> str:
    """What groups need: everybody may read it."""
    asked, number = _asked(), asked_page()
    total, cards = queries.open_needs(reading(), asked, number)
    kinds = [(str(kind), say(KIND_LABELS[kind])) for kind in KINDS_ASKED]
    return render_template(
        "community_book/needs/list.html",
        page=Page(cards, number, total, 20),
        asked=asked,
        kinds=kinds,
        zones=zone_choices(reading()),
        spreadsheet=url_for("needs.open_needs_csv", **_as_filters(asked)),
        filtered=asked != NeedsAsked(sort=asked.sort),
        kind_labels=KIND_LABELS,
        may_post=access.actor().may(POST_NEED),
    )


@blueprint.get("/needs.csv")
@public
def open_needs_csv() -> Response:
    """The list with its filters, for a spreadsheet."""
    _, cards = queries.open_needs(reading(), _asked(), per_page=CSV_ROWS_AT_MOST)
    headings = (
        "Reference", "Need", "Group", "Part", "Together", "Kind", "How much", "Still looked for",
        "When", "First day", "Last day", "Area", "Online", "Open since", "Address",
    )  # fmt: skip
    return csv_answer("needs.csv", headings, [row for card in cards for row in _csv_rows(card)])


def _csv_rows(card: NeedCard) -> list[list[object]]:
    address = settings().public_url + url_for("needs.show", reference=card.reference)
    return [
        [
            card.reference,
            card.title,
            card.group_name,
            number,
            say(COMBINE_LABELS[card.combine]) if len(card.parts) > 1 else "",
            say(KIND_LABELS[part.kind]),
            say(part.how_much),
            amount(part.left, part.unit),
            say(part.when),
            part.first_day,
            part.last_day,
            part.zone_name,
            "yes" if part.online else "no",
            card.opened_on,
            address,
        ]
        for number, part in enumerate(card.parts, start=1)
        if not part.closed
    ]


@blueprint.get("/our-needs")
@requires(POST_NEED)
def our_needs() -> str:
    """The needs of the group one acts as, in every state."""
    actor, number = access.actor(), asked_page()
    chosen = request.args.get("state", "")
    states = [NeedState(chosen)] if chosen in set(NeedState) else []
    total, cards = queries.needs_of_group(reading(), actor, number, states=states)
    return render_template(
        "community_book/needs/ours.html",
        page=Page(cards, number, total, 20),
        chosen=chosen if states else "",
        states=[(str(state), say(label)) for state, label in STATE_LABELS.items()],
        labels=STATE_LABELS,
        colours=STATE_COLOURS,
        on=today(),
        kind_labels=KIND_LABELS,
    )


@blueprint.get("/needs/waiting")
@requires(READ_ALL_NEEDS)
def waiting() -> str:
    """The officers' queue: what waits, what nobody has answered, what still lacks an answer."""
    actor, number = access.actor(), asked_page()
    show = request.args.get("show", "waiting")
    reads = {
        "waiting": queries.waiting_needs,
        "unanswered": queries.unanswered_needs,
        "owed": queries.needs_owed_an_answer,
    }
    show = show if show in reads else "waiting"
    total, cards = reads[show](reading(), actor, number)
    return render_template(
        "community_book/needs/waiting.html",
        page=Page(cards, number, total, 20),
        show=show,
        may_decide=actor.may(MODERATE_NEEDS),
        kind_labels=KIND_LABELS,
        counts={name: count for name, (count, _) in queries.waiting_on_officers(reading()).items()},
    )
