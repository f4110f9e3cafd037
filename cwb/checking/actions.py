"""The only writers of batches: verifiers open, freeze, draw, accept and give up; the site carries it out.

A report's state is changed by steps of `deliveries`, which stays its only writer.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import case, insert, select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import LONDON, add_working_days, now_utc, quarter_dates, today
from community_book.base.errors import HouseError, NotAllowed, NotThere, Refused, WrongState
from community_book.base.messages import N_, Message, Problem
from community_book.base.references import new_reference, new_salt, tidy_reference
from community_book.base.sessions import say_date
from community_book.base.settings import settings
from community_book.base.work import Work, changed, refuse
from cwb.checking import queries, rules
from cwb.checking.rules import RUN_BATCHES, BatchState
from cwb.checking.tables import Batch, BatchItem
from cwb.deliveries import actions as deliveries
from cwb.ledger.rules import is_quarter, say_quarter

B = BatchState
LOT = 40
"""So many reports of an accepted batch are verified before others have their turn."""
ALL = 1_000_000
"""A lot that leaves nothing, for who runs it by hand."""
IN_ONE_STATEMENT = 500


def open_batch(actor: Actor, quarter: str) -> str:
    """Opens a batch for a quarter and publishes the hash of the seed its sample will be drawn with; its reference."""
    actor.must(RUN_BATCHES)
    if not is_quarter(quarter):
        raise refuse("quarter", N_("Choose one of the quarters shown"))
    if not queries.may_open(quarter):
        raise refuse("quarter", N_("This quarter is too far off. Open a batch for it shortly before it begins"))
    seed = (new_salt() + new_salt()).hex()
    with transactions.work(actor) as work:
        known = work.execute(select(Batch.reference).where(Batch.live_quarter == quarter)).scalar()
        if known is not None:
            raise _there_is_one(quarter)
        row = Batch(
            reference=new_reference("B"),
            quarter=quarter,
            live_quarter=quarter,
            state=B.OPEN,
            seed=seed,
            seed_hash=rules.seed_hash_of(seed),
            tolerance_basis_points=settings().batch_tolerance_basis_points,
            opened_at_utc=now_utc(),
            opened_by_person_id=actor.person_id,
        )
        work.add(row)
        try:
            work.flush()
        except IntegrityError as error:  # somebody else opened one at the same moment
            raise _there_is_one(quarter) from error
        facts = {"quarter": quarter, "seed_hash": row.seed_hash, "tolerance_basis_points": row.tolerance_basis_points}
        work.record("batch.open", _subject(row), facts=facts)
    return row.reference


def freeze_batch(actor: Actor, reference: str) -> int:
    """Takes the quarter's reports that are not checked one by one; nobody changes them from now. How many.

    Raises WrongState before the quarter is over, and on the day the hash was published: everybody has had a day to
    write it down before it is known which reports it will be drawn from.
    """
    actor.must(RUN_BATCHES)
    with transactions.work(actor) as work:
        row = _taken(work, reference, "freeze")
        first, last = quarter_dates(row.quarter)
        if not queries.has_ended(row.quarter):
            raise WrongState(
                Message(
                    N_("%(quarter)s is still running. Its reports can be frozen from %(day)s."),
                    quarter=say_quarter(row.quarter),
                    day=say_date(last + timedelta(days=1)),
                )
            )
        if row.opened_at_utc.astimezone(LONDON).date() >= today():
            raise WrongState(
                Message(
                    N_(
                        "The hash of the seed was published today. Its reports can be frozen from tomorrow, so that "
                        "everybody could read the hash before."
                    )
                )
            )
        until = add_working_days(today(), settings().batch_frozen_working_days)
        deliveries.hold_quarter(work, first, last, row.reference, until)
        fit = queries.fit_for_batch(work, row.reference)
        if not fit:
            raise WrongState(
                Message(
                    N_(
                        "There is no report of %(quarter)s that a batch could hold: all of them are checked one by "
                        "one, or wait for their groups. Look again when groups have answered, or give the batch up."
                    ),
                    quarter=say_quarter(row.quarter),
                )
            )
        deliveries.hold_only(work, row.reference, fit.keys())
        items = [{"batch_id": row.id, "delivery_id": key, "claimed": claimed} for key, (_, claimed) in fit.items()]
        for at in range(0, len(items), IN_ONE_STATEMENT):
            work.execute(insert(BatchItem), items[at : at + IN_ONE_STATEMENT])
        row.state = rules.MACHINE.go("freeze", B(row.state))
        row.frozen_at_utc, row.frozen_until, row.size = now_utc(), until, len(fit)
        listed = sorted(name for name, _ in fit.values())
        facts = {"reports": len(fit), "list_hash": rules.list_hash_of(listed), "until": until.isoformat()}
        work.record("batch.freeze", _subject(row), facts=facts)
    return len(fit)


def draw_batch(actor: Actor, reference: str) -> int:
    """Publishes the seed and draws the sample with it. How many reports were drawn."""
    actor.must(RUN_BATCHES)
    with transactions.work(actor) as work:
        row = _taken(work, reference, "draw")
        ids = queries.ids_by_reference(work, row.id)
        drawn = [ids[name] for name in rules.draw(row.seed, ids, rules.needed_sample(len(ids)))]
        changed(
            work,
            update(BatchItem)
            .where(BatchItem.batch_id == row.id, BatchItem.delivery_id.in_(drawn))
            .values(in_sample=True),
        )
        deliveries.mark_sample(work, row.reference, drawn)
        row.state = rules.MACHINE.go("draw", B(row.state))
        row.drawn_at_utc, row.sample_size = now_utc(), len(drawn)
        work.record("batch.draw", _subject(row), facts={"seed": row.seed, "drawn": len(drawn)})
    return len(drawn)


def accept_batch(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """A verifier accepts what was not drawn, in full, because of what was found in the sample.

    The site carries it out in lots (`finish_accepting`). Raises WrongState with a sentence when too few are checked or
    too much was wrong, NotAllowed for whoever has a part in one of the reports.
    """
    actor.must(RUN_BATCHES)
    with transactions.work(actor) as work:
        row = _taken(work, reference, "accept", version)
        _, checked = queries.what_was_found(work, row.id)
        why = rules.why_not_accept(size=row.size, checked=checked, tolerance=row.tolerance_basis_points)
        if why is not None:
            raise WrongState(why)
        why = queries.why_not_accept(work, actor, row, checked)
        if why is not None:
            raise NotAllowed(why)
        _keep_what_was_found(work, row)
        row.state = rules.MACHINE.go("accept", B(row.state))
        _decided(row, actor)
        wrong = rules.wrong_in(checked)
        facts = {"checked": len(checked), "wrong": wrong, "rest": row.size - row.sample_size}
        work.record("batch.accept", _subject(row), facts=facts)
        work.tell("BatchAccepted", batch_id=row.id, reference=row.reference)
    return reference


def drop_batch(actor: Actor, reference: str, reason: str) -> int:
    """Gives a batch up: its reports are free again, to be checked one by one or to stay confirmed. How many.

    Reports beside which a sample was drawn are in no later batch, so that nobody draws until it fits.
    """
    if not reason:
        raise Refused(Problem("reason", Message(N_("Write why the batch is given up"))))
    if not actor.is_system:
        actor.must(RUN_BATCHES)
    with transactions.work(actor) as work:
        row = _taken(work, reference, "drop")
        if row.state == B.DRAWN:
            _keep_what_was_found(work, row)
        freed = deliveries.let_go(work, row.reference)
        changed(
            work,
            update(BatchItem).where(BatchItem.batch_id == row.id, BatchItem.outcome == "").values(outcome="released"),
        )
        row.state, row.live_quarter, row.reason = rules.MACHINE.go("drop", B(row.state)), None, reason
        _decided(row, actor)
        work.record("batch.drop", _subject(row), facts={"seed": row.seed, "freed": freed}, texts={"reason": reason})
    return freed


# --- what the site does -------------------------------------------------------------------------


def finish_accepting(actor: Actor, lot: int = LOT) -> int:
    """Verifies a lot of what was accepted, report by report, each in a Work of its own; safe to run again at any time.

    Returns how many reports were seen to; 0 when there is nothing left to do.
    """
    if not actor.is_system:
        raise NotAllowed(Message(N_("The site does this by itself.")))
    with transactions.reading() as reading:
        waiting = queries.being_accepted(reading)
        todo = [(key, queries.left_to_accept(reading, key, lot)) for key, _ in waiting]
    done = 0
    for batch_id, ids in todo:
        for delivery_id in ids:
            try:
                done += _accept_one(actor, batch_id, delivery_id)
            except HouseError:  # held by somebody at this moment; the next run looks again
                continue
        with suppress(HouseError):  # another worker was first
            done += _finish(actor, batch_id)
    return done


def give_up_frozen(actor: Actor) -> int:
    """Gives up batches that nobody decided in time, so that no report stays frozen."""
    with transactions.reading() as reading:
        late = queries.frozen_too_long(reading)
    done = 0
    for reference in late:
        try:
            drop_batch(actor, reference, str(N_("Nobody decided about it in time.")))
            done += 1
        except HouseError:
            continue
    return done


def _accept_one(actor: Actor, batch_id: int, delivery_id: int) -> int:
    with transactions.work(actor) as work:
        row = work.get_one(Batch, batch_id)
        mine = (BatchItem.batch_id == batch_id, BatchItem.delivery_id == delivery_id, BatchItem.outcome == "")
        if not changed(work, update(BatchItem).where(*mine).values(outcome="accepted")):
            raise WrongState(Message(N_("This was done already.")))
        reason = "A sample of the reports of this quarter was checked, and this one was accepted with it."
        if not deliveries.verify_with_batch(
            work,
            delivery_id,
            row.reference,
            person_id=row.decided_by_person_id,
            organisation_id=row.decided_as_organisation_id,
            reason=reason,
        ):
            theirs = (BatchItem.batch_id == batch_id, BatchItem.delivery_id == delivery_id)
            changed(work, update(BatchItem).where(*theirs).values(outcome="released"))
            work.record("batch.release", f"delivery:{queries.reference_of(work, delivery_id)}", _subject(row))
    return 1


def _finish(actor: Actor, batch_id: int) -> int:
    """Says that a batch is accepted where nothing of it is left to verify; 1 where it did."""
    with transactions.reading() as reading:
        if queries.left_to_accept(reading, batch_id, 1):
            return 0
    with transactions.work(actor) as work:
        row = work.get_one(Batch, batch_id)
        now = (Batch.id == batch_id, Batch.state == B.ACCEPTING)
        if not changed(work, update(Batch).where(*now).values(state=B.ACCEPTED, live_quarter=None)):
            raise WrongState(Message(N_("This was done already.")))
        deliveries.let_go(work, row.reference)
        work.record("batch.finish", _subject(row))
    return 1


# --- within -------------------------------------------------------------------------------------


def _subject(row: Batch) -> str:
    return f"batch:{row.reference}"


def _taken(work: Work, reference: str, act: str, version: int | None = None) -> Batch:
    """The batch, held, and the act checked against how it stands now. Raises NotThere, WrongState."""
    row = work.execute(select(Batch).where(Batch.reference == tidy_reference(reference))).scalar_one_or_none()
    if row is None:
        raise NotThere
    transactions.lock_row(work, row)
    rules.MACHINE.check(act, B(row.state))
    transactions.require_version(row, version)
    return row


def _decided(row: Batch, actor: Actor) -> None:
    row.decided_at_utc, row.decided_by_person_id = now_utc(), actor.person_id
    row.decided_as_organisation_id = actor.organisation_id


def _keep_what_was_found(work: Work, row: Batch) -> None:
    """Writes down what was found of each checked report, so that a later appeal does not change the record."""
    found = queries.found_by_report(work, row.id)
    for at in range(0, len(found), IN_ONE_STATEMENT):
        some = dict(list(found.items())[at : at + IN_ONE_STATEMENT])
        changed(
            work,
            update(BatchItem)
            .where(BatchItem.batch_id == row.id, BatchItem.delivery_id.in_(some))
            .values(outcome="checked", found=case(some, value=BatchItem.delivery_id)),
        )


def _there_is_one(quarter: str) -> WrongState:
    return WrongState(
        Message(
            N_("There is a batch for %(quarter)s already. Decide about it, or give it up, before you open another."),
            quarter=say_quarter(quarter),
        )
    )
