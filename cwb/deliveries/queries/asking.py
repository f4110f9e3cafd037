"""What a form for a report begins with: what is left, the dates to tick, the drafted statement of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Actor
from community_book.base.amounts import Unit
from community_book.base.clock import quarter_of, today
from community_book.base.errors import NotThere
from community_book.base.references import tidy_reference
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from cwb.commitments.rules import LIVE, CommitmentState, Hosting, SessionState
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.deliveries.rules import Who
from cwb.deliveries.tables import Delivery
from cwb.deliveries.views import SessionChoice, ToReport, ToReportOwn
from cwb.pillars.queries import measure as measure_of
from cwb.pillars.tables import Measure
from cwb.pledges.queries import pledge_id_of, pledge_terms
from cwb.pledges.rules import UNPUBLISHED, PledgeState
from cwb.pledges.tables import Pledge


def promise_to_report(
    reading: Session, actor: Actor, commitment_reference: str, month: tuple[int, int] | None = None
) -> ToReport:
    """A promise of the actor's own side, to report on; the dates of one month. Raises NotThere for everybody else."""
    provider, group = aliased(Organisation), aliased(Organisation)
    found = reading.execute(
        select(Commitment, Pledge, Measure, provider.name, group.name, Need.title)
        .join(Pledge, Pledge.id == Commitment.pledge_id)
        .join(Measure, Measure.id == Pledge.measure_id)
        .join(provider, provider.id == Commitment.provider_id)
        .join(group, group.id == Commitment.group_id)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(Commitment.reference == tidy_reference(commitment_reference))
    ).one_or_none()
    if found is None:
        raise NotThere
    row, pledge, measure, provider_name, group_name, need_title = found
    sessions = _sessions(reading, row.id)
    return ToReport(
        commitment_id=row.id,
        commitment_reference=row.reference,
        state=CommitmentState(row.state),
        is_live=row.state in LIVE and (row.state_before_hold or row.state) in LIVE,
        who=_side(actor, row),
        unit=Unit(row.unit),
        measure_title=measure.title,
        evidence_asked=measure.evidence_asked,
        counts_after_days=measure.counts_after_days,
        confirmed_by=measure.confirmed_by,
        provider_name=provider_name,
        group_name=group_name,
        pledge_title=pledge.title,
        need_title=need_title,
        amount=row.amount,
        left=row.amount - row.reported,
        first_day=row.first_day,
        last_day=row.last_day,
        hosting=Hosting(row.hosting),
        hosting_pence_a_visit=row.hosting_pence_a_visit,
        today=today(),
        all_sessions=sessions,
        sessions=_to_tick(sessions, today(), month),
    )


def _sessions(reading: Session, commitment_id: int) -> tuple[SessionChoice, ...]:
    rows = reading.execute(
        select(CommitmentSession)
        .where(CommitmentSession.commitment_id == commitment_id)
        .order_by(CommitmentSession.day, CommitmentSession.starts_minute, CommitmentSession.id)
    ).scalars()
    return tuple(
        SessionChoice(s.id, s.day, s.starts_minute, s.ends_minute, s.at_once, s.amount, SessionState(s.state))
        for s in rows
    )


def _side(actor: Actor, row: Commitment) -> Who:
    by_link = actor.kind == "link" and actor.link_subject == f"commitment:{row.reference}"
    if actor.organisation_id == row.provider_id and (by_link or actor.has_role(*PROVIDER_ROLES)):
        return Who.PROVIDER
    if actor.organisation_id == row.group_id and (by_link or actor.has_role(*GROUP_ROLES)):
        return Who.GROUP
    raise NotThere


def _to_tick(sessions: Sequence[SessionChoice], on: date, month: tuple[int, int] | None) -> tuple[SessionChoice, ...]:
    """The dates a statement is drafted from: of the month asked for, else of the earliest with unreported dates.

    One statement is of one month, so its dates lie in one quarter.
    """
    over = [one for one in sessions if one.state is SessionState.PLANNED and one.day <= on]
    months = {(one.day.year, one.day.month) for one in over}
    if not months:
        return ()
    chosen = month if month in months else min(months)
    return tuple(one for one in over if (one.day.year, one.day.month) == chosen)


def sessions_to_amend(promise: ToReport, mine: Sequence[int], on: date) -> tuple[SessionChoice, ...]:
    """The dates an amended report may be about: its own, and others of its quarter nobody reported."""
    own = set(mine)
    days = [one.day for one in promise.all_sessions if one.id in own]
    quarter = quarter_of(max(days)) if days else quarter_of(on)
    return tuple(
        one
        for one in promise.all_sessions
        if one.day <= on
        and (one.id in own or (one.state is SessionState.PLANNED and promise.is_live))
        and quarter_of(one.day) == quarter
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
        pledged=terms.pledged,
        baseline=terms.baseline,
        reported=int(reported),
        first_day=terms.first_day,
        last_day=terms.last_day,
        takes_reports=not terms.with_counterpart
        and terms.state not in UNPUBLISHED
        and terms.state is not PledgeState.WITHDRAWN,
    )
