"""Logging a pledge: as a draft, changing the draft, posting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import Refused, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference
from community_book.base.sessions import Session
from community_book.base.work import Work, refuse
from community_book.places.actions import change_place, make_place
from community_book.places.rules import NewPlace
from cwb.frameworks.queries import admission_scope, is_admitted
from cwb.frameworks.rules import AdmissionState
from cwb.ledger.actions import book
from cwb.pillars.queries import measure as measure_of
from cwb.pillars.views import MeasureView
from cwb.pledges import queries
from cwb.pledges.actions.own import announce, own_pledge, pledged_booking, require_own_place
from cwb.pledges.actions.things import refuse_thing_twice
from cwb.pledges.rules import (
    MACHINE,
    NewPledge,
    PledgeState,
    Scope,
    amount_of,
    check,
    check_ready,
    has_counterpart,
    planned_sessions,
    waits_for_the_council,
)
from cwb.pledges.tables import Pledge, PledgeSession, PledgeZone

NOT_ADMITTED = N_("You are not admitted to a framework just now, so nothing new can be promised. Ask the council.")


def log_pledge(actor: Actor, new: NewPledge, *, post: bool = True) -> str:
    """A provider logs a pledge, as a draft or posted at once; returns its reference.

    Posted, it waits for the council or is on offer. Raises Refused (fields), NotAllowed, WrongState (not admitted).
    """
    with transactions.work(actor) as work:
        return add_pledge(work, new, post=post).reference


def add_pledge(work: Work, new: NewPledge, *, post: bool) -> Pledge:
    """Step: the row, zones, sessions and place of a new pledge of the acting provider; posted where asked for."""
    actor = work.actor
    organisation_id = require_own_place(actor)
    measure = measure_of(work, new.measure_id)
    if measure.is_retired:
        raise WrongState(Message(N_("This measure is not used any more. Choose another one.")))
    row = Pledge(
        reference=new_reference("P"),
        organisation_id=organisation_id,
        measure_id=measure.id,
        kind=str(measure.kind),
        unit=str(measure.unit),
        nature=str(measure.nature),
        state=PledgeState.DRAFT,
        logged_by_person_id=actor.person_id,
    )
    _fill(work, row, new, measure)
    facts = _facts(row, measure)
    texts = {"title": row.title, "story": row.story, "owner": row.owner_name}
    work.record("pledge.log", f"pledge:{row.reference}", facts=facts, texts=texts)
    if post:
        _post(work, row, new, measure)
    return row


def change_pledge(actor: Actor, reference: str, new: NewPledge, *, post: bool = False) -> None:
    """The provider changes a draft or a returned pledge, which is a draft again, and posts it where asked for."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "change", version=new.version)
        measure = measure_of(work, row.measure_id)
        row.state = MACHINE.go("change", PledgeState(row.state))
        _fill(work, row, new, measure)
        work.record(
            "pledge.change",
            f"pledge:{row.reference}",
            facts=_facts(row, measure),
            texts={"title": row.title, "story": row.story, "owner": row.owner_name},
        )
        if post:
            _post(work, row, new, measure)


def post_pledge(actor: Actor, reference: str, version: int | None = None) -> None:
    """The provider posts a draft as it stands. Raises Refused naming what is still missing."""
    with transactions.work(actor) as work:
        row = own_pledge(work, actor, reference, "post", version=version)
        _post(work, row, _as_new(work, row), measure_of(work, row.measure_id))


# --- within -------------------------------------------------------------------------------------


def _scope(work: Work, organisation_id: int, framework_id: int | None) -> Scope:
    admission = admission_scope(work, organisation_id, today(), framework_id)
    if admission is None or admission.state is not AdmissionState.ADMITTED:
        raise WrongState(Message(NOT_ADMITTED))
    return queries.scope_of(work, admission, today())


def _fill(work: Work, row: Pledge, new: NewPledge, measure: MeasureView) -> None:
    """Puts what was typed into the row, after checking it. Raises Refused."""
    scope = _scope(work, row.organisation_id, new.framework_id)
    if problems := check(new, measure, scope):
        raise Refused(*problems)
    counterpart = has_counterpart(measure, new.with_counterpart)
    sessions = planned_sessions(new)
    row.framework_id, row.lot_id = scope.framework_id, new.lot_id
    row.title, row.story = new.title, new.story
    row.item_type, row.subject = new.item_type, new.subject
    row.basis, row.call_off = str(new.basis), new.call_off
    row.amount = amount_of(new, measure, sessions)
    row.share_basis_points = new.share_basis_points
    row.baseline, row.baseline_on = new.baseline, new.baseline_on
    row.smallest_useful = new.smallest_useful or 1
    row.first_day, row.last_day = new.first_day, new.last_day
    row.borough_wide = new.borough_wide or measure.brokered == "no"
    row.online = new.online
    row.zone_scheme_id = None if row.borough_wide else scope.zone_scheme_id
    row.thing = new.thing
    row.schedule = _schedule(new)
    row.features, row.conditions = dict(new.features), dict(new.conditions)
    row.team_smallest, row.team_largest = new.team_smallest, new.team_largest
    row.visit_minutes = new.visit_minutes
    row.hosting_pence_at_most = new.hosting_pence_at_most
    row.with_counterpart = counterpart
    row.meets_people_at_risk = new.meets_people_at_risk
    row.not_charged_to_rate, row.visits_covered = new.not_charged_to_rate, new.visits_covered
    row.owner_name = new.owner_name
    place_pledge(work, row, new)
    work.add(row)
    work.flush()
    set_zones(work, row, new.zone_ids)
    _set_sessions(work, row, sessions)


