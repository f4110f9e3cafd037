"""Other help where a suspended provider's stops: proposed to both sides with one act."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.work import Work
from community_book.needs.queries import part_wanted
from cwb.commitments.actions import lock_promises, make_proposal, stop_commitment
from cwb.commitments.queries import commitment_terms
from cwb.commitments.rules import PROPOSE_PROMISE, CommitmentState
from cwb.continuity import queries
from cwb.continuity.actions.noting import not_own
from cwb.continuity.rules import SUSPEND_PROVIDER, Deed, Fate
from cwb.continuity.views import Affected
from cwb.matching.queries import Instead


def propose_instead(actor: Actor, undertaking: str, promise: str, pledge: str) -> str:
    """Proposes another pledge for what a promise of a suspended provider was to bring; returns the new reference.

    A promise that the suspension holds is stopped early with it: nothing can be promised twice. Raises NotThere,
    NotAllowed, Refused, WrongState (undone, gone on, or the pledge fits no more).
    """
    actor.must(SUSPEND_PROVIDER)
    actor.must(PROPOSE_PROMISE)
    with transactions.work(actor) as work:
        found = queries.undertaking_view(work, actor, undertaking)
        not_own(work, actor, found.organisation_id)
        if found.deed is not Deed.SUSPEND or found.is_undone:
            raise WrongState(Message(N_("This suspension was undone, so its promises go on. Nothing is proposed.")))
        one = next((item for item in queries.stopped_by(work, found) if item.reference == promise), None)
        if one is None:
            raise NotThere
        chosen = _chosen(work, actor, found.organisation_id, one, pledge)
        lock_promises(work, [one.id], pledge_ids=[chosen.pledge_id])
        if one.fate is Fate.HELD:
            if commitment_terms(work, one.id).state is not CommitmentState.ON_HOLD:
                raise WrongState(Message(N_("This promise is not on hold any more. Look at it as it is now.")))
            stop_commitment(work, one.id, reason_code="provider")
            work.record("commitment.end_short", one.subject, facts={"why": "provider"})
        row = make_proposal(work, chosen.proposal, brokered_by_person_id=actor.person_id)
        subjects = [f"commitment:{row.reference}", f"undertaking:{found.reference}", f"pledge:{pledge}"]
        if (part := part_wanted(work, row.part_id, any_state=True)) is not None:
            subjects.append(f"need:{part.need_reference}")
        work.record("commitment.propose", *subjects, facts={"amount": row.amount, "unit": row.unit})
        work.tell(
            "CommitmentProposed",
            commitment_id=row.id,
            commitment_reference=row.reference,
            pledge_id=row.pledge_id,
            part_id=row.part_id,
            provider_id=row.provider_id,
            group_id=row.group_id,
        )
    return row.reference


def _chosen(work: Work, actor: Actor, provider_id: int, one: Affected, pledge: str) -> Instead:
    """The pledge that was chosen, if it still fits what the promise was to bring."""
    found = queries.other_help(work, actor, [one], provider_id=provider_id).get(one.part_id, ())
    for instead in found:
        if instead.pledge_reference == pledge:
            return instead
    raise WrongState(Message(N_("This pledge does not fit any more. Look at what else is on offer.")))
