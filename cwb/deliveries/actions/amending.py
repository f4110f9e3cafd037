"""The side that reported puts its report right, leaves out who left early, or takes it back."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.amounts import WHOLE_SHARE_BASIS_POINTS, say_amount
from community_book.base.messages import N_
from community_book.base.work import Work, refuse
from cwb.commitments.rules import LIVE
from cwb.deliveries import rules
from cwb.deliveries.actions import standing
from cwb.deliveries.actions.evidence import KeptFiles, attach
from cwb.deliveries.actions.figures import count, settle_exceptions, used_sessions
from cwb.deliveries.actions.reckoning import What
from cwb.deliveries.actions.reporting import answer_at_once, set_flags
from cwb.deliveries.actions.standing import Taken
from cwb.deliveries.queries import standing as reads
from cwb.deliveries.rules import Answer, DeliveryState, NewOwnReport, NewReport, SentFile
from cwb.deliveries.tables import DeliverySession

S = DeliveryState


def amend(
    actor: Actor,
    reference: str,
    new: NewReport | NewOwnReport,
    files: Iterable[SentFile] = (),
    *,
    waiting: Collection[str] = (),
    version: int | None = None,
) -> str:
    """The side that reported answers a query by putting the report right; the other side is asked again."""
    actor.must(rules.REPORT_DELIVERY)
    kept = KeptFiles.of(actor, f"delivery:{reference}", files, people_agreed=new.people_agreed, waiting=waiting)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "amend", version)
        row = taken.row
        before, stated_before = row.happened_on, row.stated
        what = _what(taken, new)
        out, came = _change_sessions(work, taken, what)
        row.stated, row.surplus = what.stated, what.surplus
        row.first_day, row.happened_on = what.first_day, what.happened_on
        row.counts_on = rules.counts_on(what.happened_on, taken.terms.counts_after_days)
        row.what_happened, row.what_changed = new.what_happened, new.what_changed
        if isinstance(new, NewReport):
            row.hosting_paid_pence = new.hosting_paid_pence or 0
            row.visits = new.visits if new.visits is not None else len(what.used) or row.visits
        attached = attach(work, row, kept)
        answer_at_once(work, actor, taken)
        count(
            work,
            taken,
            what.counts,
            act="amend",
            sessions_out=out,
            sessions_in=came,
            happened_before=before if before != what.happened_on else None,
        )
        if row.state == S.CONFIRMED:
            settle_exceptions(work, taken)
        set_flags(work, taken, files=reads.file_count(work, row.id))
        standing.note(work, row, "amend", amount=what.stated)
        standing.record(
            work,
            taken,
            "amend",
            facts={
                "stated_before": stated_before,
                "stated": what.stated,
                "surplus": what.surplus,
                "happened_on": what.happened_on.isoformat(),
                "files": attached,
            },
            texts={"what_happened": row.what_happened, "what_changed": row.what_changed},
        )
        standing.tell(work, "DeliveryAmended", taken)
        if row.state == S.RECORDED_FOR:
            standing.tell(work, "DeliveryRecordedFor", taken)
    return reference


def _what(taken: Taken, new: NewReport | NewOwnReport) -> What:
    row, promise = taken.row, taken.promise
    if isinstance(new, NewOwnReport):
        what = What.of_own(new, taken.terms)
        row.share_basis_points = new.share_basis_points or WHOLE_SHARE_BASIS_POINTS
        if taken.terms.nature == "level":
            row.level_part, row.level_whole = new.level_part, new.level_whole
        return what
    if promise is None:
        raise TypeError("a report on a promise is put right as one")
    room = promise.left if promise.state in LIVE else 0
    return What.of(new, promise, row.amount + room)


def _change_sessions(work: Work, taken: Taken, what: What) -> tuple[list[int], list[int]]:
    """Keeps which sessions the report is about now; returns those that left it and those that came to it."""
    rows = {row.commitment_session_id: row for row in reads.sessions_of(work, taken.row.id)}
    had = {key for key, row in rows.items() if row.amount and row.stands}
    for key, row in rows.items():
        if key not in what.used and key not in what.not_used:
            row.stands = False
    for key, amount in {**dict.fromkeys(what.not_used, 0), **what.used}.items():
        if key in rows:
            rows[key].amount, rows[key].stands = amount, True
        else:
            work.add(DeliverySession(delivery_id=taken.row.id, commitment_session_id=key, amount=amount))
    work.flush()
    return sorted(had - what.used.keys()), sorted(what.used.keys() - had)


def leave_out(actor: Actor, reference: str, answer: Answer) -> str:
    """Says that some left before the qualifying time was over: they do not count. `amount` is how many left."""
    actor.must(rules.REPORT_DELIVERY)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "leave_out", answer.version)
        left, whole = answer.amount or 0, taken.whole
        if not 0 < left <= whole:
            raise refuse(
                "amount",
                N_("Enter how many left early: from 1 to %(whole)s"),
                whole=say_amount(taken.terms.unit, whole),
            )
        if left == whole:
            raise refuse("amount", N_("If all of them left early, take the report back instead"))
        count(work, taken, whole - left, act="leave_out")
        standing.note(work, taken.row, "leave_out", amount=left, reason=answer.reason)
        standing.record(work, taken, "leave_out", facts={"left_early": left}, texts={"reason": answer.reason})
        standing.tell(work, "DeliveryAmended", taken, left_early=left)
    return reference


def withdraw(actor: Actor, reference: str, *, reason: str = "", version: int | None = None) -> str:
    """The side that reported takes its report back: it counts nothing any more."""
    actor.must(rules.REPORT_DELIVERY)
    with transactions.work(actor) as work:
        taken = standing.take(work, actor, reference, "withdraw", version)
        row = taken.row
        out = sorted(used_sessions(work, row))
        row.state = rules.MACHINE.go("withdraw", S(row.state))
        row.answer_by = None
        count(work, taken, 0, act="withdraw", sessions_out=out)
        standing.note(work, row, "withdraw", reason=reason)
        standing.record(work, taken, "withdraw", facts={}, texts={"reason": reason})
        standing.tell(work, "DeliveryWithdrawn", taken)
    return reference
