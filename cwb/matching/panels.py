"""Suggestions on the pages of needs and pledges, on desks, and while somebody writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, Actor
from community_book.base.amounts import KIND_LABELS, Kind, Unit
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registers import PanelView
from community_book.needs.queries import open_parts
from community_book.needs.views import PartWanted
from cwb.matching import queries
from cwb.matching.engine import Suggested, suggest
from cwb.matching.rules import SEE_SCORES, SHOWN_ON_A_PAGE, SHOWN_WHILE_WRITING
from cwb.matching.views import ReasonView, SuggestionView
from cwb.pledges.queries import open_offers
from cwb.pledges.rules import LOG_PLEDGES, PledgeOffer


@dataclass(frozen=True)
class Shown:
    """A suggestion ready for its panel: what it is called here, and the button that begins something, if any."""

    title: str
    address: str
    whose: str
    amount: int
    unit: Unit
    kind: Kind
    telling: tuple[Message, ...]
    score: int | None = None
    reasons: tuple[ReasonView, ...] = ()
    button: str = ""
    beside: str | Message = ""
    not_for_us: str = ""
    said_no: tuple[Message, ...] = ()


def _is_group(actor: Actor) -> bool:
    return not actor.roles.isdisjoint(GROUP_ROLES)


def _pledge_side(one: SuggestionView, actor: Actor) -> Shown:
    """A suggestion as somebody sees it who looks from the need: the pledge is the news."""
    asks = _is_group(actor) and actor.organisation_id == one.group_id
    return _scored(
        Shown(
            title=one.pledge_title,
            address=url_for("pledges.show", reference=one.pledge_reference),
            whose=one.provider_name,
            amount=one.amount,
            unit=one.unit,
            kind=one.kind,
            telling=one.telling("had"),
            button=_begin("commitments.ask", one) if asks else "",
            not_for_us=_refusing(one) if asks else "",
            beside=one.need_title,
        ),
        one,
        actor,
    )


def _need_side(one: SuggestionView, actor: Actor) -> Shown:
    """A suggestion as somebody sees it who looks from the pledge: the need is the news."""
    offers = actor.may(LOG_PLEDGES) and actor.organisation_id == one.provider_id
    return _scored(
        Shown(
            title=one.need_title,
            address=url_for("needs.show", reference=one.need_reference),
            whose=one.group_name,
            amount=one.amount,
            unit=one.unit,
            kind=one.kind,
            telling=one.telling("kept"),
            button=_begin("commitments.offer", one) if offers else "",
            not_for_us=_refusing(one) if offers else "",
            beside=one.pledge_title,
        ),
        one,
        actor,
    )


def _begin(endpoint: str, one: SuggestionView) -> str:
    """Where asking or offering begins; nothing in an application that has no such page."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, part_id=one.part_id, pledge=one.pledge_reference)


def _refusing(one: SuggestionView) -> str:
    """Where one says that a suggestion is not for one."""
    return url_for("matching.not_for_us", reference=one.pledge_reference, part_id=one.part_id)


def _scored(shown: Shown, one: SuggestionView, actor: Actor) -> Shown:
    if not actor.may(SEE_SCORES):
        return shown
    return replace(shown, score=one.score, reasons=one.reasons, said_no=one.said_no)


def on_need(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """Possible help for the group's own need; a provider sees which of its pledges fit; the council all."""
    found = queries.suggestions(reading, actor, need_id=int(subject["need_id"]), limit=SHOWN_ON_A_PAGE)
    if not found:
        return None
    if actor.may(LOG_PLEDGES) and not actor.may(SEE_SCORES):
        own = [replace(_need_side(one, actor), title=one.pledge_title, beside="", whose="") for one in found]
        own = [
            replace(shown, address=url_for("pledges.show", reference=one.pledge_reference))
            for shown, one in zip(own, found, strict=True)
        ]
        return "cwb/matching/own_pledges.html", {"found": own}
    is_own = _is_group(actor)
    several = len(subject.get("part_ids", ())) > 1
    shown = [replace(_pledge_side(one, actor), beside=say_for(one)) for one in found]
    return "cwb/matching/possible_help.html", {"found": shown, "is_own": is_own, "beside": several}


def say_for(one: SuggestionView) -> Message:
    """For which of several things a group asks for it would be."""
    return Message(N_("For: %(what)s"), what=KIND_LABELS[one.kind])


def on_pledge(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What groups need that this pledge fits: for its provider and the council; a group sees its own needs."""
    if not subject.get("with_counterpart", True):
        return None
    found = queries.suggestions(reading, actor, pledge_id=int(subject["pledge_id"]), limit=SHOWN_ON_A_PAGE)
    if not found:
        return None
    if _is_group(actor):
        own = [
            replace(
                _pledge_side(one, actor),
                title=one.need_title,
                address=url_for("needs.show", reference=one.need_reference),
                whose="",
            )
            for one in found
        ]
        return "cwb/matching/own_needs.html", {"found": own}
    return "cwb/matching/needed.html", {"found": [_need_side(one, actor) for one in found], "beside": False}


def on_desk(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """A provider's desk: what groups need that it has pledged; a group's desk: possible help."""
    if actor.may(SEE_SCORES) or not (_is_group(actor) or actor.may(LOG_PLEDGES)):
        return None
    found = queries.suggestions(reading, actor, limit=SHOWN_ON_A_PAGE)
    if not found:
        return None
    if _is_group(actor):
        shown = [_pledge_side(one, actor) for one in found]
        return "cwb/matching/possible_help.html", {"found": shown, "beside": True, "is_own": True}
    return "cwb/matching/needed.html", {"found": [_need_side(one, actor) for one in found], "beside": True}


def while_writing_a_need(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """Possible help for the unsaved draft, the best three; live, nothing is stored."""
    draft: PartWanted | None = subject.get("draft")
    if draft is None:
        return None
    offers = open_offers(reading, kind=draft.kind)
    best = _live(reading, offers, [draft], {offer.provider_id for offer in offers})
    by_id = {offer.pledge_id: offer for offer in offers}
    return "cwb/matching/while_writing_a_need.html", {
        "found": [
            _live_shown(one, by_id[one.pledge_id].title, by_id[one.pledge_id].provider_name, draft) for one in best
        ]
    }


def while_writing_a_pledge(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What groups need of the unsaved draft, the best three; live, nothing is stored."""
    draft: PledgeOffer | None = subject.get("draft")
    if draft is None:
        return None
    parts = open_parts(reading, kind=draft.kind)
    best = _live(reading, [draft], parts, {draft.provider_id})
    if not best:
        return None
    by_id = {part.part_id: part for part in parts}
    return "cwb/matching/while_writing_a_pledge.html", {
        "found": [_live_shown(one, by_id[one.part_id].need_title, by_id[one.part_id].group_name, draft) for one in best]
    }


def _live(
    reading: Session, offers: list[PledgeOffer], parts: list[PartWanted], provider_ids: set[int]
) -> list[Suggested]:
    if not offers or not parts:
        return []
    tracks = queries.tracks_of(reading, provider_ids)
    return suggest(offers, parts, today(), tracks=tracks)[:SHOWN_WHILE_WRITING]


def _live_shown(one: Suggested, title: str, whose: str, draft: PledgeOffer | PartWanted) -> Shown:
    view = SuggestionView(
        one.pledge_id, "", "", 0, "", one.part_id, "", "", 0, "", draft.kind, draft.unit, one.amount, one.score,
        queries.shown_reasons(one.reasons),
    )  # fmt: skip
    return Shown(title, "", whose, one.amount, draft.unit, draft.kind, view.telling("kept", "had"))
