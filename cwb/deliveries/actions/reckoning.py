"""What a report comes to: its days, its stated amount, what counts of it, and its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS
from community_book.base.clock import today
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.base.work import refuse
from cwb.commitments.rules import SessionState
from cwb.commitments.views import CommitmentTerms
from cwb.deliveries import rules
from cwb.deliveries.rules import NewOwnReport, NewReport
from cwb.pledges.rules import PledgeTerms


@dataclass(frozen=True)
class What:
    """What a report comes to: its days, its stated amount, what counts of it, and its sessions."""

    first_day: date
    happened_on: date
    stated: int
    counts: int
    surplus: int
    used: dict[int, int]
    not_used: tuple[int, ...]

    @classmethod
    def of(cls, new: NewReport, promise: CommitmentTerms, left: int) -> What:
        """What a report on a promise comes to; `left` of it can still be reported. Raises Refused."""
        return _by_sessions(new, promise) if promise.sessions else _without_sessions(new, left)

    @classmethod
    def of_own(cls, new: NewOwnReport, terms: PledgeTerms) -> What:
        """The same of a report without a counterpart. Raises Refused."""
        return _of_own(new, terms)


def _by_sessions(new: NewReport, promise: CommitmentTerms) -> What:
    known = {session.id: session for session in promise.sessions}
    chosen = [known[key] for key in new.used if key in known]
    if len(chosen) != len(new.used) or any(key not in known for key in new.not_used):
        raise refuse("used", N_("Choose from the dates shown"))
    if not chosen:
        raise refuse(
            "used",
            N_("Tick the dates that were used. If none was, say on the promise that it did not happen"),
        )
    if any(session.day > today() for session in chosen):
        raise refuse("used", N_("A date that is still to come cannot be reported yet"))
    first, last = min(session.day for session in chosen), max(session.day for session in chosen)
    if rules.check_span(first, last, today=today()):
        raise refuse(
            "used",
            N_("A report covers days of one quarter. Make one for each quarter: January to March and so on"),
        )
    used = {session.id: session.amount for session in chosen}
    stated = sum(used.values())
    not_used = tuple(key for key in new.not_used if key not in used and known[key].state is SessionState.PLANNED)
    return What(first, last, stated, stated, 0, used, not_used)


def _without_sessions(new: NewReport, left: int) -> What:
    problems = []
    if new.happened_on is None:
        problems.append(Problem("happened_on", Message(N_("Enter the day it happened"))))
    else:
        problems += rules.check_span(new.first_day or new.happened_on, new.happened_on, today=today())
    if not new.amount:
        problems.append(Problem("amount", Message(N_("Enter how much it was"))))
    if problems or new.happened_on is None or new.amount is None:
        raise Refused(*problems)
    counted = rules.count_against(new.amount, left)
    first = new.first_day or new.happened_on
    return What(first, new.happened_on, new.amount, counted.amount, counted.surplus, {}, ())


def _of_own(new: NewOwnReport, terms: PledgeTerms) -> What:
    first = new.first_day or new.happened_on
    problems = rules.check_span(first, new.happened_on, today=today())
    if terms.nature == "level":
        problems += rules.check_level(new.level_part, new.level_whole)
        if problems:
            raise Refused(*problems)
        return What(first, new.happened_on, 0, 0, 0, {}, ())
    if not new.amount:
        problems.append(Problem("amount", Message(N_("Enter how much it was"))))
    share = new.share_basis_points if new.share_basis_points is not None else WHOLE_SHARE_BASIS_POINTS
    counts = rules.share_of(new.amount or 0, share)
    if new.amount and not counts:
        problems.append(Problem("share_basis_points", Message(N_("This share of the amount comes to nothing"))))
    if problems:
        raise Refused(*problems)
    return What(first, new.happened_on, new.amount or 0, counts, 0, {}, ())
