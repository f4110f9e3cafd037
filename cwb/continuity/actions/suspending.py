"""A provider is suspended, and the suspension lifted."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.errors import Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from cwb.commitments.actions import hold_commitment, lock_promises, release_commitment, stop_commitment
from cwb.commitments.queries import before_stopping, ids_not_over
from cwb.continuity import queries
from cwb.continuity.actions.noting import Changed, keep_undertaking, not_own
from cwb.continuity.rules import (
    SUSPEND_PROVIDER,
    SUSPENDED,
    Change,
    Deed,
    Fate,
    Klass,
    Suspension,
    Thing,
    about_provider,
    check_suspension,
)
from cwb.frameworks.actions import lift_suspension, suspend_admission
from cwb.frameworks.queries import admissions_of
from cwb.frameworks.rules import AdmissionState
from cwb.pledges.actions import pause_pledges_of, resume_pledges_of


def suspend_provider(actor: Actor, reference: str, new: Suspension) -> str:
    """Suspends every admission of a provider and what hangs on it; the reason stays with the council.

    What is not agreed lapses with a neutral notice. For safety, visits and shared premises are held at once;
    otherwise the promises the officer named in `hold`. Returns the reference of the undertaking, by which it can be
    undone. Raises Refused, WrongState (nothing to suspend), NotAllowed.
    """
    problems = check_suspension(new)
    if problems:
        raise Refused(*problems)
    klass = Klass(new.klass)
    with transactions.work(actor) as work:
        provider = queries.body(work, actor, reference, SUSPEND_PROVIDER)
        not_own(work, actor, provider.id)
        admissions = [a for a in admissions_of(work, provider.id, today()) if a.state is AdmissionState.ADMITTED]
        if not admissions:
            raise WrongState(Message(N_("This provider has no place on a framework that could be suspended now.")))
        lock_promises(work, ids_not_over(work, provider_id=provider.id))
        promises = queries.promises_of_provider(work, provider.id, klass)
        unknown = new.to_hold - {promise.reference for promise in promises if promise.fate is Fate.CHOICE}
        if unknown and klass is Klass.OTHER:
            raise Refused(Problem("hold", Message(N_("Something you ticked has changed meanwhile. Look again"))))
        pledges = {pledge.id: pledge for pledge in queries.pledges_of_provider(work, provider.id)}
        stopped = before_stopping(work, [one.id for one in promises if one.fate is Fate.LAPSES], today())
        changes = [
            Changed(Thing.ADMISSION, one.id, one.reference, Change.SUSPENDED, str(one.state)) for one in admissions
        ]
        paused = pause_pledges_of(work, provider.id, "")
        changes += [Changed.of(pledges[pledge_id], Change.PAUSED) for pledge_id in paused if pledge_id in pledges]
        counts = dict.fromkeys(Fate, 0)
        for promise in promises:
            counts[promise.fate] += 1
            if promise.fate is Fate.LAPSES:
                changes.append(Changed.of(promise, Change.LAPSED, stopped[promise.id]))
                stop_commitment(work, promise.id, neutral=True)
            elif promise.fate is Fate.HELD or promise.reference in new.to_hold:
                changes.append(Changed.of(promise, Change.HELD))
                hold_commitment(work, promise.id, why=SUSPENDED, about=about_provider(reference))
                work.record("commitment.hold", promise.subject, facts={"why": SUSPENDED})
        for admission in admissions:
            suspend_admission(work, admission.id, klass, new.reason)
        undertaking = keep_undertaking(work, Deed.SUSPEND, provider.id, changes)
        work.record(
            "provider.suspend",
            f"organisation:{provider.reference}",
            f"undertaking:{undertaking}",
            facts={"class": klass, **{str(fate): count for fate, count in counts.items() if count}},
            texts={"reason": new.reason},
        )
        work.tell("ProviderSuspended", organisation_id=provider.id, reference=provider.reference)
    return undertaking


def lift_provider(actor: Actor, reference: str) -> str:
    """Ends a suspension: the admissions stand again, the council's pauses and holds for it end."""
    with transactions.work(actor) as work:
        provider = queries.body(work, actor, reference, SUSPEND_PROVIDER)
        not_own(work, actor, provider.id)
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
