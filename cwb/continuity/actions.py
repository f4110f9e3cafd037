"""One Work over many rooms: their steps, one audit entry each, all of it or nothing."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.outbox import Event
from community_book.base.work import Work
from community_book.concerns.queries import is_held
from community_book.groups.actions import close_group_entry
from community_book.needs.actions import close_needs_of, hide_need, show_need
from community_book.people.queries import belonged_lately
from cwb.commitments.actions import hold_commitment, release_commitment, stop_commitment
from cwb.commitments.queries import ids_not_over
from cwb.continuity import queries
from cwb.continuity.rules import (
    CLOSE_GROUP_FOR_IT,
    SUSPEND_PROVIDER,
    Fate,
    Klass,
    Suspension,
    about_provider,
    check_suspension,
)
from cwb.frameworks.actions import lift_suspension, suspend_admission
from cwb.frameworks.queries import admissions_of
from cwb.frameworks.rules import AdmissionState
from cwb.pledges.actions import pause_pledges_of, put_back_on_offer, resume_pledges_of, take_off_offer

SUSPENDED = "suspended"
CONCERN = "concern"


def suspend_provider(actor: Actor, reference: str, new: Suspension) -> str:
    """Suspends every admission of a provider and what hangs on it; the reason stays with the council.

    What is not agreed lapses with a neutral notice. For safety, visits and shared premises are held at once;
    otherwise the promises the officer named in `hold`. Raises Refused, WrongState (nothing to suspend), NotAllowed.
    """
    problems = check_suspension(new)
    if problems:
        raise Refused(*problems)
    klass = Klass(new.klass)
    with transactions.work(actor) as work:
        provider = queries.body(work, actor, reference, SUSPEND_PROVIDER)
        _not_own(work, actor, provider.id)
        admissions = [a for a in admissions_of(work, provider.id, today()) if a.state is AdmissionState.ADMITTED]
        if not admissions:
            raise WrongState(Message(N_("This provider has no place on a framework that could be suspended now.")))
        promises = queries.promises_of_provider(work, provider.id, klass)
        unknown = set(new.hold) - {promise.reference for promise in promises if promise.fate is Fate.CHOICE}
        if unknown and klass is Klass.OTHER:
            raise Refused(Problem("hold", Message(N_("Something you ticked has changed meanwhile. Look again"))))
        pause_pledges_of(work, provider.id, "")
        counts = dict.fromkeys(Fate, 0)
        for promise in promises:
            counts[promise.fate] += 1
            if promise.fate is Fate.LAPSES:
                stop_commitment(work, promise.id, neutral=True)
            elif promise.fate is Fate.HELD or promise.reference in new.hold:
                hold_commitment(work, promise.id, why=SUSPENDED, about=about_provider(reference))
                work.record("commitment.hold", promise.subject, facts={"why": SUSPENDED})
        for admission in admissions:
            suspend_admission(work, admission.id, klass, new.reason)
        work.record(
            "provider.suspend",
            f"organisation:{provider.reference}",
            facts={"class": klass, **{str(fate): count for fate, count in counts.items() if count}},
            texts={"reason": new.reason},
        )
        work.tell("ProviderSuspended", organisation_id=provider.id, reference=provider.reference)
    return reference


def lift_provider(actor: Actor, reference: str) -> str:
    """Ends a suspension: the admissions stand again, the council's pauses and holds for it end."""
    with transactions.work(actor) as work:
        provider = queries.body(work, actor, reference, SUSPEND_PROVIDER)
        _not_own(work, actor, provider.id)
        suspended = [a for a in admissions_of(work, provider.id, today()) if a.state is AdmissionState.SUSPENDED]
        if not suspended:
            raise WrongState(Message(N_("This provider is not suspended, so there is nothing to lift.")))
        for admission in suspended:
            lift_suspension(work, admission.id)
        resume_pledges_of(work, provider.id, but=queries.pledges_on_hold(work, provider.id))
        for commitment_id in ids_not_over(work, provider_id=provider.id):
            release_commitment(work, commitment_id, why=SUSPENDED, about=about_provider(reference))
        work.record("provider.lift", f"organisation:{provider.reference}", facts={"admissions": len(suspended)})
        work.tell("ProviderSuspensionLifted", organisation_id=provider.id, reference=provider.reference)
    return reference


