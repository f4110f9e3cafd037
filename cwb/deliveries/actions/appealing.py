"""An appeal, once, and its decision by somebody who has not decided before."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Unit, say_amount
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.work import Work, refuse
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.answering import Accepted
from cwb.deliveries.actions.figures import used_sessions
from cwb.deliveries.actions.full_checking import not_found_wrong
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.actions.verifying import must_be_free, settle_decision
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.rules import Decision, DeliveryState
from cwb.ledger import actions as ledger

S = DeliveryState


def appeal(actor: Actor, reference: str, *, reason: str, version: int | None = None) -> str:
    """A side asks once for somebody else to decide again. Until then what was decided stands."""
    actor.must(rules.APPEAL_DELIVERY)
    if not reason:
        raise Refused(Problem("reason", Message(N_("Write why the decision is wrong"))))
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "appeal", version)
        row = taken.row
        row.state_before_appeal = row.state
        row.state = rules.MACHINE.go("appeal", S(row.state))
        row.appealed = True
        standing.note(work, row, "appeal", reason=reason)
        standing.record(work, taken, "appeal", facts={"by": str(taken.who)}, texts={"reason": reason})
        standing.tell(work, "DeliveryAppealed", taken, by=str(taken.who))
    return reference


def decide_appeal(actor: Actor, reference: str, decision: Decision) -> str:
    """Somebody else decides again, for good, out of all that stood before the first decision.

    What counts more than before must find room again: in the promise while it lives, in pledge and need after
    it has ended. Raises Refused on "amount" where somebody else has it by now.
    """
    actor.must(rules.DECIDE_DELIVERY)
    if problems := rules.check_decision(decision):
        raise Refused(*problems)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "decide_appeal", decision.version)
        must_be_free(work, actor, taken, appeal=True)
        row = taken.row
        again = _sessions_left_out(work, taken)
        accepted, came, out = _accept(work, taken, decision, again)
        row.state = rules.MACHINE.go("decide_appeal", S(row.state), rules.OUTCOMES[decision.act])
        row.state_before_appeal = None
        if row.level_whole is not None:
            ledger.withdraw_reading(work, delivery_id=row.id)
        for session in reads.sessions_of(work, row.id):
            if session.commitment_session_id in came:
                session.stands = True
        settle_decision(work, taken, Accepted(accepted, out), act=decision.act, came=came)
        follows = not_found_wrong(work, taken) if row.state == S.VERIFIED else {}
        standing.note(
            work,
            row,
            "decide_appeal",
            stage=decision.act,
            amount=accepted,
            sessions=out,
            reason=decision.reason,
            basis=decision.basis,
        )
        standing.record(
            work,
            taken,
            "decide_appeal",
            facts={"decided": decision.act, "accepted": accepted, "basis": decision.basis, **follows},
            texts={"reason": decision.reason},
        )
        event = "DeliveryRejected" if row.state == S.REJECTED else "DeliveryVerified"
        standing.tell(work, event, taken, appeal=True)
    return reference


def _sessions_left_out(work: Work, taken: Taken) -> dict[int, int]:
    """The sessions the decision that is appealed against left out, with their amounts."""
    left_out = {
        key
        for said in reads.decisions_of(work, taken.row.id)
        if said.act in rules.OUTCOMES and said.sessions
        for key in said.sessions
    }
    return {
        session.commitment_session_id: session.amount
        for session in reads.sessions_of(work, taken.row.id)
        if session.amount and not session.stands and session.commitment_session_id in left_out
    }


def _accept(
    work: Work, taken: Taken, decision: Decision, again: dict[int, int]
) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """How much counts, which sessions come back and which go. Raises Refused."""
    row = taken.row
    whole = row.before_decision or 0
    now = {key: session.amount for key, session in used_sessions(work, row).items()}
    if decision.act == "reject":
        return 0, (), tuple(sorted(now))
    if decision.act == "verify":
        return whole, tuple(sorted(again)), ()
    if decision.used is not None and (now or again):
        chosen, known = set(decision.used), now | again
        if not chosen or not chosen <= known.keys():
            raise refuse("used", N_("Choose from the dates shown"))
        amount = whole - sum(known[key] for key in known.keys() - chosen)
        if chosen == known.keys() or amount < 1:
            raise refuse("used", N_("Tick some of the dates and leave others. To accept all or none, decide so above"))
        return amount, tuple(sorted(chosen - now.keys())), tuple(sorted(now.keys() - chosen))
    if decision.amount is None or not 0 < decision.amount < whole:
        raise refuse(
            "amount", N_("Enter how much counts, less than %(whole)s"), whole=say_amount(Unit(row.unit), whole)
        )
    return decision.amount, (), ()
