"""The form of an offer, a request or a proposal: filled in from how the two fit, stopped where it would not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from community_book.base.amounts import Kind, say_amount
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, say_session
from community_book.needs.views import PartWanted
from community_book.web import access, fields, forms
from cwb.commitments import rules
from cwb.commitments.pages.room import back
from cwb.commitments.pages.ways import Way
from cwb.commitments.rules import CommonSession, Fit, Hosting, NewCommitment, Side, Stop, fits
from cwb.commitments.schemas import BeginForm, Typed
from cwb.pledges.rules import PledgeOffer

WHAT_FITS = "what_fits"
"""The button that sends what would fit instead of what was typed."""

WHAT_FITS_WORDS: dict[Side, Message] = {
    Side.PROVIDER: Message(N_("Offer what fits")),
    Side.GROUP: Message(N_("Ask for what fits")),
    Side.COUNCIL: Message(N_("Propose what fits")),
}
KEEPS_WORDS: dict[Side, Message] = {
    Side.PROVIDER: Message(N_("We have read this, and what we offer keeps to it")),
    Side.GROUP: Message(N_("We have read this, and we can keep to it")),
    Side.COUNCIL: Message(N_("I have read this, and the two go together")),
}


def left_of(part: PartWanted) -> Message | None:
    return None if part.left is None else say_amount(part.unit, part.left)


def send(way: Way, pledge: PledgeOffer, part: PartWanted) -> Response | tuple[str, int]:
    """Shows the form, or sends what was typed where nothing stops it; one more tap sends what would fit."""
    fit = fits(pledge, part, today())
    names = _asked(way, pledge, part, fit)
    form = forms.Form(_schema(way, names, pledge, fit), values=_proposed(pledge, part, fit))
    stop: Stop | None = None
    if form.sent and (typed := form.read()) is not None:
        new = _new(pledge, part, typed)
        stop = rules.stop_of(pledge, part, fit, new, way.side) if fit.ok else None
        if request.form.get("_act") == WHAT_FITS and stop is not None and stop.instead is not None:
            new = stop.instead
        with form.acting():
            return back(way.act(access.actor(), new), way.done)
    return forms.page(
        "cwb/commitments/begin.html",
        form,
        way=way,
        pledge=pledge,
        part=part,
        fit=fit,
        names=names,
        left=left_of(part),
        terms=rules.terms_for(pledge, part, way.side),
        stop=stop if stop is not None and stop.instead is not None else None,
        what_fits=(WHAT_FITS, WHAT_FITS_WORDS[way.side]),
        hosting_cost=part.hosting_cost_pence if "hosting" in names else None,
    )


def _asked(way: Way, pledge: PledgeOffer, part: PartWanted, fit: Fit) -> list[str]:
    """The names of the questions that make sense for the pair."""
    names = ["sessions"] if fit.common else ["amount"]
    if part.kind is Kind.HANDS and fit.people and not fit.common:
        names.append("people")
    if part.hosting_cost_pence and way.side is Side.PROVIDER:
        names += ["hosting", "hosting_pence_a_visit"]
    if rules.terms_for(pledge, part, way.side):
        names.append("keeps_terms")
    return [*names, "words"]


def _schema(way: Way, names: Sequence[str], pledge: PledgeOffer, fit: Fit) -> BeginForm:
    schema = BeginForm(only=names)
    if ticked := schema.fields.get("keeps_terms"):
        ticked.metadata = {**ticked.metadata, "label": KEEPS_WORDS[way.side]}
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
        keeps_terms=typed.keeps_terms,
    )
