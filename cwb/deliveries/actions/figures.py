"""What counts: the figures of a delivery follow from its state, and everything else follows from them.

`count` brings the row, the ledger, the commitment, the need and the pledge in line with the state an act has set,
so that no act books anything by itself (`rules.figures_of`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from community_book.base.work import Work
from community_book.needs import actions as needs
from cwb.commitments import actions as commitments
from cwb.commitments.rules import LIVE, SessionState
from cwb.deliveries import rules
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.queries import standing
from cwb.deliveries.rules import DeliveryState, Figures
from cwb.deliveries.tables import Delivery, DeliverySession
from cwb.ledger import actions as ledger
from cwb.ledger.queries import sum_of
from cwb.ledger.rules import BOROUGH_WIDE, CHECKED, Booking, Figure, pledge_year, split_year
from cwb.pledges import actions as pledges
from cwb.pledges.rules import PledgeTerms


def count(
    work: Work,
    taken: Taken,
    counts: int,
    *,
    act: str,
    sessions_out: Collection[int] = (),
    sessions_in: Collection[int] = (),
    happened_before: date | None = None,
    again: bool = False,
) -> None:
    """Step: brings every figure in line with the row's state and with `counts`, what of it was not left out.

    `sessions_out` and `sessions_in` are ids of the promise's sessions that no longer, or newly, belong to it.
    `happened_before` is the day it was booked under where an act changes that day: then it is booked anew.
    `again`: what was taken out of a promise that has ended since may come back to it (an appeal).
    """
    restamp = happened_before is not None
    if not taken.terms.baseline:
        _bring(work, taken, counts, act, sessions_out, sessions_in, restamp=restamp, again=again)
    else:
        years = {_year(taken.terms, taken.row.happened_on)}
        if happened_before is not None:
            years.add(_year(taken.terms, happened_before))
        _split(work, taken, counts, sorted(years), act, restamp=restamp)
    _settle(work, taken)


def _year(terms: PledgeTerms, day: date) -> tuple[date, date]:
    """The pledge year of a day; what happened before the pledge lies in its first year."""
    first, last = pledge_year(terms.first_day, day)
    return (date.min if first == terms.first_day else first), last


def _split(
    work: Work, taken: Taken, counts: int, years: Sequence[tuple[date, date]], act: str, *, restamp: bool
) -> None:
    """Fills the baseline of each pledge year anew, by the day things happened; books what differs.

    A report that comes late or falls away moves what is usual between the others of its year, so that what
    is booked of a year is always what passes the baseline.
    """
    own = taken.row
    ended = DeliveryState(own.state) in rules.ENDED_WITHOUT_COUNTING
    if ended:
        own.usual = 0
        _bring(work, taken, 0, act, (), (), restamp=False)
    for first, last in years:
        rows = {row.id: row for row in standing.standing_in_year(work, own.pledge_id, first, last)}
        rows.pop(own.id, None)
        if not ended and first <= own.happened_on <= last:
            rows[own.id] = own
        ordered = rules.in_order(
            rules.Whole(row.id, row.happened_on, counts if row is own else row.amount + row.usual, row.usual)
            for row in rows.values()
        )
        splits = split_year(taken.terms.baseline, [whole.whole for whole in ordered])
        for whole, split in zip(ordered, splits, strict=True):
            row = rows[whole.delivery_id]
            if row is not own and whole.usual == split.usual:
                continue
            row.usual = split.usual
            each = taken if row is own else replace(taken, row=row)
            _bring(work, each, split.booked, act, (), (), restamp=restamp and row is own)


def _bring(
    work: Work,
    taken: Taken,
    counts: int,
    act: str,
    sessions_out: Collection[int],
    sessions_in: Collection[int],
    *,
    restamp: bool,
    again: bool = False,
) -> None:
    """Moves one delivery's figures from what stands to what its state stands for."""
    row = taken.row
    before = Figures(row.amount, row.confirmed, row.verified)
    after = rules.figures_of(
        DeliveryState(row.state),
        counts=counts,
        group_word=row.group_word,
        group_confirms=taken.case.group_confirms,
        state_before_appeal=DeliveryState(row.state_before_appeal) if row.state_before_appeal else None,
    )
    _move_promise(work, taken, before, after, sessions_out, sessions_in, again=again)
    for figure, was, will in (
        (Figure.VERIFIED, before.verified, after.verified),
        (Figure.CONFIRMED, before.confirmed, after.confirmed),
        (Figure.REPORTED, before.reported, after.reported),
    ):
        _book(work, taken, figure, was, will, act, restamp=restamp)
    row.amount, row.confirmed, row.verified = after.reported, after.confirmed, after.verified
    work.flush()


