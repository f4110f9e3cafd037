"""How a commitment begins: a provider offers, a group asks, an officer proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import Unit, say_amount
from community_book.base.clock import add_working_days, now_utc, today
from community_book.base.errors import NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference
from community_book.base.settings import settings
from community_book.base.work import Work, refuse
from community_book.needs import actions as needs
from community_book.needs import queries as need_queries
from community_book.needs.views import PartWanted
from cwb.commitments import rules
from cwb.commitments.actions import standing
from cwb.commitments.queries import terms
from cwb.commitments.rules import CommitmentState, CommonSession, Fit, Hosting, NewCommitment, Side
from cwb.commitments.tables import Commitment, CommitmentSession
from cwb.pledges import actions as pledges
from cwb.pledges import queries as pledge_queries
from cwb.pledges.rules import PledgeOffer


@dataclass(frozen=True)
class _Pair:
    pledge: PledgeOffer
    part: PartWanted
    fit: Fit


def offer(actor: Actor, new: NewCommitment) -> str:
    """A provider offers an amount of its pledge to a part; returns the reference.

    Holds the amount and the sessions on the pledge; nothing is promised yet. Raises Refused, NotThere,
    WrongState.
    """
    actor.must(rules.OFFER_HELP)
    with transactions.work(actor) as work:
        pair = _pair(work, new, Side.PROVIDER)
        if pair.pledge.provider_id != actor.organisation_id:
            raise NotThere
        _check_offers_to(work, pair)
        row = _open(work, pair, new, Side.PROVIDER)
        pledges.hold_on_pledge(work, row.pledge_id, row.amount, _pledge_sessions(work, row))
        row.holds_pledge = True
        needs.note_first_answer(work, row.part_id)
        _record(work, row, "commitment.offer", "CommitmentOffered", new.words)
    return row.reference


def ask(actor: Actor, new: NewCommitment) -> str:
    """A group asks for an amount of a pledge for one of its parts; holds nothing. Returns the reference."""
    actor.must(rules.ASK_FOR_HELP)
    with transactions.work(actor) as work:
        pair = _pair(work, new, Side.GROUP)
        if pair.part.group_id != actor.organisation_id:
            raise NotThere
        row = _open(work, pair, new, Side.GROUP)
        _record(work, row, "commitment.ask", "CommitmentAsked", new.words)
    return row.reference


def propose(actor: Actor, new: NewCommitment) -> str:
    """An officer proposes a pledge and a part to each other as broker; both must agree. Holds nothing."""
    actor.must(rules.PROPOSE_PROMISE)
    with transactions.work(actor) as work:
        row = make_proposal(work, new, brokered_by_person_id=actor.person_id, terms_read=new.keeps_terms)
        _record(work, row, "commitment.propose", "CommitmentProposed", new.words)
    return row.reference


def make_proposal(
    work: Work, new: NewCommitment, *, brokered_by_person_id: int | None, terms_read: bool = True
) -> Commitment:
    """Step: a proposal without its audit entry, for one act that publishes many (a round).

    A round reads nobody's words; an officer who proposes by hand says that they were read (`terms_read`).
    """
    pair = _pair(work, new, Side.COUNCIL)
    row = _open(work, pair, replace(new, keeps_terms=terms_read), Side.COUNCIL)
    row.brokered_by_person_id = brokered_by_person_id
    needs.note_first_answer(work, row.part_id)
    return row


def _pair(work: Work, new: NewCommitment, side: Side) -> _Pair:
    """Both sides as they stand, the pledge locked, and whether they fit. Raises NotThere, Refused, WrongState."""
    part = need_queries.part_wanted(work, new.part_id)
    if part is not None:
        standing.one_at_a_time(work, "offers to a group", part.group_id)
    pledges.lock_pledge(work, new.pledge_id)
    work.expire_all()  # what was read before the lock may have changed meanwhile
    pledge = pledge_queries.pledge_offer(work, new.pledge_id)
    part = need_queries.part_wanted(work, new.part_id)
    if pledge is None:
        raise WrongState(Message(N_("This help is no longer on offer. Choose something else.")))
    if part is None:
        raise WrongState(Message(N_("This need is no longer open. Look for another one.")))
    if pledge.provider_id == part.group_id:
        raise refuse("", N_("An organisation cannot promise help to itself"))
    if terms.has_open_between(work, part_id=part.part_id, pledge_id=pledge.pledge_id):
        raise WrongState(
            Message(N_("Something between this help and this need is open already. Answer it or take it back first."))
        )
    fit = rules.fits(pledge, part, today())
    if not fit.ok:
        raise Refused(*(Problem("", reason) for reason in fit.why_not))
    return _Pair(pledge, part, fit)


def _check_offers_to(work: Work, pair: _Pair) -> None:
    if terms.has_open_between(work, part_id=pair.part.part_id, provider_id=pair.pledge.provider_id):
        raise WrongState(
            Message(N_("You have an open offer for this need already. Wait for the answer, or take it back first."))
        )
    most = settings().open_offers_to_one_group
    if terms.open_offers_to(work, pair.part.group_id) >= most:
        raise WrongState(
            Message(
                N_("%(group)s has %(most)s offers to answer just now, which is the most at a time. Try again later."),
                group=pair.part.group_name,
                most=most,
            )
        )


def _open(work: Work, pair: _Pair, new: NewCommitment, side: Side) -> Commitment:
    if stop := rules.stop_of(pair.pledge, pair.part, pair.fit, new, side):
        raise Refused(*stop.problems)
    chosen = rules.chosen_of(pair.fit, new.session_keys)
    amount = sum(session.amount for session in chosen) if chosen else new.amount or 0
    first, last = _days(pair.fit, chosen)
    hosting, pence = _hosting(pair, new)
    people = new.people or pair.fit.people
    row = Commitment(
        reference=new_reference("C"),
        pledge_id=pair.pledge.pledge_id,
        part_id=pair.part.part_id,
        provider_id=pair.pledge.provider_id,
        group_id=pair.part.group_id,
        kind=pair.pledge.kind,
        unit=pair.pledge.unit,
        amount=amount,
        state={
            Side.PROVIDER: CommitmentState.OFFERED,
            Side.GROUP: CommitmentState.ASKED,
            Side.COUNCIL: CommitmentState.PROPOSED,
        }[side],
        opened_by=side,
        opened_at_utc=now_utc(),
        provider_said_yes=side is Side.PROVIDER,
        group_said_yes=side is Side.GROUP,
        **standing.speaker(work, side),
        answer_by=add_working_days(today(), settings().lapse_working_days),
        words=new.words,
        first_day=first,
        last_day=last,
        people=people,
        visits=rules.visits_of(
            pair.pledge.kind, amount, people, pair.part.visit_minutes or pair.pledge.visit_minutes, len(chosen)
        ),
        hosting=hosting,
        hosting_pence_a_visit=pence,
    )
    work.add(row)
    work.flush()
    for session in chosen:
        work.add(
            CommitmentSession(
                commitment_id=row.id,
                pledge_session_id=session.pledge_session_id,
                need_session_id=session.need_session_id,
                day=session.day,
                starts_minute=session.starts_minute,
                ends_minute=session.ends_minute,
                at_once=session.at_once,
                amount=session.amount,
            )
        )
    work.flush()
    return row


def _days(fit: Fit, chosen: tuple[CommonSession, ...]) -> tuple[date, date]:
    if chosen:
        return chosen[0].day, chosen[-1].day
    if fit.first_day is None or fit.last_day is None:
        raise AssertionError("a pair that fits has days in common")
    return fit.first_day, fit.last_day


def _hosting(pair: _Pair, new: NewCommitment) -> tuple[Hosting, int]:
    cost = pair.part.hosting_cost_pence or 0
    if new.hosting is None:
        return rules.hosting_between(cost, pair.pledge.hosting_pence_at_most)
    if new.hosting is not Hosting.PART:
        return new.hosting, cost if new.hosting is Hosting.PAID else 0
    if not new.hosting_pence_a_visit:
        raise refuse("hosting_pence_a_visit", N_("Say how much of the cost of a visit is paid"))
    if new.hosting_pence_a_visit >= cost:
        raise refuse(
            "hosting_pence_a_visit",
            N_("A visit costs %(cost)s: enter less than that, or choose that all of it is paid"),
            cost=say_amount(Unit.PENCE, cost),
        )
    return new.hosting, new.hosting_pence_a_visit


def _pledge_sessions(work: Work, row: Commitment) -> Mapping[int, int]:
    return rules.on_pledge(terms.planned(terms.sessions_of(work, [row.id]).get(row.id, ())))


def _record(work: Work, row: Commitment, act: str, event: str, words: str) -> None:
    part = need_queries.part_wanted(work, row.part_id)
    subjects = [f"commitment:{row.reference}"]
    if part is not None:
        subjects.append(f"need:{part.need_reference}")
    pledge = pledge_queries.pledge_terms(work, row.pledge_id)
    subjects.append(f"pledge:{pledge.reference}")
    work.record(
        act,
        *subjects,
        facts={"amount": row.amount, "unit": row.unit, "answer_by": row.answer_by.isoformat()},
        texts={"words": words},
    )
    standing.tell(work, event, row)
