"""Lists of pledges: the public one, a provider's own, what waits for the council."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template, request
from werkzeug.wrappers import Response

from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.clock import today
from community_book.places.queries import zone_choices
from community_book.web import access, downloads, paging
from community_book.web.access import public, requires
from community_book.web.database import reading
from community_book.web.words import amount, say, share
from cwb.pillars.queries import pillars
from cwb.pledges import queries
from cwb.pledges.pages.room import blueprint
from cwb.pledges.queries import Wanted
from cwb.pledges.rules import LOG_PLEDGES, SEE_ALL_PLEDGES, STATE_LABELS, PledgeState
from cwb.pledges.views import Done, PledgeCard

WORDS_LONGEST = 100
CSV_ROWS_AT_MOST = 10_000


def _wanted() -> tuple[Wanted, dict[str, str]]:
    """What the address asks for; whatever makes no sense is left open, as if it had not been asked."""
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:WORDS_LONGEST]
    pillar = request.args.get("pillar", "")
    kind = request.args.get("kind", "")
    zone = request.args.get("zone", "")
    state = request.args.get("state", "")
    pillar = pillar if pillar in {"1", "2", "3", "4", "5"} else ""
    kind = kind if kind in set(Kind) else ""
    state = state if state in set(PledgeState) else ""
    zone = zone if zone and zone in {choice[0] for choice in zone_choices(reading())} else ""
    wanted = Wanted(
        words=words,
        pillar=int(pillar) if pillar else None,
        kind=kind,
        zone_id=int(zone.partition(":")[2]) if zone else None,
        state=state,
    )
    return wanted, {"q": words, "pillar": pillar, "kind": kind, "zone": zone, "state": state}


def _offset(number: int) -> int:
    return (number - 1) * paging.PER_PAGE


@blueprint.get("/pledges")
@public
def published() -> str:
    wanted, asked = _wanted()
    number = paging.asked_page()
    total, found = queries.published_pledges(
        reading(), access.actor(), wanted, limit=paging.PER_PAGE, offset=_offset(number)
    )
    return render_template(
        "cwb/pledges/published.html",
        page=paging.Page(found, number, total),
        asked=asked,
        is_narrowed=any(asked.values()),
        pillars=pillars(reading()),
        kinds=[(kind, label) for kind, label in KIND_LABELS.items() if kind is not Kind.CONDUCT],
        zones=zone_choices(reading()),
    )


@blueprint.get("/pledges.csv")
@public
def published_csv() -> Response:
    wanted, _ = _wanted()
    _, found = queries.published_pledges(reading(), access.actor(), wanted, limit=CSV_ROWS_AT_MOST)
    return _csv("pledges.csv", found)


@blueprint.get("/our-pledges")
@requires(LOG_PLEDGES)
def own() -> str:
    wanted, asked = _wanted()
    number = paging.asked_page()
    total, found = queries.own_pledges(reading(), access.actor(), wanted, limit=paging.PER_PAGE, offset=_offset(number))
    return render_template(
        "cwb/pledges/own.html",
        page=paging.Page(found, number, total),
        asked=asked,
        is_narrowed=any(asked.values()),
        states=STATE_LABELS.items(),
        done=queries.done_of(reading(), [card.id for card in found]),
        on=today(),
    )


@blueprint.get("/our-pledges.csv")
@requires(LOG_PLEDGES)
def own_csv() -> Response:
    wanted, _ = _wanted()
    _, found = queries.own_pledges(reading(), access.actor(), wanted, limit=CSV_ROWS_AT_MOST)
    return _csv("our-pledges.csv", found, queries.done_of(reading(), [card.id for card in found]))


@blueprint.get("/pledges/waiting")
@requires(SEE_ALL_PLEDGES)
def waiting() -> str:
    number = paging.asked_page()
    total, found = queries.waiting_pledges(reading(), access.actor(), limit=paging.PER_PAGE, offset=_offset(number))
    return render_template("cwb/pledges/waiting.html", page=paging.Page(found, number, total))


def _csv(name: str, cards: Sequence[PledgeCard], done: Mapping[int, Done] | None = None) -> Response:
    """Amounts twice: as whole numbers of their unit for reckoning, and in words for reading.

    With `done`, a provider's own: what it reported and what was verified too.
    """
    headings = (
        "reference",
        "provider",
        "title",
        "state",
        "pillar",
        "measure",
        "basis",
        "unit",
        "amount",
        "amount in words",
        "committed",
        "held",
        "left",
        "first day",
        "last day",
        "zones",
        *(("reported", "verified") if done is not None else ()),
    )
    rows = (
        (
            card.reference,
            card.provider_name,
            card.title,
            say(card.state_label),
            card.pillar_name,
            f"{card.measure_code} {card.measure_title}",
            say(card.basis_short),
            str(card.unit),
            card.share_basis_points if card.is_level else card.amount,
            share(card.share_basis_points) if card.is_level else amount(card.amount, card.unit),
            card.committed if card.with_counterpart else "not applicable",
            card.held if card.with_counterpart else "not applicable",
            card.left if card.with_counterpart else "not applicable",
            card.first_day.isoformat(),
            card.last_day.isoformat(),
            "borough-wide" if card.borough_wide else "; ".join(zone.name for zone in card.zones),
            *(_done(card, done) if done is not None else ()),
        )
        for card in cards
    )
    return downloads.csv_answer(name, headings, rows)


def _done(card: PledgeCard, done: Mapping[int, Done]) -> tuple[object, object]:
    """What was reported and verified, in the unit; levels are readings, which are not added up."""
    if card.is_level:
        return "not applicable", "not applicable"
    far = done.get(card.id, Done())
    return far.reported, far.verified
