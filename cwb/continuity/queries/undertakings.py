"""Reads of acts over many rooms: the list, one with what it changed, and what must always be true of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from community_book.base.actor import Actor
from community_book.base.amounts import Unit
from community_book.base.clock import LONDON
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.base.registered import Breach
from community_book.needs.tables import Need, NeedPart
from community_book.organisations.tables import Organisation
from community_book.people.tables import Person
from cwb.commitments.tables import Commitment
from cwb.continuity.rules import SEE_UNDERTAKINGS, Change, Deed, Outcome, Thing
from cwb.continuity.tables import Undertaking, UndertakingChange
from cwb.continuity.views import ChangeView, UndertakingView
from cwb.pledges.tables import Pledge


def has_undertaking(reading: Session, deed: Deed, kind: Thing, thing_id: int) -> bool:
    """Whether an act of this sort that was not undone has changed a thing."""
    found = (
        select(UndertakingChange.id)
        .join(Undertaking, Undertaking.id == UndertakingChange.undertaking_id)
        .where(
            Undertaking.act == deed,
            Undertaking.state == "done",
            UndertakingChange.kind == kind,
            UndertakingChange.thing_id == thing_id,
        )
    )
    return reading.execute(found.limit(1)).first() is not None


def later_undertaking(reading: Session, organisation_ids: Collection[int], than_id: int) -> str | None:
    """The reference of a later act about one of these organisations that stands: it is undone first."""
    return reading.execute(
        select(Undertaking.reference)
        .where(
            or_(
                Undertaking.organisation_id.in_(organisation_ids),
                Undertaking.into_organisation_id.in_(organisation_ids),
            ),
            Undertaking.id > than_id,
            Undertaking.state == "done",
        )
        .order_by(Undertaking.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def undertakings(
    reading: Session, actor: Actor, number: int, per_page: int, *, on: date, only: str = ""
) -> tuple[int, list[UndertakingView]]:
    """One page of the acts over many rooms, newest first, and how many there are.

    `only` is "undoable" (on a day), "undone", or a deed. Raises NotAllowed.
    """
    actor.must(SEE_UNDERTAKINGS)
    wanted = _wanted(only, on)
    total = reading.execute(select(func.count()).select_from(Undertaking).where(wanted)).scalar_one()
    return total, _views(reading, wanted, limit=per_page, offset=(number - 1) * per_page)


def count_undoable(reading: Session, on: date) -> int:
    """How many acts over many rooms can still be undone on a day."""
    return reading.execute(select(func.count()).select_from(Undertaking).where(_wanted("undoable", on))).scalar_one()


def undertaking_view(reading: Session, actor: Actor, reference: str) -> UndertakingView:
    """One act without what it changed. Raises NotAllowed, NotThere."""
    actor.must(SEE_UNDERTAKINGS)
    found = _views(reading, Undertaking.reference == reference, limit=1)
    if not found:
        raise NotThere
    return found[0]


def undertaking(
    reading: Session, actor: Actor, reference: str, number: int = 1, per_page: int = 50
) -> tuple[UndertakingView, list[ChangeView]]:
    """One act and a page of what it changed, first what was not put back. Raises NotAllowed, NotThere."""
    found = undertaking_view(reading, actor, reference)
    rows = reading.execute(
        select(UndertakingChange)
        .where(UndertakingChange.undertaking_id == found.id)
        .order_by(UndertakingChange.outcome != Outcome.KEPT, UndertakingChange.id)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    shown = rows.scalars().all()
    titles = _titles(reading, shown)
    return found, [_change(row, titles.get((row.kind, row.thing_id), "")) for row in shown]


def _titles(reading: Session, rows: Sequence[UndertakingChange]) -> dict[tuple[str, int], str]:
    """What pledges, needs and promises are called: a promise by its need."""
    of_promise = (
        select(Commitment.id, Need.title)
        .join(NeedPart, NeedPart.id == Commitment.part_id)
        .join(Need, Need.id == NeedPart.need_id)
    )
    found: dict[tuple[str, int], str] = {}
    for kind, column, statement in (
        (Thing.PLEDGE, Pledge.id, select(Pledge.id, Pledge.title)),
        (Thing.NEED, Need.id, select(Need.id, Need.title)),
        (Thing.COMMITMENT, Commitment.id, of_promise),
    ):
        if ids := [row.thing_id for row in rows if row.kind == kind]:
            found |= {(str(kind), key): title for key, title in reading.execute(statement.where(column.in_(ids)))}
    return found


def counts_of(reading: Session, undertaking_id: int) -> dict[str, int]:
    """How many things an act changed in each way: "held", "paused" ..."""
    rows = reading.execute(
        select(UndertakingChange.what, func.count())
        .where(UndertakingChange.undertaking_id == undertaking_id)
        .group_by(UndertakingChange.what)
    )
    return {row[0]: row[1] for row in rows}


def undoable_of(reading: Session, organisation_id: int, on: date) -> UndertakingView | None:
    """The latest act about an organisation that stands and can still be undone on a day."""
    about = or_(Undertaking.organisation_id == organisation_id, Undertaking.into_organisation_id == organisation_id)
    wanted = and_(about, Undertaking.state == "done", Undertaking.until >= on)
    found = _views(reading, wanted, limit=1)
    return found[0] if found else None


def _wanted(only: str, on: date) -> ColumnElement[bool]:
    match only:
        case "undoable":
            return and_(Undertaking.state == "done", Undertaking.until >= on)
        case "undone":
            return Undertaking.state == "undone"
        case Deed.SUSPEND | Deed.CLOSE_GROUP | Deed.MERGE:
            return Undertaking.act == only
        case _:
            return Undertaking.id.is_not(None)


def _views(reading: Session, wanted: ColumnElement[bool], *, limit: int, offset: int = 0) -> list[UndertakingView]:
    by, undoer, into = aliased(Person), aliased(Person), aliased(Organisation)
    rows = reading.execute(
        select(
            Undertaking,
            Organisation.name,
            Organisation.reference,
            by.name.label("by"),
            undoer.name.label("undoer"),
            into.name.label("into_name"),
            into.reference.label("into_reference"),
        )
        .join(Organisation, Organisation.id == Undertaking.organisation_id)
        .outerjoin(into, into.id == Undertaking.into_organisation_id)
        .outerjoin(by, by.id == Undertaking.by_person_id)
        .outerjoin(undoer, undoer.id == Undertaking.undone_by_person_id)
        .where(wanted)
        .order_by(Undertaking.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    if not rows:
        return []
    ids = [row.Undertaking.id for row in rows]
    counts: dict[int, dict[str, int]] = {key: {} for key in ids}
    for undertaking_id, outcome, count in reading.execute(
        select(UndertakingChange.undertaking_id, UndertakingChange.outcome, func.count())
        .where(UndertakingChange.undertaking_id.in_(ids))
        .group_by(UndertakingChange.undertaking_id, UndertakingChange.outcome)
    ):
        counts[undertaking_id][outcome] = count
    return [
        UndertakingView(
            id=row.Undertaking.id,
            reference=row.Undertaking.reference,
            deed=Deed(row.Undertaking.act),
            organisation_id=row.Undertaking.organisation_id,
            organisation_name=row.name,
            organisation_reference=row.reference,
            by=row.by or "",
            at_utc=row.Undertaking.at_utc,
            until=row.Undertaking.until,
            undone_at_utc=row.Undertaking.undone_at_utc,
            undone_by=row.undoer or "",
            changes=sum(counts[row.Undertaking.id].values()),
            back=counts[row.Undertaking.id].get(Outcome.BACK, 0),
            kept=counts[row.Undertaking.id].get(Outcome.KEPT, 0),
            into_id=row.Undertaking.into_organisation_id or 0,
            into_name=row.into_name or "",
            into_reference=row.into_reference or "",
        )
        for row in rows
    ]


def _change(row: UndertakingChange, title: str) -> ChangeView:
    return ChangeView(
        kind=Thing(row.kind),
        reference=row.reference,
        title=title,
        what=Change(row.what),
        unit=Unit(row.unit) if row.unit else None,
        amount=row.amount,
        outcome=Outcome(row.outcome) if row.outcome else None,
        says=Message.from_json(row.says) if row.says else None,
    )


def undertaking_breaches(reading: Session) -> list[Breach]:
    """What was undone says of each thing what became of it; what stands says nothing yet; none was undone too late."""
    rule = "continuity.undertakings"
    differ = reading.execute(
        select(Undertaking.reference, Undertaking.state)
        .join(UndertakingChange, UndertakingChange.undertaking_id == Undertaking.id)
        .where(
            or_(
                and_(Undertaking.state == "undone", UndertakingChange.outcome == ""),
                and_(Undertaking.state == "done", UndertakingChange.outcome != ""),
            )
        )
        .distinct()
        .order_by(Undertaking.reference)
    )
    undone = reading.execute(
        select(Undertaking.reference, Undertaking.undone_at_utc, Undertaking.until)
        .where(Undertaking.undone_at_utc.is_not(None))
        .order_by(Undertaking.id)
    )
    return [
        *(Breach(rule, f"undertaking:{row.reference}", f"it is {row.state}, its changes are not") for row in differ),
        *(
            Breach(rule, f"undertaking:{row.reference}", "it was undone after its last day")
            for row in undone
            if row.undone_at_utc.astimezone(LONDON).date() > row.until
        ),
    ]
