"""Reads of rounds: for officers and the auditor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.amounts import Kind, Unit
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from community_book.people.tables import Person
from community_book.places.tables import Zone, ZoneScheme
from cwb.commitments.rules import ASKING
from cwb.commitments.tables import Commitment
from cwb.matching.rules.rounds import OPEN_ROUND, SEE_ROUNDS, Mark, Outcome, RoundState
from cwb.matching.tables import Round, RoundLine, RoundMark
from cwb.matching.views import PlanView, RoundFigures, RoundLineView, RoundView, ZoneShare
from cwb.pledges.tables import Pledge

Starter, Ender = aliased(Person), aliased(Person)


def rounds(reading: Session, actor: Actor, limit: int = 50) -> list[RoundView]:
    """The latest rounds, newest first: three queries."""
    actor.must(SEE_ROUNDS)
    rows = reading.execute(_selected().order_by(Round.id.desc()).limit(limit)).all()
    return _views(reading, rows)


def round_view(reading: Session, actor: Actor, reference: str) -> RoundView:
    """One round: three queries. Raises NotThere."""
    actor.must(SEE_ROUNDS)
    rows = reading.execute(_selected().where(Round.reference == reference)).all()
    if not rows:
        raise NotThere
    return _views(reading, rows)[0]


def open_round_reference(reading: Session) -> str | None:
    """The round that is not published or dropped yet, if there is one."""
    return reading.execute(select(Round.reference).where(Round.state.in_(OPEN_ROUND))).scalar_one_or_none()


def _selected() -> Any:
    return (
        select(Round, ZoneScheme.name.label("scheme"), Starter.name.label("starter"), Ender.name.label("ender"))
        .join(ZoneScheme, ZoneScheme.id == Round.scheme_id)
        .outerjoin(Starter, Starter.id == Round.started_by_person_id)
        .outerjoin(Ender, Ender.id == Round.ended_by_person_id)
        .execution_options(populate_existing=True)
    )


def _views(reading: Session, rows: Any) -> list[RoundView]:
    ids = [row.Round.id for row in rows]
    counts: Counter[tuple[int, str]] = Counter()
    for statement in (
        select(RoundLine.round_id, RoundLine.outcome, func.count()).group_by(RoundLine.round_id, RoundLine.outcome)
        .where(RoundLine.round_id.in_(ids)),
        select(RoundMark.round_id, RoundMark.mark, func.count()).group_by(RoundMark.round_id, RoundMark.mark)
        .where(RoundMark.round_id.in_(ids)),
    ):  # fmt: skip
        for round_id, what, many in reading.execute(statement):
            counts[round_id, what] = many
    return [_view(row, counts) for row in rows]


def _view(row: Row[Any], counts: Mapping[tuple[int, str], int]) -> RoundView:
    own: Round = row.Round
    of = {what: counts[own.id, what] for what in (*Outcome, *Mark)}
    return RoundView(
        id=own.id,
        reference=own.reference,
        version=own.version,
        state=RoundState(own.state),
        scheme_id=own.scheme_id,
        scheme_name=row.scheme,
        kinds=tuple(Kind(kind) for kind in own.kinds),
        started_by=row.starter or "",
        started_at_utc=own.started_at_utc,
        computed_at_utc=own.computed_at_utc,
        ended_by=row.ender or "",
        ended_at_utc=own.ended_at_utc,
        why=Message.from_json(own.why) if own.why else None,
        done=own.done,
        steps=own.steps,
        times=own.times,
        figures=_figures(own.figures) if own.figures else None,
        plan_hash=own.plan_hash,
        lines=sum(of[outcome] for outcome in Outcome),
        proposed=of[Outcome.PROPOSED],
        gone=of[Outcome.GONE],
        waits=of[Outcome.WAITS],
        locked=of[Mark.LOCKED],
        struck=of[Mark.STRUCK],
    )


def _figures(stored: Mapping[str, Any]) -> RoundFigures:
    plans: dict[str, Any] = {name: _plan(stored[name]) for name in ("plan", "greedy", "today")}
    return RoundFigures(**{**stored, **plans})


def _plan(stored: Mapping[str, Any]) -> PlanView:
    zones = {one["zone_id"]: ZoneShare(**one) for one in stored["zones"]}
    return PlanView(**{**stored, "zones": zones})


def round_lines(
    reading: Session,
    actor: Actor,
    found: RoundView,
    *,
    kind: str = "",
    outcome: str = "",
    mark: str = "",
) -> list[RoundLineView]:
    """The lines of a round's plan, the best first, those struck out last: two queries."""
    actor.must(SEE_ROUNDS)
    marks = {
        (one.pledge_id, one.part_id): one
        for one in reading.execute(
            select(RoundMark).where(RoundMark.round_id == found.id).order_by(RoundMark.id)
        ).scalars()
    }
    rows = [_line(row, marks) for row in reading.execute(_lines_of(found.id, kind))]
    known = {(one.pledge_id, one.part_id) for one in rows}
    without = [one for pair, one in marks.items() if pair not in known]
    rows += [_struck(row, marks) for row in reading.execute(_pairs_of(without, kind))] if without else []
    if outcome:
        rows = [one for one in rows if one.outcome == outcome and one.id is not None]
    if mark:
        rows = [one for one in rows if one.mark is not None and one.mark == mark]
    return rows


