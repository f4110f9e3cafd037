"""Promises on the pages of needs and pledges: what was offered and agreed, and how to begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import PanelView
from cwb.commitments import queries, rules, saying
from cwb.commitments.rules import ASK_FOR_HELP, OFFER_HELP, PROPOSE_PROMISE
from cwb.commitments.views import CommitmentRow
from cwb.pledges.queries import pledge_terms
from cwb.pledges.rules import PledgeState

Button = tuple[str, Message]


def _panel(title: Message, rows: Sequence[CommitmentRow], buttons: Sequence[Button]) -> PanelView | None:
    if not rows and not buttons:
        return None
    return "cwb/commitments/panel.html", {
        "title": title,
        "rows": [(row, saying.say_state(row)) for row in rows],
        "buttons": buttons,
        "colours": rules.STATE_COLOURS,
        "lateness": rules.LATENESS_LABELS,
    }


def on_need(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """Offers and promises of a need, for its group, for a provider its own, for the council all."""
    need_id = int(subject["need_id"])
    if not actor.is_signed_in:
        return None
    rows = queries.commitments_of_need(reading, actor, need_id) if actor.may(rules.SEE_PROMISES) else []
    buttons: list[Button] = []
    if actor.may(OFFER_HELP) or actor.may(PROPOSE_PROMISE):
        parts = queries.parts_to_help(reading, need_id)
        for part_id, group_id, kind in parts:
            which = kind if len(parts) > 1 else None
            if actor.may(OFFER_HELP) and group_id != actor.organisation_id:
                words = _for_part(Message(N_("Offer help")), which)
                buttons.append((url_for("commitments.offer", part_id=part_id), words))
            elif actor.may(PROPOSE_PROMISE):
                words = _for_part(Message(N_("Propose help")), which)
                buttons.append((url_for("commitments.propose", part_id=part_id), words))
    return _panel(Message(N_("Offers and promises")), rows, buttons)


def _for_part(words: Message, kind: Kind | None) -> Message:
    """What a button says; of a need that asks for several things, for which of them."""
    return words if kind is None else Message(N_("%(what)s: %(kind)s"), what=words, kind=KIND_LABELS[kind])


def on_pledge(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What a pledge is offered for and promised to; a group may ask for it."""
    pledge_id = int(subject["pledge_id"])
    if not actor.is_signed_in or not subject.get("with_counterpart", True):
        return None
    rows = queries.commitments_of_pledge(reading, actor, pledge_id) if actor.may(rules.SEE_PROMISES) else []
    buttons: list[Button] = []
    begins = {
        ASK_FOR_HELP: ("commitments.ask", Message(N_("Ask for this"))),
        OFFER_HELP: ("commitments.offer", Message(N_("Offer it to a group"))),
        PROPOSE_PROMISE: ("commitments.propose", Message(N_("Propose it to a group"))),
    }
    for permission, (endpoint, words) in begins.items():
        if actor.may(permission):
            pledge = pledge_terms(reading, pledge_id)
            own = pledge.provider_id == actor.organisation_id
            on_offer = pledge.state is PledgeState.OFFERED and pledge.with_counterpart and pledge.left > 0
            if on_offer and pledge.last_day >= today() and own == (permission is OFFER_HELP):
                buttons.append((url_for(endpoint, pledge=pledge.reference), words))
            break
    return _panel(Message(N_("Offers and promises")), rows, buttons)


def holding_pledge(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What holds an amount of a pledge, on the page where its provider cuts it."""
    rows = queries.commitments_of_pledge(reading, actor, int(subject["pledge_id"]), drawing=True)
    return _panel(Message(N_("What holds it")), rows, ())
