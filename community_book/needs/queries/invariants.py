"""What must always be true of needs (domain.md 5.1), recomputed from the rows. Free of the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from community_book.base.registered import Breach
from community_book.needs.rules import FOLLOWS_AMOUNTS, NeedState
from community_book.needs.tables import Need, NeedPart, NeedSession


def committed_within_needed(reading: Session) -> list[Breach]:
    """For each part: nothing met that was not promised, nothing promised that was not asked for."""
    rows = reading.execute(
        select(Need.reference, NeedPart.amount, NeedPart.committed, NeedPart.met, NeedPart.id)
        .join(Need, Need.id == NeedPart.need_id)
        .where(
            (NeedPart.committed > NeedPart.amount)
            | (NeedPart.met > NeedPart.committed)
            | (NeedPart.amount.is_(None) & (NeedPart.committed > 0))
        )
        .order_by(NeedPart.id)
    )
    return [
        Breach(
            "met <= committed <= needed",
            f"need:{row.reference}",
            f"part {row.id}: met {row.met}, committed {row.committed}, needed {row.amount}",
        )
        for row in rows
    ]


def sessions_add_up(reading: Session) -> list[Breach]:
    """The sessions of a part add up to its amount, and what is taken of them to what is promised of it.

    Time that passed unused (`lost`) left both figures of the part; its sessions stay taken.
    """
    length = NeedSession.ends_minute - NeedSession.starts_minute
    live = case((NeedSession.dropped.is_(False), length * NeedSession.at_once), else_=0)
    sums = (
        select(
            NeedSession.part_id,
            func.sum(live).label("wanted"),
            func.sum(length * NeedSession.committed).label("taken"),
        )
        .group_by(NeedSession.part_id)
        .subquery()
    )
    rows = reading.execute(
        select(Need.reference, NeedPart, sums.c.wanted, sums.c.taken)
        .join(Need, Need.id == NeedPart.need_id)
        .join(sums, sums.c.part_id == NeedPart.id)
        .order_by(NeedPart.id)
    )
    return list(_off(rows.all()))


def _off(rows: object) -> Iterator[Breach]:
    for row in rows:  # type: ignore[attr-defined]
        part: NeedPart = row.NeedPart
        if row.wanted == 0 and row.taken == 0:
            continue  # all its days were dropped: it asks by amount now
        if (part.amount or 0) + part.lost != row.wanted or part.committed + part.lost != row.taken:
            yield Breach(
                "sessions add up",
                f"need:{row.reference}",
                f"part {part.id}: needed {part.amount}, committed {part.committed}, lost {part.lost}; "
                f"its sessions come to {row.wanted}, taken {row.taken}",
            )


def states_follow_from_amounts(reading: Session) -> list[Breach]:
    """A need's state is one that its amounts allow, on whatever day they came to be."""
    needs: dict[int, tuple[str, NeedState]] = {}
    parts: dict[int, list[NeedPart]] = defaultdict(list)
    for row in reading.execute(
        select(Need.id, Need.reference, Need.state, NeedPart)
        .join(NeedPart, NeedPart.need_id == Need.id)
        .where(Need.state.in_(FOLLOWS_AMOUNTS))
        .order_by(NeedPart.id)
    ):
        needs[row.id] = (row.reference, NeedState(row.state))
        parts[row.id].append(row.NeedPart)
    return [
        Breach("states follow from amounts", f"need:{reference}", f"{state}: {_figures(parts[need_id])}")
        for need_id, (reference, state) in sorted(needs.items())
        if not _allows(state, parts[need_id])
    ]


def _allows(state: NeedState, parts: list[NeedPart]) -> bool:
    asks = any(not part.closed and (part.amount is None or part.committed < part.amount) for part in parts)
    is_live = any(part.committed > part.met for part in parts)
    is_met = any(part.met for part in parts)
    match state:
        case NeedState.OPEN | NeedState.PAUSED:
            return asks
        case NeedState.PROMISED:
            return is_live
        case NeedState.EXPIRED:
            return not is_live and not is_met
        case _:
            return not is_live and is_met


def _figures(parts: list[NeedPart]) -> str:
    return "; ".join(f"needed {part.amount}, committed {part.committed}, met {part.met}" for part in parts)
