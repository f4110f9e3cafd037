"""The council's word: disputes, verifying in full, in part or not at all, and reversing what was wrong."""

from __future__ import annotations

from collections.abc import Collection

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.errors import NotAllowed, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.work import Work
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.answering import Accepted, part_of
from cwb.deliveries.actions.figures import count, leave_sessions_out, settle_exceptions, used_sessions
from cwb.deliveries.actions.full_checking import note_found_wrong
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.rules import Decision, DeliveryState, Verdict
from cwb.ledger import actions as ledger
from cwb.ledger.rules import CHECKED
from cwb.ledger.views import NewReading

S = DeliveryState


def decide(actor: Actor, reference: str, decision: Decision) -> str:
    """A verifier decides about a delivery: in full, in part, or not; above the threshold two do.

    Raises NotAllowed for whoever has a part in it, WrongState when somebody decided in the meantime, Refused.
    """
    actor.must(rules.DECIDE_DELIVERY)
    decision = rules.with_reason(decision)
    if problems := rules.check_decision(decision):
        raise Refused(*problems)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, decision.act, decision.version)
        must_be_free(work, actor, taken)
        row = taken.row
        if not taken.whole and row.level_whole is None:
            raise WrongState(Message(N_("Nothing of this report counts, so there is nothing to decide.")))
        accepted = accept(work, taken, decision, taken.whole)
        stage = _stage(work, taken, Verdict(decision.act, accepted.amount))
        follows: dict[str, str] = {}
        standing.note(
            work,
            row,
            decision.act,
            stage=stage,
            amount=accepted.amount,
            sessions=accepted.sessions_out,
            reason=decision.reason,
            basis=decision.basis,
        )
        if row.state_before_decision is None or stage in {"", "first"}:
            row.state_before_decision = row.state
        if stage == "first":
            row.state = rules.MACHINE.go(decision.act, S(row.state), S.FIRST_DECISION)
        elif stage == "differ":
            row.state = rules.MACHINE.go(decision.act, S(row.state), S.DIFFER)
        else:
            row.state = rules.MACHINE.go(decision.act, S(row.state), rules.OUTCOMES[decision.act])
            settle_decision(work, taken, accepted, act=decision.act)
            follows = note_found_wrong(work, taken)
        standing.record(
            work,
            taken,
            decision.act,
            facts={"accepted": accepted.amount, "basis": decision.basis, "stage": stage, **follows},
            texts={"reason": decision.reason},
        )
        _tell(work, taken)
    return reference


def _stage(work: Work, taken: Taken, verdict: Verdict) -> str:
    """Which decision this is: "" alone, "first", "second" (agrees), "differ", "outside"."""
    state = S(taken.row.state)
    if state is S.DIFFER:
        return "outside"
    if state is S.FIRST_DECISION:
        said = [d for d in reads.decisions_of(work, taken.row.id) if d.stage == "first"][-1]
        return "second" if verdict.agrees_with(Verdict(said.act, said.amount)) else "differ"
    return "first" if rules.needs_two(taken.whole, taken.terms.two_verifiers_above) else ""


def _tell(work: Work, taken: Taken) -> None:
    event = {
        S.VERIFIED: "DeliveryVerified",
        S.VERIFIED_IN_PART: "DeliveryVerified",
        S.REJECTED: "DeliveryRejected",
        S.FIRST_DECISION: "DeliveryFirstDecision",
        S.DIFFER: "DeliveryDecisionsDiffer",
    }[S(taken.row.state)]
    standing.tell(work, event, taken)


def must_be_free(work: Work, actor: Actor, taken: Taken, *, appeal: bool = False) -> None:
    """Step: refuses whoever belongs to a side, recorded, brokered or moderated it, or decided before."""
    person = reads.standing_of_person(work, actor, taken.row)
    why = rules.why_not_decide(person, reads.hands_of(work, taken.row), appeal=appeal)
    if why is not None:
        raise NotAllowed(why)


