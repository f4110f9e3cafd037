"""How a promise begins: choosing the other side, then the form the site has filled in from how the two fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask import render_template as render
from werkzeug.wrappers import Response

from community_book.base.actor import Actor
from community_book.base.amounts import Kind, say_amount
from community_book.base.clock import today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, say_session
from community_book.needs.queries import open_parts, part_wanted
from community_book.needs.views import PartWanted
from community_book.web import access, fields, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.commitments import actions, rules
from cwb.commitments.pages.room import back, blueprint
from cwb.commitments.rules import (
    ASK_FOR_HELP,
    OFFER_HELP,
    PROPOSE_PROMISE,
    CommonSession,
    Fit,
    Hosting,
    NewCommitment,
    Side,
    fits,
)
from cwb.commitments.schemas import BeginForm, Typed
from cwb.pledges.queries import open_offers, pledge_id_of, pledge_offer, pledge_terms
from cwb.pledges.rules import UNPUBLISHED, PledgeOffer

CHOICES_AT_MOST = 60


@dataclass(frozen=True)
class Way:
    """One of the three ways to begin: its words, its act and what it says when done."""

    side: Side
    endpoint: str
    act: Callable[[Actor, NewCommitment], str]
    title: Message
    button: Message
    done: Message


WAYS: dict[Side, Way] = {
    Side.PROVIDER: Way(
        Side.PROVIDER,
        "commitments.offer",
        actions.offer,
        Message(N_("Offer help")),
        Message(N_("Offer this")),
        Message(N_("Your offer is made, and the amount is kept for it. The group has ten working days to answer.")),
    ),
    Side.GROUP: Way(
        Side.GROUP,
        "commitments.ask",
        actions.ask,
        Message(N_("Ask for help")),
        Message(N_("Ask for this")),
        Message(N_("You have asked. The provider has ten working days to answer.")),
    ),
    Side.COUNCIL: Way(
        Side.COUNCIL,
        "commitments.propose",
        actions.propose,
        Message(N_("Propose to both")),
        Message(N_("Propose this")),
        Message(N_("It is proposed. Both sides have ten working days to answer.")),
    ),
}


@dataclass(frozen=True)
class Choice:
    """A pledge or a part to choose, with why it fits or not."""

    title: str
    whose: str
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
    return _form(way, pledge, part)


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
    )


def _pledges_for(way: Way, part: PartWanted) -> list[Choice]:
    own = access.actor().organisation_id
    offers = [
        one for one in open_offers(reading(), kind=part.kind) if way.side is Side.COUNCIL or one.provider_id == own
    ]
    return [
        Choice(
            one.title,
            one.provider_name,
            say_amount(one.unit, one.left),
            fits(one, part, today()),
            url_for(way.endpoint, part_id=part.part_id, pledge=one.reference),
        )
        for one in offers
    ]


def _parts_for(way: Way, pledge: PledgeOffer) -> list[Choice]:
    own = access.actor().organisation_id
    parts = [
        one for one in open_parts(reading(), kind=pledge.kind) if way.side is not Side.GROUP or one.group_id == own
    ]
    return [
        Choice(
            one.need_title,
            one.group_name,
            _left(one),
            fits(pledge, one, today()),
            url_for(way.endpoint, part_id=one.part_id, pledge=pledge.reference),
        )
        for one in parts
    ]


def _needs_without_help(way: Way) -> list[Choice]:
    nothing_weighed = Fit(True, (), ())
    return [
        Choice(one.need_title, one.group_name, _left(one), nothing_weighed, url_for(way.endpoint, part_id=one.part_id))
        for one in sorted(open_parts(reading()), key=lambda one: (one.posted_on or today(), one.part_id))
    ]


def _left(part: PartWanted) -> Message | None:
    return None if part.left is None else say_amount(part.unit, part.left)


# --- the form -----------------------------------------------------------------------------------


def _form(way: Way, pledge: PledgeOffer, part: PartWanted) -> Response | tuple[str, int]:
    fit = fits(pledge, part, today())
    names = _asked(way, part, fit)
    form = forms.Form(_schema(names, pledge, fit), values=_proposed(pledge, part, fit))
    if form.sent and (typed := form.read()) is not None:
        with form.acting():
            return back(way.act(access.actor(), _new(pledge, part, typed)), way.done)
    return forms.page(
        "cwb/commitments/begin.html",
        form,
        way=way,
        pledge=pledge,
        part=part,
        fit=fit,
        names=names,
        left=_left(part),
        hosting_cost=part.hosting_cost_pence if "hosting" in names else None,
    )


def _asked(way: Way, part: PartWanted, fit: Fit) -> list[str]:
    """The names of the questions that make sense for the pair."""
    names = ["sessions"] if fit.common else ["amount"]
    if part.kind is Kind.HANDS and fit.people and not fit.common:
        names.append("people")
    if part.hosting_cost_pence and way.side is Side.PROVIDER:
        names += ["hosting", "hosting_pence_a_visit"]
    return [*names, "words"]


def _schema(names: Sequence[str], pledge: PledgeOffer, fit: Fit) -> BeginForm:
    schema = BeginForm(only=names)
    if isinstance(amount := schema.fields.get("amount"), fields.Amount):
        amount.unit = pledge.unit
    if isinstance(sessions := schema.fields.get("sessions"), fields.SomeOf):
        sessions.choices = [(rules.key_of(one), _session_words(one)) for one in fit.common]
    return schema


def _session_words(one: CommonSession) -> Message:
    return say_session(Session(one.day, one.starts_minute, one.ends_minute, one.at_once))


def _proposed(pledge: PledgeOffer, part: PartWanted, fit: Fit) -> dict[str, Any]:
    hosting, pence = rules.hosting_between(part.hosting_cost_pence or 0, pledge.hosting_pence_at_most)
    return {
        "amount": fit.amount,
        "sessions": [rules.key_of(one) for one in fit.sessions],
        "people": fit.people,
        "hosting": str(hosting),
        "hosting_pence_a_visit": pence if hosting is Hosting.PART else None,
    }


def _new(pledge: PledgeOffer, part: PartWanted, typed: Typed) -> NewCommitment:
    return NewCommitment(
        pledge_id=pledge.pledge_id,
        part_id=part.part_id,
        amount=typed.amount,
        session_keys=typed.sessions,
        words=typed.words,
        hosting=Hosting(typed.hosting) if typed.hosting else None,
        hosting_pence_a_visit=typed.hosting_pence_a_visit,
        people=typed.people,
    )
