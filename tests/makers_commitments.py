"""Makers of a provider's pledge and a group's need that fit, and of commitments in any state, through the real acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.needs.queries import part_wanted
from cwb.commitments import actions, rules
from cwb.commitments.actions import NewCommitment
from cwb.commitments.queries import commitment_terms
from cwb.commitments.rules import CommitmentState, Fit
from cwb.commitments.tables import Commitment
from cwb.commitments.views import CommitmentTerms
from cwb.pledges.queries import pledge_offer
from tests.makers import actor_for, make_organisation
from tests.makers_needs import ListedGroup, MadeNeed, make_listed_group, make_need
from tests.makers_pledges import MadePledge, Provider, make_admitted_provider, make_pledge
from tests.support.grounds import kept


@dataclass(frozen=True)
class Pair:
    """A pledge and a need that fit, with those who act for both sides and an officer."""

    provider: Provider
    pledge: MadePledge
    group: ListedGroup
    need: MadeNeed
    officer: Actor

    @property
    def offering(self) -> Actor:
        return self.provider.actor

    @property
    def asking(self) -> Actor:
        return self.group.lead


@kept
def make_officer(role: Role = Role.OFFICER) -> Actor:
    return actor_for(make_organisation(is_council=True), role)


@kept
def make_pair(
    *,
    measure: str = "PO7",
    kind: Kind = Kind.ADVICE,
    amount: int | None = 12 * 60,
    sessions: Sequence[tuple[date, int, int] | tuple[date, int, int, int]] = (),
    provider: Provider | None = None,
    group: ListedGroup | None = None,
    pledged: dict[str, Any] | None = None,
    needed: dict[str, Any] | None = None,
) -> Pair:
    """Forty hours of bookkeeping against twelve wanted, unless said otherwise; in the same zone."""
    provider = provider or make_admitted_provider()
    group = group or make_listed_group(zones=provider.framework.zone_ids[:1])
    pledge = make_pledge(provider.actor, measure, **(pledged or {}))
    need = make_need(group.lead, kind=kind, amount=amount, sessions=sessions, **(needed or {}))
    return Pair(provider, pledge, group, need, make_officer())


def tuesdays(count: int, *, starts: int = 600, ends: int = 720, every: int = 1) -> list[tuple[date, int, int]]:
    """Coming Tuesdays from tomorrow on, as sessions of a need."""
    first = today() + timedelta(days=1)
    first += timedelta(days=(1 - first.weekday()) % 7)
    return [(first + timedelta(weeks=week * every), starts, ends) for week in range(count)]


@kept
def make_minibus_pair(weeks: int = 4, **more: Any) -> Pair:
    """A minibus on Tuesdays from 10 to 2, against some Tuesdays from 10 to 12."""
    return make_pair(
        measure="LA3",
        kind=Kind.VEHICLE,
        amount=None,
        sessions=tuesdays(weeks),
        needed={"has_licence": True, "has_permit": True, **more.pop("needed", {})},
        **more,
    )


def fit_of(pair: Pair) -> Fit:
    """How the two fit now."""
    with work.reading() as reading:
        pledge, part = pledge_offer(reading, pair.pledge.id), part_wanted(reading, pair.need.part_id)
    assert pledge is not None
    assert part is not None
    return rules.fits(pledge, part, today())


def new_commitment(pair: Pair, **fields: Any) -> NewCommitment:
    """What the site would propose for a pair."""
    if "amount" not in fields and "session_keys" not in fields:
        fit = fit_of(pair)
        assert fit.ok, [str(reason) for reason in fit.why_not]
        if fit.common:
            fields["session_keys"] = tuple(rules.key_of(session) for session in fit.sessions)
        else:
            fields["amount"] = fit.amount
    return NewCommitment(pledge_id=pair.pledge.id, part_id=pair.need.part_id, **fields)


@kept
def make_commitment(pair: Pair, state: CommitmentState = CommitmentState.AGREED, **fields: Any) -> str:
    """A commitment between a pair in a state, by the acts that lead there; returns its reference."""
    new = new_commitment(pair, **fields)
    if state is CommitmentState.ASKED:
        return actions.ask(pair.asking, new)
    if state is CommitmentState.PROPOSED:
        return actions.propose(pair.officer, new)
    reference = actions.offer(pair.offering, new)
    soon = today() + timedelta(days=10)
    match state:
        case CommitmentState.OFFERED:
            return reference
        case CommitmentState.CONDITIONAL:
            return actions.accept_on_condition(pair.asking, reference, condition="If the hall is free", by_day=soon)
        case CommitmentState.COMMITTEE:
            return actions.ask_committee(pair.asking, reference, by_day=soon)
        case CommitmentState.DECLINED:
            return actions.decline(pair.asking, reference, reason_code="dates")
        case CommitmentState.TAKEN_BACK:
            return actions.take_back(pair.offering, reference)
        case CommitmentState.LAPSED:
            with work.work(system("test")) as session:
                actions.stop_commitment(session, id_of(reference))
                session.record("test.lapse", f"commitment:{reference}")
            return reference
    actions.accept(pair.asking, reference)
    match state:
        case CommitmentState.ON_HOLD:
            actions.hold(pair.officer, reference, reason="A question")
        case CommitmentState.CANCELLED:
            actions.cancel(pair.asking, reference, reason="The hall is closed")
        case CommitmentState.ENDED_SHORT:
            actions.end_short(pair.asking, reference, reason_code="enough")
        case CommitmentState.UNDER_WAY:
            report(reference, 0)
        case CommitmentState.COMPLETED:
            report_all(reference)
            actions.complete(pair.offering, reference)
        case _:
            pass
    return reference


def report(reference: str, amount: int, session_ids: Sequence[int] = ()) -> None:
    """What deliveries do to a commitment when something is reported on it."""
    with work.work(system("test")) as session:
        actions.note_reported(session, id_of(reference), amount, session_ids)
        session.record("test.report", f"commitment:{reference}")


def report_all(reference: str) -> None:
    terms = terms_of(reference)
    planned = [one.id for one in terms.sessions if one.state is rules.SessionState.PLANNED]
    report(reference, terms.left, planned)


def id_of(reference: str) -> int:
    with work.reading() as reading:
        return reading.execute(select(Commitment.id).where(Commitment.reference == reference)).scalar_one()


def terms_of(reference: str) -> CommitmentTerms:
    """The commitment as it is stored now."""
    with work.reading() as reading:
        return commitment_terms(reading, id_of(reference))


def row_of(reference: str) -> Commitment:
    """The stored row as it is now."""
    with work.reading() as reading:
        return reading.get_one(Commitment, id_of(reference))
