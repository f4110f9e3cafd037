"""What a form for a report begins with: what is left, the dates to tick, the drafted statement of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor
from community_book.base.clock import quarter_of, today
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.queries import organisations
from cwb.commitments.queries import commitment_id_of, commitment_terms
from cwb.commitments.rules import LIVE, SessionState
from cwb.commitments.views import CommitmentTerms
from cwb.deliveries.rules import Who
from cwb.deliveries.tables import Delivery
from cwb.deliveries.views import SessionChoice, ToReport, ToReportOwn
from cwb.pillars.queries import measure as measure_of
from cwb.pledges.queries import pledge_id_of, pledge_terms
from cwb.pledges.rules import UNPUBLISHED, PledgeState


def promise_to_report(reading: Session, actor: Actor, commitment_reference: str) -> ToReport:
    """A promise of the actor's own side, to report on. Raises NotThere for everybody else."""
    terms = commitment_terms(reading, commitment_id_of(reading, tidy_reference(commitment_reference)))
    who = _side(actor, terms)
    pledge = pledge_terms(reading, terms.pledge_id)
    measure = measure_of(reading, pledge.measure_id)
    names = organisations(reading, [terms.provider_id, terms.group_id])
    need_title = reading.execute(
        select(Need.title).join(NeedPart, NeedPart.need_id == Need.id).where(NeedPart.id == terms.part_id)
    ).scalar_one()
    stage = terms.state_before_hold or terms.state
    return ToReport(
        commitment_id=terms.id,
        commitment_reference=terms.reference,
        state=terms.state,
        is_live=terms.state in LIVE and stage in LIVE,
        who=who,
        unit=terms.unit,
        measure_title=measure.title,
        evidence_asked=measure.evidence_asked,
        counts_after_days=pledge.counts_after_days,
        confirmed_by=pledge.confirmed_by,
        provider_name=names[terms.provider_id].name,
        group_name=names[terms.group_id].name,
        pledge_title=pledge.title,
        need_title=need_title,
        amount=terms.amount,
        left=terms.left,
        first_day=terms.first_day,
        last_day=terms.last_day,
        hosting=terms.hosting,
        hosting_pence_a_visit=terms.hosting_pence_a_visit,
        has_sessions=bool(terms.sessions),
        sessions=_to_tick(terms, today()),
    )


def _side(actor: Actor, terms: CommitmentTerms) -> Who:
    by_link = actor.kind == "link" and actor.link_subject == f"commitment:{terms.reference}"
    if actor.organisation_id == terms.provider_id and (by_link or actor.has_role(*PROVIDER_ROLES)):
        return Who.PROVIDER
    if actor.organisation_id == terms.group_id and (by_link or actor.has_role(*GROUP_ROLES)):
        return Who.GROUP
    raise NotThere


def _to_tick(terms: CommitmentTerms, on: date) -> tuple[SessionChoice, ...]:
    """The dates a statement is drafted from: those of the earliest month with unreported dates that are over.

    One statement is of one month, so its dates lie in one quarter.
    """
    over = [s for s in terms.sessions if s.state is SessionState.PLANNED and s.day <= on]
    if not over:
        return ()
    first = min(session.day for session in over)
    month = [session for session in over if (session.day.year, session.day.month) == (first.year, first.month)]
    return tuple(
        SessionChoice(s.id, s.day, s.starts_minute, s.ends_minute, s.at_once, s.amount, s.state)
        for s in sorted(month, key=lambda one: (one.day, one.starts_minute))
    )


def sessions_to_amend(reading: Session, commitment_id: int, mine: Sequence[int], on: date) -> tuple[SessionChoice, ...]:
    """The dates an amended report may be about: its own, and others of its quarter nobody reported."""
    terms = commitment_terms(reading, commitment_id)
    own = set(mine)
    days = [session.day for session in terms.sessions if session.id in own]
    quarter = quarter_of(max(days)) if days else quarter_of(on)
    return tuple(
        SessionChoice(s.id, s.day, s.starts_minute, s.ends_minute, s.at_once, s.amount, s.state)
        for s in terms.sessions
        if s.day <= on
        and (s.id in own or (s.state is SessionState.PLANNED and terms.state in LIVE))
        and quarter_of(s.day) == quarter
    )


def pledge_to_report(reading: Session, actor: Actor, pledge_reference: str) -> ToReportOwn:
    """A pledge without a counterpart of the acting provider. Raises NotThere for everybody else."""
    terms = pledge_terms(reading, pledge_id_of(reading, tidy_reference(pledge_reference)))
    if terms.provider_id != actor.organisation_id or not actor.has_role(*PROVIDER_ROLES):
        raise NotThere
    measure = measure_of(reading, terms.measure_id)
    reported = reading.execute(
        select(func.coalesce(func.sum(Delivery.amount), 0)).where(Delivery.pledge_id == terms.pledge_id)
    ).scalar_one()
    return ToReportOwn(
        pledge_id=terms.pledge_id,
        pledge_reference=terms.reference,
        pledge_title=terms.title,
        unit=terms.unit,
        measure_title=measure.title,
        evidence_asked=measure.evidence_asked,
        what_counts=measure.what_counts,
        counts_after_days=terms.counts_after_days,
        is_level=terms.nature == "level",
        share_basis_points=terms.share_basis_points,
        amount=terms.amount,
        baseline=terms.baseline,
        reported=int(reported),
        first_day=terms.first_day,
        last_day=terms.last_day,
        takes_reports=not terms.with_counterpart
        and terms.state not in UNPUBLISHED
        and terms.state is not PledgeState.WITHDRAWN,
    )
