"""The other side's word: it happened, a part of it did, it did not; and the rest one tap away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import add_working_days, today
from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.work import Work, refuse
from community_book.people import actions as people
from cwb.commitments import actions as commitments
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.figures import count, leave_sessions_out, settle_exceptions, used_sessions
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.rules import Answer, DeliveryState, Who

S = DeliveryState


@dataclass(frozen=True)
class Accepted:
    """What somebody accepts of a report, and the sessions that are left out by it."""

    amount: int
    sessions_out: tuple[int, ...] = ()


def confirm(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """The group says that it happened. Recorded by an officer, it counts once the group could object."""
    _may_answer(actor)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "confirm", version)
        _heard(work, actor, taken, "confirm", Accepted(taken.row.amount))
    return reference


def confirm_in_part(actor: Actor, reference: str, answer: Answer) -> str:
    """The group says how much of it happened; the rest is no longer reported."""
    _may_answer(actor)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "confirm_in_part", answer.version)
        accepted = part_of(work, taken, taken.row.amount, amount=answer.amount, used=answer.used)
        _heard(work, actor, taken, "confirm_in_part", accepted, reason=answer.reason)
    return reference


def _may_answer(actor: Actor) -> None:
    if actor.kind != "link" or actor.link_act != reads.LINK_ACT:
        actor.must(rules.ANSWER_DELIVERY)


def _heard(work: Work, actor: Actor, taken: Taken, act: str, accepted: Accepted, *, reason: str = "") -> None:
    row = taken.row
    if not reads.may_speak_for_group(work, actor, row.provider_id):
        raise NotAllowed(
            Message(N_("One of the provider's people cannot confirm for the group. Ask somebody else of the group."))
        )
    people.use_link(work, actor)
    part = act == "confirm_in_part"
    standing.note(
        work,
        row,
        act,
        amount=accepted.amount,
        sessions=accepted.sessions_out if part else None,
        reason=reason,
    )
    row.group_word, row.confirmed_on_behalf = accepted.amount, actor.is_on_behalf
    facts = {"accepted": accepted.amount}
    if actor.is_on_behalf:
        row.state = rules.MACHINE.go(act, S(row.state), S.RECORDED_FOR)
        row.answer_by = add_working_days(today(), settings().confirm_working_days)
        count(work, taken, taken.whole, act=act)
        standing.record(work, taken, act, facts=facts, texts={"reason": reason})
        standing.tell(work, "DeliveryRecordedFor", taken)
        return
    settle_word(work, taken, accepted, act=act)
    standing.record(work, taken, act, facts=facts, texts={"reason": reason})
    standing.tell(work, "DeliveryConfirmed", taken, at_once=False)


def settle_word(work: Work, taken: Taken, accepted: Accepted, *, act: str) -> None:
    """Step: the group's word counts from now on; what it left out does not."""
    row = taken.row
    row.state = S.CONFIRMED_IN_PART if accepted.amount < row.amount else S.CONFIRMED
    may_query = add_working_days(today(), settings().confirm_working_days)
    row.answer_by = may_query if row.side == Who.GROUP else None
    leave_sessions_out(work, row, accepted.sessions_out)
    count(work, taken, accepted.amount, act=act, sessions_out=accepted.sessions_out)
    settle_exceptions(work, taken)


def query(actor: Actor, reference: str, answer: Answer) -> str:
    """Says that something about a report is not right, or (with `amount` 0) that it did not happen."""
    if not actor.may(rules.VERIFY_DELIVERY):
        _may_answer(actor)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "query", answer.version)
        row = taken.row
        if not answer.reason and answer.amount != 0:
            raise refuse("reason", N_("Say what is not right, so that it can be put right"))
        people.use_link(work, actor)
        standing.note(work, row, "query", amount=answer.amount, reason=answer.reason)
        row.state = rules.MACHINE.go("query", S(row.state))
        if row.side == Who.PROVIDER or taken.who is Who.GROUP:
            row.group_word, row.confirmed_on_behalf = None, False
        row.answer_by = None
        count(work, taken, taken.whole, act="query")
        standing.record(
            work,
            taken,
            "query",
            facts={"by": str(taken.who), "did_not_happen": answer.amount == 0},
            texts={"reason": answer.reason},
        )
        standing.tell(work, "DeliveryQueried", taken, by=str(taken.who), did_not_happen=answer.amount == 0)
    return reference


def add_surplus(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """The other side agrees that what went beyond the promise is added to it, within need and pledge."""
    actor.must(rules.ANSWER_DELIVERY)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "add_surplus", version)
        row, promise = taken.row, taken.promise
        assert promise is not None  # noqa: S101  (the act is refused without one)
        more = row.surplus
        if taken.who is Who.GROUP and not reads.may_speak_for_group(work, actor, row.provider_id):
            raise NotAllowed(
                Message(N_("One of the provider's people cannot agree for the group. Ask somebody else of the group."))
            )
        commitments.extend_commitment_within_limits(work, promise.id, more)
        row.surplus = 0
        if row.group_word is not None:
            row.group_word += more
        count(work, taken, taken.whole + more, act="add_surplus")
        row.flags = [flag for flag in row.flags if flag != rules.Flag.MORE_THAN_AGREED]
        standing.note(work, row, "add_surplus", amount=more)
        standing.record(work, taken, "add_surplus", facts={"added": more}, texts={})
        standing.tell(work, "DeliveryAmended", taken, added=more)
    return reference


def part_of(work: Work, taken: Taken, whole: int, *, amount: int | None, used: Collection[int] | None) -> Accepted:
    """Step: a part of a report as an amount, or as those of its sessions that did happen. Raises Refused."""
    sessions = used_sessions(work, taken.row)
    if sessions and used is not None:
        if not set(used) <= sessions.keys():
            raise refuse("used", N_("Choose from the dates shown"))
        if len(set(used)) == len(sessions):
            raise refuse(
                "used", N_("All dates are ticked. Take the tick away from those that do not count, or choose all of it")
            )
        if not used:
            raise refuse("used", N_("Tick the dates on which it happened. If it was none, say that it did not happen"))
        out = tuple(sorted(sessions.keys() - set(used)))
        rest = whole - sum(sessions[key].amount for key in out)
        if rest < 1:
            raise refuse("used", N_("Nothing would be left of the report. Say that it did not happen instead"))
        return Accepted(rest, out)
    if amount is None:
        raise refuse("used" if sessions else "amount", N_("Say how much of it happened"))
    if amount >= whole:
        raise refuse(
            "amount",
            N_("Enter less than %(whole)s, or choose all of it"),
            whole=say_amount(Unit(taken.row.unit), whole),
        )
    if amount < 1:
        raise refuse("amount", N_("Enter more than nothing. If nothing happened, say that it did not happen"))
    return Accepted(amount)