def close_group(actor: Actor, reference: str, reason: str) -> str:
    """An officer closes a group that has ended, with its needs and what was promised to it."""
    if len(reason) < 5:
        raise Refused(Problem("reason", Message(N_("Write what the members and the helpers should be told"))))
    with transactions.work(actor) as work:
        group = queries.body(work, actor, reference, CLOSE_GROUP_FOR_IT)
        _not_own(work, actor, group.id)
        entry = close_group_entry(work, group.id, reason)
        ended = end_what_hangs_on(work, group.id, reason)
        work.record(
            "group.close_for_it",
            f"group:{entry}",
            f"organisation:{group.reference}",
            facts={"promises": ended},
            texts={"reason": reason},
        )
    return reference


def end_what_hangs_on(work: Work, group_id: int, reason: str) -> int:
    """Step: ends the promises to a group (undelivered amounts go back to the pledges), then closes its needs."""
    promises = ids_not_over(work, group_id=group_id)
    for commitment_id in promises:
        stop_commitment(work, commitment_id, reason_code="group", reason=reason)
    close_needs_of(work, group_id, reason)
    return len(promises)


def after_group_closed(work: Work, event: Event) -> None:
    """Subscriber: a group that closed itself; where an officer did it, everything is ended already."""
    group_id, reason = event.payload["organisation_id"], str(event.payload.get("reason", ""))
    ended = end_what_hangs_on(work, group_id, reason)
    if ended:
        work.record("group.end_promises", f"group:{event.payload['reference']}", facts={"promises": ended})


def after_concern_held(work: Work, event: Event) -> None:
    """Subscriber: a concern stops what it is about: promises are held, a need is hidden, a pledge is off offer."""
    subject = str(event.payload["subject"])
    if subject.startswith("pledge:"):
        take_off_offer(work, subject.removeprefix("pledge:"))
    for commitment_id in queries.promises_about(work, subject):
        if hold_commitment(work, commitment_id, why=CONCERN, about=subject):
            work.record("commitment.hold", subject, facts={"why": CONCERN})
    need_id = queries.need_about(work, subject) if subject.startswith("need:") else None
    if need_id is not None:
        hide_need(work, need_id)


def after_concern_released(work: Work, event: Event) -> None:
    """Subscriber: the safeguarding officer lets it go on; what a suspension stops stays stopped."""
    subject = str(event.payload["subject"])
    if subject.startswith("pledge:") and queries.may_go_on(work, subject):
        put_back_on_offer(work, subject.removeprefix("pledge:"))
    for commitment_id in queries.promises_about(work, subject):
        if release_commitment(work, commitment_id, why=CONCERN, about=subject):
            work.record("commitment.release", subject, facts={"why": CONCERN})
    need_id = queries.need_about(work, subject) if subject.startswith("need:") else None
    if need_id is not None:
        show_need(work, need_id)


def after_group_suspended(work: Work, event: Event) -> None:
    """Subscriber: a suspended group asks for nothing meanwhile: its needs are hidden, its promises on hold."""
    group_id, about = int(event.payload["organisation_id"]), f"group:{event.payload['reference']}"
    for commitment_id in ids_not_over(work, group_id=group_id):
        if hold_commitment(work, commitment_id, why=SUSPENDED, about=about):
            work.record("commitment.hold", about, facts={"why": SUSPENDED})
    for need in queries.needs_of_group(work, group_id):
        hide_need(work, need.id)


def after_group_suspension_lifted(work: Work, event: Event) -> None:
    """Subscriber: the group asks again; what a concern hides stays hidden."""
    group_id, about = int(event.payload["organisation_id"]), f"group:{event.payload['reference']}"
    for commitment_id in ids_not_over(work, group_id=group_id):
        if release_commitment(work, commitment_id, why=SUSPENDED, about=about):
            work.record("commitment.release", about, facts={"why": SUSPENDED})
    for need in queries.needs_of_group(work, group_id):
        if not is_held(work, need.subject):
            show_need(work, need.id)


def _not_own(work: Work, actor: Actor, organisation_id: int) -> None:
    if actor.belongs_to(organisation_id) or belonged_lately(work, actor.person_id, organisation_id):
        raise NotAllowed(
            Message(N_("You belong to this organisation, or did in the last 12 months, so somebody else decides."))
        )
