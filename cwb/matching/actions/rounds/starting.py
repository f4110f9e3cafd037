"""Starting a round, stopping it, computing it again, dropping it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from community_book.base import work as transactions
from community_book.base.actor import Actor
from community_book.base.clock import now_utc, today
from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.base.references import new_reference
from community_book.base.work import Work, changed, refuse
from community_book.places.queries import schemes_in_use
from cwb.matching.queries import rounds as queries
from cwb.matching.rules.rounds import ROUNDS, RUN_ROUNDS, NewRound, RoundState
from cwb.matching.tables import Round

ONE_AT_A_TIME = Message(
    N_("Another round is open. Look at it first: publish it or drop it, then start the next.")
)  # fmt: skip


def start_round(actor: Actor, new: NewRound) -> str:
    """Starts a round, which the worker then computes; returns its reference. Raises Refused, WrongState."""
    actor.must(RUN_ROUNDS)
    with transactions.work(actor) as work:
        if new.scheme_id not in {scheme.id for scheme in schemes_in_use(work, today())}:
            raise refuse("scheme", N_("Choose one of the divisions of the borough that are in use"))
        if queries.open_round_reference(work) is not None:
            raise WrongState(ONE_AT_A_TIME)
        row = Round(
            reference=new_reference("R"),
            scheme_id=new.scheme_id,
            kinds=[str(kind) for kind in new.all_kinds],
            state=RoundState.STARTED,
            is_open=True,
            started_by_person_id=actor.person_id,
            started_at_utc=now_utc(),
        )
        try:
            with work.begin_nested():
                work.add(row)
        except IntegrityError as error:
            raise WrongState(ONE_AT_A_TIME) from error
        work.record("round.start", f"round:{row.reference}", facts={"kinds": row.kinds, "scheme_id": row.scheme_id})
    return row.reference


def stop_round(actor: Actor, reference: str) -> RoundState:
    """Stops a round that is being computed: back to the plan it had, or dropped where it had none yet."""
    actor.must(RUN_ROUNDS)
    with transactions.work(actor) as work:
        row = take(work, reference, "stop")
        if row.times:
            target = RoundState.READY
            move(work, row, state=target, runner="", done=0, steps=0)
        else:
            target = RoundState.DROPPED
            move(work, row, state=target, runner="", is_open=None, **_ended(actor))
        work.record("round.stop", f"round:{reference}", facts={"state": target})
    return target


def compute_again(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """Asks for the plan anew, from what is on offer and open now, with what is locked or struck out."""
    actor.must(RUN_ROUNDS)
    with transactions.work(actor) as work:
        row = take(work, reference, "rerun", version=version)
        move(work, row, state=RoundState.STARTED, runner="", done=0, steps=0, why=None)
        work.record("round.rerun", f"round:{reference}")
    return reference


def drop_round(actor: Actor, reference: str, *, version: int | None = None) -> str:
    """Ends a round without proposing anything; its plan can still be read."""
    actor.must(RUN_ROUNDS)
    with transactions.work(actor) as work:
        row = take(work, reference, "drop", version=version)
        move(work, row, state=RoundState.DROPPED, is_open=None, **_ended(actor))
        work.record("round.drop", f"round:{reference}")
    return reference


def _ended(actor: Actor) -> dict[str, Any]:
    return {"ended_by_person_id": actor.person_id, "ended_at_utc": now_utc()}


def take(work: Work, reference: str, act: str, *, version: int | None = None) -> Round:
    """Step: the round as it stands, the act checked against its state. Raises NotThere, WrongState."""
    row = work.execute(select(Round).where(Round.reference == reference)).scalar_one_or_none()
    if row is None:
        raise NotThere
    transactions.lock_row(work, row)
    ROUNDS.check(act, RoundState(row.state))
    if version is not None and version != row.version:
        raise WrongState(
            Message(N_("The plan changed while you were looking at it. Look at it as it is now, then decide."))
        )
    return row


def move(work: Work, row: Round, **values: Any) -> None:
    """Step: writes values to a round as it was taken. Raises WrongState when somebody came in between."""
    statement = (
        update(Round)
        .where(Round.id == row.id, Round.version == row.version, Round.state == row.state)
        .values(version=row.version + 1, **values)
    )
    if not changed(work, statement):
        raise WrongState(Message(N_("Somebody else changed this round at the same moment. Look at it again.")))
    work.refresh(row)