Provider, Group = aliased(Organisation), aliased(Organisation)
_SHOWN = (
    Pledge.reference.label("pledge_reference"),
    Pledge.title.label("pledge_title"),
    Provider.name.label("provider_name"),
    Need.reference.label("need_reference"),
    Need.title.label("need_title"),
    Group.name.label("group_name"),
    NeedPart.kind,
    NeedPart.unit,
    NeedPart.amount.label("asked"),
)


def _lines_of(round_id: int, kind: str) -> Any:
    statement = (
        select(RoundLine, *_SHOWN, Zone.name.label("zone_name"), Commitment.reference.label("commitment_reference"))
        .join(Pledge, Pledge.id == RoundLine.pledge_id)
        .join(NeedPart, NeedPart.id == RoundLine.part_id)
        .join(Need, Need.id == NeedPart.need_id)
        .join(Provider, Provider.id == RoundLine.provider_id)
        .join(Group, Group.id == RoundLine.group_id)
        .outerjoin(Zone, Zone.id == RoundLine.zone_id)
        .outerjoin(Commitment, Commitment.id == RoundLine.commitment_id)
        .where(RoundLine.round_id == round_id)
        .order_by(
            case((RoundLine.outcome == Outcome.GONE, 0), else_=1), RoundLine.score.desc(), RoundLine.id
        )
    )  # fmt: skip
    return statement.where(NeedPart.kind == kind) if kind else statement


def _pairs_of(marks: list[RoundMark], kind: str) -> Any:
    pairs = or_(*(and_(Pledge.id == one.pledge_id, NeedPart.id == one.part_id) for one in marks))
    statement = (
        select(Pledge.id.label("pledge_id"), NeedPart.id.label("part_id"), *_SHOWN,
               Provider.id.label("provider_id"), Group.id.label("group_id"))
        .select_from(Pledge)
        .join(NeedPart, pairs)
        .join(Need, Need.id == NeedPart.need_id)
        .join(Provider, Provider.id == Pledge.organisation_id)
        .join(Group, Group.id == Need.organisation_id)
        .order_by(Pledge.id, NeedPart.id)
    )  # fmt: skip
    return statement.where(NeedPart.kind == kind) if kind else statement


def _line(row: Row[Any], marks: Mapping[tuple[int, int], RoundMark]) -> RoundLineView:
    own: RoundLine = row.RoundLine
    mark = marks.get((own.pledge_id, own.part_id))
    return RoundLineView(
        id=own.id,
        pledge_id=own.pledge_id,
        part_id=own.part_id,
        provider_id=own.provider_id,
        group_id=own.group_id,
        zone_name=row.zone_name or "",
        score=own.score,
        amount=own.amount,
        dates=len(own.sessions),
        is_first=own.is_first,
        mark=Mark(mark.mark) if mark else None,
        outcome=Outcome(own.outcome),
        says=_said(own.says),
        commitment_reference=row.commitment_reference or "",
        **_shown(row),
    )


def _struck(row: Row[Any], marks: Mapping[tuple[int, int], RoundMark]) -> RoundLineView:
    """A pair that is marked and not in the plan: struck out, or locked and gone since."""
    mark = marks[row.pledge_id, row.part_id]
    return RoundLineView(
        id=None,
        pledge_id=row.pledge_id,
        part_id=row.part_id,
        provider_id=row.provider_id,
        group_id=row.group_id,
        zone_name="",
        score=0,
        amount=mark.amount,
        dates=len(mark.sessions),
        is_first=False,
        mark=Mark(mark.mark),
        outcome=Outcome.NOT_YET,
        says=_said(mark.says),
        commitment_reference="",
        **_shown(row),
    )


def _shown(row: Row[Any]) -> dict[str, Any]:
    names = ("pledge_reference", "pledge_title", "provider_name", "need_reference", "need_title", "group_name", "asked")
    return {**{name: getattr(row, name) for name in names}, "kind": Kind(row.kind), "unit": Unit(row.unit)}


def _said(stored: Mapping[str, Any] | None) -> Message | None:
    return Message.from_json(dict(stored)) if stored else None


def waiting_for_answer(reading: Session) -> dict[int, int]:
    """How many offers, requests and proposals each organisation has to answer just now."""
    found: Counter[int] = Counter()
    for side, said_yes in (
        (Commitment.provider_id, Commitment.provider_said_yes),
        (Commitment.group_id, Commitment.group_said_yes),
    ):
        statement = select(side, func.count()).where(Commitment.state.in_(ASKING), said_yes.is_(False)).group_by(side)
        for organisation_id, many in reading.execute(statement):
            found[organisation_id] += many
    return found
