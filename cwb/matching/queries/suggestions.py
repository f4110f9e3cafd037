"""Reads of suggestions, and what the engine is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, Actor
from community_book.base.amounts import Kind, Unit
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import Breach
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.rules import CommitmentState
from cwb.commitments.tables import Commitment
from cwb.matching.engine.saying import LABELS, About, Reason, Told, reasons
from cwb.matching.rules import REASONS, SEE_SCORES
from cwb.matching.rules.scoring import weights
from cwb.matching.tables import NotForUs, Suggestion
from cwb.matching.views import ReasonView, SuggestionView, Track
from cwb.pledges.rules import LOG_PLEDGES, PledgeState
from cwb.pledges.tables import Pledge

VERIFIED_AFTER_DAYS = 30
"""A commitment that ended lately says nothing yet about its provider: the council may not have looked."""

NOT_FOR_THEM = (
    N_("The provider says that this is not for it: %(why)s"),
    N_("The group says that this is not for it: %(why)s"),
)

NOT_AGAIN = frozenset(CommitmentState) - {
    CommitmentState.LAPSED,
    CommitmentState.TAKEN_BACK,
    CommitmentState.COMPLETED,
}
"""Pairs in one of these states talk to each other already, or one of them has said no."""


def _seen_by(actor: Actor) -> ColumnElement[bool] | None:
    """The suggestions an actor may see: the group's own, the provider's own, all for the council; else none."""
    if actor.is_system or actor.may(SEE_SCORES):
        return Suggestion.id.is_not(None)
    own: list[ColumnElement[bool]] = []
    if actor.organisation_id is not None and not actor.roles.isdisjoint(GROUP_ROLES):
        own.append(Need.organisation_id == actor.organisation_id)
    if actor.organisation_id is not None and actor.may(LOG_PLEDGES):
        own.append(Pledge.organisation_id == actor.organisation_id)
    return or_(*own) if own else None


def suggestions(
    reading: Session,
    actor: Actor,
    *,
    need_id: int | None = None,
    pledge_id: int | None = None,
    part_ids: Collection[int] | None = None,
    limit: int,
) -> list[SuggestionView]:
    """Suggestions the actor may see, best first: two queries. None for the public.

    Those whose pledge or need has moved on since they were stored are left out, and pairs that are talking
    already or of which one said no. What an organisation says is not for it, it is not shown; the council is,
    with the reason.
    """
    seen = _seen_by(actor)
    if seen is None:
        return []
    statement = (
        select(Suggestion, Pledge, Need, NeedPart, Organisation.name, _not_for("provider"), _not_for("group"))
        .join(Pledge, Pledge.id == Suggestion.pledge_id)
        .join(NeedPart, NeedPart.id == Suggestion.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .where(
            seen,
            Pledge.state == PledgeState.OFFERED,
            Pledge.last_day >= today(),
            Need.state == NeedState.OPEN,
            Need.hidden.is_(False),
            NeedPart.closed.is_(False),
            NeedPart.last_day >= today(),
            ~exists().where(
                Commitment.pledge_id == Suggestion.pledge_id,
                Commitment.part_id == Suggestion.part_id,
                Commitment.state.in_(NOT_AGAIN),
            ),
        )
        .order_by(Suggestion.score.desc(), Suggestion.pledge_id, Suggestion.part_id)
        .limit(limit)
    )
    if actor.organisation_id is not None:
        statement = statement.where(~exists().where(*_said_of_it, NotForUs.organisation_id == actor.organisation_id))
    if need_id is not None:
        statement = statement.where(NeedPart.need_id == need_id)
    if pledge_id is not None:
        statement = statement.where(Suggestion.pledge_id == pledge_id)
    if part_ids is not None:
        statement = statement.where(Suggestion.part_id.in_(part_ids))
    rows = reading.execute(statement).all()
    groups = _names(reading, {row.Need.organisation_id for row in rows})
    return [_view(row, groups) for row in rows]


_said_of_it = (
    NotForUs.pledge_id == Suggestion.pledge_id,
    NotForUs.part_id == Suggestion.part_id,
    NotForUs.undone_at_utc.is_(None),
)


def _not_for(side: str) -> ScalarSelect[str]:
    """Why one side says that the suggestion is not for it; nothing where it says no such thing."""
    return (
        select(NotForUs.reason_code).where(*_said_of_it, NotForUs.side == side).correlate(Suggestion).scalar_subquery()
    )


def _names(reading: Session, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    statement = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in reading.execute(statement)}


def _view(row: Any, groups: dict[int, str]) -> SuggestionView:
    stored, pledge, need, part, provider_name, *refused = row
    return SuggestionView(
        pledge_id=pledge.id,
        pledge_reference=pledge.reference,
        pledge_title=pledge.title,
        provider_id=pledge.organisation_id,
        provider_name=provider_name,
        part_id=part.id,
        need_reference=need.reference,
        need_title=need.title,
        group_id=need.organisation_id,
        group_name=groups.get(need.organisation_id, ""),
        kind=Kind(part.kind),
        unit=Unit(part.unit),
        amount=stored.amount,
        score=stored.score,
        reasons=shown_reasons(
            reasons(
                Told.from_json(stored.reasons),
                About(
                    Kind(part.kind),
                    Unit(part.unit),
                    part.item_type,
                    part.subject,
                    stored.amount,
                    f"{pledge.title}. {pledge.story}",
                    f"{need.title}. {need.story}",
                ),
            )
        ),
        said_no=tuple(
            Message(template, why=REASONS.get(code, REASONS["other"]))
            for template, code in zip(NOT_FOR_THEM, refused, strict=True)
            if code
        ),
    )


def shown_reasons(found: Iterable[Reason]) -> tuple[ReasonView, ...]:
    """Reasons as pages show them, each with the most it could give."""
    return tuple(
        ReasonView(
            one.key, LABELS[one.key], one.points, most, one.message, one.further, one.asks, one.offers, one.speaks
        )
        for one, most in zip(found, weights().all, strict=True)
    )


def tracks_of(reading: Session, provider_ids: Collection[int] | None = None) -> dict[int, Track]:
    """How each provider kept its word: the mean share verified over commitments that ended a while ago.

    Shares are averaged, never amounts: commitments are counted in different units.
    """
    over = today() - timedelta(days=VERIFIED_AFTER_DAYS)
    statement = select(Commitment.provider_id, Commitment.amount, Commitment.amount_agreed, Commitment.verified).where(
        Commitment.state.in_((CommitmentState.COMPLETED, CommitmentState.ENDED_SHORT)), Commitment.last_day <= over
    )
    if provider_ids is not None:
        statement = statement.where(Commitment.provider_id.in_(provider_ids))
    shares: dict[int, list[int]] = defaultdict(list)
    for provider_id, amount, agreed, verified in reading.execute(statement.order_by(Commitment.id)):
        promised = agreed or amount
        if promised:
            shares[provider_id].append(10_000 * min(verified, promised) // promised)
    return {provider_id: Track(len(own), sum(own) // len(own)) for provider_id, own in shares.items()}


def parts_of_need(reading: Session, need_id: int) -> dict[int, Kind]:
    """The parts of a need with their kinds."""
    rows = reading.execute(select(NeedPart.id, NeedPart.kind).where(NeedPart.need_id == need_id).order_by(NeedPart.id))
    return {row.id: Kind(row.kind) for row in rows}


def stored_count(reading: Session, *, pledge_id: int | None = None, part_ids: Collection[int] | None = None) -> int:
    """How many suggestions are stored of a pledge or of parts, or in all."""
    statement = select(func.count(Suggestion.id))
    if pledge_id is not None:
        statement = statement.where(Suggestion.pledge_id == pledge_id)
    if part_ids is not None:
        statement = statement.where(Suggestion.part_id.in_(part_ids))
    return int(reading.execute(statement).scalar_one())


def check_suggestions(reading: Session) -> list[Breach]:
    """What is stored joins the same kind and unit, and its score is the sum of its reasons (domain.md 5.4)."""
    statement = (
        select(Suggestion, Pledge.reference, Pledge.kind, Pledge.unit, NeedPart.kind, NeedPart.unit)
        .join(Pledge, Pledge.id == Suggestion.pledge_id)
        .join(NeedPart, NeedPart.id == Suggestion.part_id)
        .order_by(Suggestion.id)
    )
    found = []
    for row, reference, offered, offered_unit, wanted, wanted_unit in reading.execute(statement):
        subject = f"pledge:{reference}"
        if (offered, offered_unit) != (wanted, wanted_unit):
            found.append(Breach("matching.suggestions", subject, f"{offered} is suggested for {wanted}"))
        if row.score != sum(row.reasons["points"]):
            found.append(Breach("matching.suggestions", subject, "the score is not the sum of its reasons"))
    return found
