"""Suggestions on the pages of needs and pledges, on desks, and while somebody writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, Actor
from community_book.base.amounts import KIND_LABELS, Kind, Unit
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import PanelView
from community_book.needs.queries import open_parts
from community_book.needs.views import PartWanted
from cwb.commitments.rules import PROPOSE_PROMISE, fits
from cwb.matching import memory, queries
from cwb.matching.engine.saying import Told, reasons
from cwb.matching.engine.suggesting import about
from cwb.matching.rules import SEE_SCORES, SHOWN_ON_A_PAGE, SHOWN_WHILE_WRITING
from cwb.matching.views import ReasonView, SuggestionView
from cwb.pledges.queries import open_offers
from cwb.pledges.rules import LOG_PLEDGES, PledgeOffer

LOOKED_AT_WHILE_WRITING = SHOWN_WHILE_WRITING + 3
"""A few more, so that three are left when one of them was promised a moment ago."""

LOOKED_AT_ON_A_DESK = 4 * SHOWN_ON_A_PAGE
OF_EACH_ON_A_DESK = 2


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
    both_say: ReasonView | None = None


def _is_group(actor: Actor) -> bool:
    return not actor.roles.isdisjoint(GROUP_ROLES)


def _pledge_side(one: SuggestionView, actor: Actor) -> Shown:
    """A suggestion as somebody sees it who looks from the need: the pledge is the news."""
    asks = _is_group(actor) and actor.organisation_id == one.group_id
    begins = "commitments.ask" if asks else "commitments.propose" if actor.may(PROPOSE_PROMISE) else ""
    return _scored(
        Shown(
            title=one.pledge_title,
            address=url_for("pledges.show", reference=one.pledge_reference),
            whose=one.provider_name,
            amount=one.amount,
            unit=one.unit,
            kind=one.kind,
            telling=one.telling("had"),
            both_say=one.both_say,
            button=_begin(begins, one),
            not_for_us=_refusing(one) if asks else "",
            beside=one.need_title,
        ),
        one,
        actor,
    )


def _need_side(one: SuggestionView, actor: Actor) -> Shown:
    """A suggestion as somebody sees it who looks from the pledge: the need is the news."""
    offers = actor.may(LOG_PLEDGES) and actor.organisation_id == one.provider_id
    begins = "commitments.offer" if offers else "commitments.propose" if actor.may(PROPOSE_PROMISE) else ""
    return _scored(
        Shown(
            title=one.need_title,
            address=url_for("needs.show", reference=one.need_reference),
            whose=one.group_name,
            amount=one.amount,
            unit=one.unit,
            kind=one.kind,
            telling=one.telling("kept"),
            both_say=one.both_say,
            button=_begin(begins, one),
            not_for_us=_refusing(one) if offers else "",
            beside=one.pledge_title,
        ),
        one,
        actor,
    )


def _begin(endpoint: str, one: SuggestionView) -> str:
    """Where asking, offering or proposing begins; nothing in an application that has no such page."""
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
    shown, is_own = [_need_side(one, actor) for one in found], actor.may(LOG_PLEDGES)
    return "cwb/matching/needed.html", {"found": shown, "beside": False, "is_own": is_own}


def on_desk(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """A provider's desk: what groups need that it has pledged; a group's desk: possible help."""
    if actor.may(SEE_SCORES) or not (_is_group(actor) or actor.may(LOG_PLEDGES)):
        return None
    looked_at = queries.suggestions(reading, actor, limit=LOOKED_AT_ON_A_DESK)
    found = _few_of_each(looked_at, lambda one: one.need_reference if _is_group(actor) else one.pledge_reference)
    if not found:
        return None
    if _is_group(actor):
        shown = [_pledge_side(one, actor) for one in found]
        return "cwb/matching/possible_help.html", {"found": shown, "beside": True, "is_own": True}
    shown = [_need_side(one, actor) for one in found]
    return "cwb/matching/needed.html", {"found": shown, "beside": True, "is_own": True}


def _few_of_each(found: Sequence[SuggestionView], own: Callable[[SuggestionView], str]) -> list[SuggestionView]:
    """The best, but no more than a few for one need or pledge: the others are on its own page."""
    many: Counter[str] = Counter()
    kept = []
    for one in found:
        many[own(one)] += 1
        if many[own(one)] <= OF_EACH_ON_A_DESK:
            kept.append(one)
    return kept[:SHOWN_ON_A_PAGE]


def while_writing_a_need(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """Possible help for the unsaved draft, the best three; live, nothing is stored."""
    draft: PartWanted | None = subject.get("draft")
    if draft is None:
        return None
    found: list[Shown] = []
    if (held := memory.standing_now(reading)) is not None:
        best = memory.keep(held.with_pledges(reading)).best_of_draft(
            draft, today().toordinal(), LOOKED_AT_WHILE_WRITING
        )
        offers = {offer.pledge_id: offer for offer in open_offers(reading, pledge_ids=best.pledge_ids)}
        found = [
            _live(told, amount, offer, draft, offer.title, offer.provider_name)
            for pledge_id, amount, told in zip(best.pledge_ids, best.amounts, best.told, strict=True)
            if (offer := offers.get(pledge_id)) is not None and fits(offer, draft, today()).ok
        ]
    return "cwb/matching/while_writing_a_need.html", {"found": found[:SHOWN_WHILE_WRITING]}


def while_writing_a_pledge(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What groups need of the unsaved draft, the best three; live, nothing is stored."""
    draft: PledgeOffer | None = subject.get("draft")
    held = memory.standing_now(reading) if draft is not None else None
    if draft is None or held is None:
        return None
    best = memory.keep(held.with_parts(reading)).best_of_draft_pledge(
        draft, today().toordinal(), LOOKED_AT_WHILE_WRITING
    )
    parts = {part.part_id: part for part in open_parts(reading, part_ids=best.part_ids)}
    found = [
        _live(told, amount, draft, part, part.need_title, part.group_name)
        for part_id, amount, told in zip(best.part_ids, best.amounts, best.told, strict=True)
        if (part := parts.get(part_id)) is not None and fits(draft, part, today()).ok
    ]
    if not found:
        return None
    return "cwb/matching/while_writing_a_pledge.html", {"found": found[:SHOWN_WHILE_WRITING]}


def _live(told: Told, amount: int, offer: PledgeOffer, part: PartWanted, title: str, whose: str) -> Shown:
    view = SuggestionView(
        0, "", "", 0, "", 0, "", "", 0, "", part.kind, part.unit, amount, sum(told.points),
        queries.shown_reasons(reasons(told, about(offer, part, amount))),
    )  # fmt: skip
    telling = view.telling("kept", "had")
    return Shown(title, "", whose, amount, part.unit, part.kind, telling, both_say=view.both_say)