def accept(work: Work, taken: Taken, decision: Decision, whole: int) -> Accepted:
    """Step: how much a decision takes of `whole`, and the sessions it leaves out."""
    if decision.act == "verify":
        return Accepted(whole)
    if decision.act == "reject":
        return Accepted(0, tuple(sorted(used_sessions(work, taken.row))))
    return part_of(work, taken, whole, amount=decision.amount, used=decision.used)


def settle_decision(
    work: Work, taken: Taken, accepted: Accepted, *, act: str, came: Collection[int] = (), how: str = CHECKED
) -> None:
    """Step: lets a decision count: what it takes is verified, the rest is no longer reported.

    `came` are sessions an appeal brings back. `how` it was verified: checked by itself, or with its batch.
    """
    row = taken.row
    if row.before_decision is None:
        row.before_decision = taken.whole
    row.verified_how = how if S(row.state) in rules.COUNTED_AS_VERIFIED else ""
    row.answer_by = None
    leave_sessions_out(work, row, accepted.sessions_out)
    if S(row.state) is not S.REJECTED:
        settle_exceptions(work, taken)
    count(
        work,
        taken,
        accepted.amount,
        act=act,
        sessions_out=accepted.sessions_out,
        sessions_in=came,
        again=True,
    )
    if row.level_whole is not None and row.level_part is not None and S(row.state) is S.VERIFIED:
        ledger.record_reading(
            work,
            NewReading(
                pledge_id=row.pledge_id,
                measure_id=row.measure_id,
                provider_id=row.provider_id,
                basis=taken.terms.basis,
                part=row.level_part,
                whole=row.level_whole,
                read_on=row.happened_on,
                delivery_id=row.id,
                verified=True,
            ),
        )


def uphold(actor: Actor, reference: str, *, reason: str, version: int | None = None) -> str:
    """A verifier decides a query in favour of the report: it stands and can be verified."""
    return _decide_query(actor, reference, "uphold", reason, version)


def not_uphold(actor: Actor, reference: str, *, reason: str, version: int | None = None) -> str:
    """A verifier decides a query against the report: it counts nothing."""
    return _decide_query(actor, reference, "not_uphold", reason, version)


def _decide_query(actor: Actor, reference: str, act: str, reason: str, version: int | None) -> str:
    actor.must(rules.VERIFY_DELIVERY)
    if not reason:
        raise Refused(Problem("reason", Message(N_("Write why you decide so, in a sentence both sides will read"))))
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, act, version)
        must_be_free(work, actor, taken)
        row = taken.row
        row.state = rules.MACHINE.go(act, S(row.state))
        out = sorted(used_sessions(work, row)) if act == "not_uphold" else []
        leave_sessions_out(work, row, out)
        count(work, taken, taken.whole if act == "uphold" else 0, act=act, sessions_out=out)
        if act == "uphold":
            settle_exceptions(work, taken)
        standing.note(work, row, act, reason=reason)
        standing.record(work, taken, act, facts={}, texts={"reason": reason})
        standing.tell(work, "DeliveryUpheld" if act == "uphold" else "DeliveryNotUpheld", taken)
    return reference


def reverse(actor: Actor, reference: str, *, reason: str, version: int | None = None) -> str:
    """Takes a wrong verified delivery out of every figure by new entries; nothing is edited."""
    actor.must(rules.VERIFY_DELIVERY)
    if not reason:
        raise Refused(Problem("reason", Message(N_("Write what was wrong, in a sentence both sides will read"))))
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "reverse", version)
        must_be_free(work, actor, taken)
        row = taken.row
        out = sorted(used_sessions(work, row))
        row.state = rules.MACHINE.go("reverse", S(row.state))
        leave_sessions_out(work, row, out)
        count(work, taken, 0, act="reverse", sessions_out=out)
        if row.level_whole is not None:
            ledger.withdraw_reading(work, delivery_id=row.id)
        standing.note(work, row, "reverse", reason=reason)
        standing.record(work, taken, "reverse", facts={}, texts={"reason": reason})
        standing.tell(work, "DeliveryReversed", taken)
    return reference