def _book(work: Work, taken: Taken, figure: Figure, was: int, will: int, act: str, *, restamp: bool) -> None:
    row, terms, promise = taken.row, taken.terms, taken.promise
    back = was if restamp else max(0, was - will)
    if back:
        ledger.reverse(work, figure=figure, delivery_id=row.id, amount=back, act=f"delivery.{act}")
    more = will - (was - back)
    if more:
        ledger.book(
            work,
            Booking(
                figure=figure,
                amount=more,
                measure_id=row.measure_id,
                unit=terms.unit,
                pillar_number=terms.pillar_number,
                basis=terms.basis,
                provider_id=row.provider_id,
                group_id=row.group_id,
                zone_id=promise.zone_id if promise else None,
                zone_note=promise.zone_note if promise else BOROUGH_WIDE,
                lot_id=terms.lot_id,
                framework_id=terms.framework_id,
                pledge_id=row.pledge_id,
                commitment_id=row.commitment_id,
                delivery_id=row.id,
                happened_on=row.happened_on if figure is Figure.REPORTED else row.counts_on,
                share_basis_points=row.share_basis_points,
                how=(row.verified_how or CHECKED) if figure is Figure.VERIFIED else "",
                act=f"delivery.{act}",
            ),
        )


def _move_promise(
    work: Work,
    taken: Taken,
    before: Figures,
    after: Figures,
    sessions_out: Collection[int],
    sessions_in: Collection[int],
    *,
    again: bool,
) -> None:
    """What the need and the commitment hold of it. What grows follows what bears it, what shrinks goes before."""
    row = taken.row
    if row.commitment_id is None or row.part_id is None:
        return
    met = after.met - before.met
    if met < 0:
        needs.note_met(work, row.part_id, met)
    for note, delta in (
        (commitments.note_verified, after.verified - before.verified),
        (commitments.note_confirmed, after.confirmed - before.confirmed),
    ):
        if delta < 0:
            note(work, row.commitment_id, delta)
    reported = after.reported - before.reported
    if reported < 0 or sessions_out:
        commitments.take_out_reported(work, row.commitment_id, max(0, -reported), sessions_out)
    if reported > 0 or sessions_in:
        ended = taken.promise is not None and taken.promise.state not in LIVE
        step = commitments.report_again if again and ended else commitments.note_reported
        step(work, row.commitment_id, max(0, reported), sessions_in)
    for note, delta in (
        (commitments.note_confirmed, after.confirmed - before.confirmed),
        (commitments.note_verified, after.verified - before.verified),
    ):
        if delta > 0:
            note(work, row.commitment_id, delta)
    if met > 0:
        needs.note_met(work, row.part_id, met)


def _settle(work: Work, taken: Taken) -> None:
    """Lets the states above follow: the need, the pledge, the commitment."""
    row = taken.row
    if taken.need_id is not None:
        needs.settle_need(work, taken.need_id)
    pledges.settle_pledge(work, row.pledge_id, sum_of(work, Figure.VERIFIED, pledge_id=row.pledge_id))
    if row.commitment_id is not None:
        commitments.settle_commitment(work, row.commitment_id)


def settle_exceptions(work: Work, taken: Taken) -> None:
    """Step: the sessions a report said were not used leave what was agreed, once the report has been heard."""
    promise = taken.promise
    if promise is None or promise.state not in LIVE:
        return
    planned = {session.id for session in promise.sessions if session.state is SessionState.PLANNED}
    said = [s for s in standing.sessions_of(work, taken.row.id) if not s.amount and s.stands]
    ids = sorted(s.commitment_session_id for s in said if s.commitment_session_id in planned)
    if ids:
        commitments.mark_sessions_not_used(work, promise.id, ids)


def leave_sessions_out(work: Work, row: Delivery, session_ids: Collection[int]) -> None:
    """Step: marks sessions of a delivery as left out of it."""
    for session in standing.sessions_of(work, row.id):
        if session.commitment_session_id in session_ids:
            session.stands = False
    work.flush()


def used_sessions(work: Work, row: Delivery) -> dict[int, DeliverySession]:
    """Step: the sessions that still stand as used, by the promise's session."""
    found = standing.sessions_of(work, row.id)
    return {session.commitment_session_id: session for session in found if session.amount and session.stands}
