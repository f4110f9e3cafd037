"""How a promise begins: choosing the other side, then the form the site has filled in from how the two fit."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask import render_template as render
from werkzeug.wrappers import Response

from community_book.base.amounts import KIND_LABELS, say_amount
from community_book.base.clock import today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.needs.queries import open_parts, part_wanted
from community_book.needs.views import PartWanted
from community_book.web import access
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.commitments.pages.room import blueprint
from cwb.commitments.pages.sending import left_of, send
from cwb.commitments.pages.ways import WAYS, Way
from cwb.commitments.rules import (
    ASK_FOR_HELP,
    OFFER_HELP,
    PROPOSE_PROMISE,
    Fit,
    Side,
    fits,
)
from cwb.pledges.queries import open_offers, pledge_id_of, pledge_offer, pledge_terms
from cwb.pledges.rules import UNPUBLISHED, PledgeOffer

CHOICES_AT_MOST = 60
LOOKED_AT = 200
"""So many are weighed; what fits best of everything stands among the suggestions, with its reasons."""


@dataclass(frozen=True)
class Choice:
    """A pledge or a part to choose, with why it fits or not."""

    title: str
    whose: str
    kind: Message
    left: Message | None
    fit: Fit
    address: str


@blueprint.route("/promises/offer", methods=["GET", "POST"])
@requires(OFFER_HELP)
def offer() -> Response | str | tuple[str, int]:
    return _begin(WAYS[Side.PROVIDER])


@blueprint.route("/promises/ask", methods=["GET", "POST"])
@requires(ASK_FOR_HELP)
def ask() -> Response | str | tuple[str, int]:
    return _begin(WAYS[Side.GROUP])


@blueprint.route("/promises/propose", methods=["GET", "POST"])
@requires(PROPOSE_PROMISE)
def propose() -> Response | str | tuple[str, int]:
    return _begin(WAYS[Side.COUNCIL])


def _begin(way: Way) -> Response | str | tuple[str, int]:
    typed_part, typed_pledge = request.args.get("part_id", ""), request.args.get("pledge", "")
    if not typed_part and not typed_pledge:
        if way.side is Side.COUNCIL:
            return _choose(way, None, None)
        return redirect(url_for("needs.open_needs" if way.side is Side.PROVIDER else "pledges.published"), 303)
    part = _part(typed_part, way) if typed_part else None
    pledge = _pledge(typed_pledge, way) if typed_pledge else None
    if part is None or pledge is None:
        return _choose(way, pledge, part)
    return send(way, pledge, part)


def _part(typed: str, way: Way) -> PartWanted:
    """The part named in the address, where help can be offered for it; a group names its own.

    Raises NotThere, also for what somebody may not see; WrongState for a group's own that is not open now.
    """
    if not (typed.isascii() and typed.isdigit() and len(typed) < 12):
        raise NotThere
    own = access.actor().organisation_id
    part = part_wanted(reading(), int(typed))
    if part is None and way.side is Side.GROUP:
        asked = part_wanted(reading(), int(typed), any_state=True)
        if asked is not None and asked.group_id == own:
            raise WrongState(Message(N_("This need is not open just now, so nothing can be asked for it.")))
    if part is None or (way.side is Side.GROUP and part.group_id != own):
        raise NotThere
    return part


def _pledge(typed: str, way: Way) -> PledgeOffer:
    """The pledge named in the address, where it is on offer; a provider names its own.

    Raises NotThere, also for what somebody may not see; WrongState for one that was published and is not on
    offer now.
    """
    pledge_id = pledge_id_of(reading(), typed)
    pledge = pledge_offer(reading(), pledge_id)
    if pledge is None and pledge_terms(reading(), pledge_id).state not in UNPUBLISHED:
        raise WrongState(Message(N_("This help is not on offer just now. Choose something else.")))
    if pledge is None or (way.side is Side.PROVIDER and pledge.provider_id != access.actor().organisation_id):
        raise NotThere
    return pledge


# --- choosing -----------------------------------------------------------------------------------


def _choose(way: Way, pledge: PledgeOffer | None, part: PartWanted | None) -> str:
    if part is not None:
        found = _pledges_for(way, part)
    elif pledge is not None:
        found = _parts_for(way, pledge)
    else:
        found = _needs_without_help(way)
    found.sort(key=lambda choice: (not choice.fit.ok, -choice.fit.amount))
    return render(
        "cwb/commitments/choose.html",
        way=way,
        pledge=pledge,
        part=part,
        fitting=[choice for choice in found if choice.fit.ok][:CHOICES_AT_MOST],
        others=[choice for choice in found if not choice.fit.ok][:CHOICES_AT_MOST],
        looked_at=LOOKED_AT if len(found) == LOOKED_AT else None,
    )


def _pledges_for(way: Way, part: PartWanted) -> list[Choice]:
    own = None if way.side is Side.COUNCIL else access.actor().organisation_id
    offers = open_offers(reading(), kind=part.kind, provider_id=own, limit=LOOKED_AT)
    return [
        Choice(
            one.title,
            one.provider_name,
            KIND_LABELS[one.kind],
            say_amount(one.unit, one.left),
            fits(one, part, today()),
            url_for(way.endpoint, part_id=part.part_id, pledge=one.reference),
        )
        for one in offers
    ]


def _parts_for(way: Way, pledge: PledgeOffer) -> list[Choice]:
    own = access.actor().organisation_id if way.side is Side.GROUP else None
    parts = open_parts(reading(), kind=pledge.kind, group_id=own, limit=LOOKED_AT)
    return [
        Choice(
            one.need_title,
            one.group_name,
            KIND_LABELS[one.kind],
            left_of(one),
            fits(pledge, one, today()),
            url_for(way.endpoint, part_id=one.part_id, pledge=pledge.reference),
        )
        for one in parts
    ]


def _needs_without_help(way: Way) -> list[Choice]:
    nothing_weighed = Fit(True, (), ())
    return [
        Choice(
            one.need_title,
            one.group_name,
            KIND_LABELS[one.kind],
            left_of(one),
            nothing_weighed,
            url_for(way.endpoint, part_id=one.part_id),
        )
        for one in open_parts(reading(), limit=CHOICES_AT_MOST)
    ]