def place_pledge(work: Work, row: Pledge, new: NewPledge) -> None:
    """Step: where the pledge is, if anything was said of it."""
    place = NewPlace(postcode=new.postcode, label=new.place_label, picked=new.picked_zones)
    if not (place.postcode or place.label or place.picked):
        row.place_id = None
    elif row.place_id is None:
        row.place_id = make_place(work, place)
    else:
        change_place(work, row.place_id, place)


def set_zones(work: Work, row: Pledge, zone_ids: frozenset[int]) -> None:
    """Step: the zones the pledge serves."""
    work.execute(delete(PledgeZone).where(PledgeZone.pledge_id == row.id))
    work.add_all(PledgeZone(pledge_id=row.id, zone_id=zone_id) for zone_id in sorted(zone_ids))
    work.flush()


def _set_sessions(work: Work, row: Pledge, sessions: Sequence[Session]) -> None:
    work.execute(delete(PledgeSession).where(PledgeSession.pledge_id == row.id))
    work.add_all(
        PledgeSession(
            pledge_id=row.id,
            day=session.day,
            starts_minute=session.starts_minute,
            ends_minute=session.ends_minute,
            at_once=session.at_once,
        )
        for session in sessions
    )
    work.flush()


def _schedule(new: NewPledge) -> dict[str, Any]:
    """The days and times as typed, to fill the form again."""
    if not new.weekdays:
        return {}
    return {
        "weekdays": sorted(new.weekdays),
        "every_weeks": new.every_weeks,
        "starts_minute": new.starts_minute,
        "ends_minute": new.ends_minute,
        "at_once": new.at_once,
        "left_out": [day.isoformat() for day in sorted(new.left_out)],
    }


def _as_new(work: Work, row: Pledge) -> NewPledge:
    """A stored draft as it would be typed, as far as posting looks at it."""
    return NewPledge(
        measure_id=row.measure_id,
        title=row.title,
        story=row.story,
        basis=row.basis,  # type: ignore[arg-type]  # compared by value only
        first_day=row.first_day,
        last_day=row.last_day,
        framework_id=row.framework_id,
        call_off=row.call_off,
        not_charged_to_rate=row.not_charged_to_rate,
        visits_covered=row.visits_covered,
        owner_name=row.owner_name,
    )


def _post(work: Work, row: Pledge, new: NewPledge, measure: MeasureView) -> None:
    """Puts a draft on offer or to the council, as the waiting rule says."""
    if problems := check_ready(new, measure, today()):
        raise Refused(*problems)
    if not is_admitted(work, row.organisation_id, row.framework_id, today()):
        raise WrongState(Message(NOT_ADMITTED))
    if row.amount is not None and row.amount < 1:
        raise refuse("amount", N_("Enter how much you pledge"))
    _refuse_taken_thing(work, row)
    waits = waits_for_the_council(
        is_first_of_provider=not queries.was_ever_offered(work, row.organisation_id),
        meets_people_at_risk=row.meets_people_at_risk,
    )
    target = PledgeState.WAITING if waits else PledgeState.OFFERED
    row.state = MACHINE.go("post", PledgeState(row.state), target)
    row.posted_at_utc, row.reason = now_utc(), ""
    work.record("pledge.post", f"pledge:{row.reference}", facts={"waits": waits})
    announce(work, "PledgeLogged", row, waiting=waits)
    if not waits:
        put_on_offer(work, row, "pledge.post")


def _refuse_taken_thing(work: Work, row: Pledge) -> None:
    rows = work.execute(
        select(PledgeSession).where(PledgeSession.pledge_id == row.id, ~PledgeSession.dropped)
    ).scalars()
    refuse_thing_twice(work, row, [Session(one.day, one.starts_minute, one.ends_minute) for one in rows])


def put_on_offer(work: Work, row: Pledge, act: str) -> None:
    """Step: from now on the pledge counts as pledged and is matched."""
    row.offered_at_utc = now_utc()
    work.flush()
    terms = queries.pledge_terms(work, row.id)
    if terms.pledged:
        book(work, pledged_booking(work, row, terms.pledged, act))
    announce(work, "PledgeOffered", row)


def _facts(row: Pledge, measure: MeasureView) -> dict[str, Any]:
    return {
        "measure": measure.code,
        "amount": row.amount,
        "share_basis_points": row.share_basis_points,
        "basis": row.basis,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat(),
    }
