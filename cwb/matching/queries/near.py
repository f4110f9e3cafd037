"""Parts for which nothing on offer fits: the nearest misses, and what would have to change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.groups.queries import is_entry_of
from community_book.groups.tables import GroupEntry
from community_book.needs.queries import open_parts
from community_book.needs.queries.wanted import is_open
from community_book.needs.tables import Need, NeedPart
from community_book.places.tables import PlaceZone
from cwb.commitments.rules import Fit, fits
from cwb.matching.queries.unmet import behind, fits_nothing, rows_of_parts
from cwb.matching.rules import SEE_SCORES
from cwb.matching.rules.unmet import Asked, what_of
from cwb.matching.views import NearMiss, NothingFits
from cwb.pledges.queries import open_offers
from cwb.pledges.rules import PledgeOffer, PledgeState
from cwb.pledges.tables import Pledge, PledgeZone

PER_PAGE = 10
LOOKED_AT = 12
"""How many pledges the database picks for each part; which of them are nearest is then weighed in full."""

SHOWN = 3
MISSES_AT_MOST = 4
"""A pledge that misses in more ways is not near."""


def nothing_fits(
    reading: Session, actor: Actor, number: int = 1, *, kind: Kind | None = None, per_page: int = PER_PAGE
) -> tuple[int, list[NothingFits]]:
    """Open parts for which nothing on offer fits, the longest wait first, each with its nearest misses.

    For the council. Raises NotThere for others. Some twelve queries, whatever the number.
    """
    if not actor.may(SEE_SCORES):
        raise NotThere
    condition: list[ColumnElement[bool]] = [is_open(today()), fits_nothing(today())]
    if kind is not None:
        condition.append(NeedPart.kind == str(kind))
    ids = select(NeedPart.id).join(Need, Need.id == NeedPart.need_id).where(*condition)
    total = reading.execute(select(func.count()).select_from(ids.subquery())).scalar_one()
    chosen = (
        reading.execute(ids.order_by(Need.opened_at_utc, NeedPart.id).limit(per_page).offset((number - 1) * per_page))
        .scalars()
        .all()
    )
    near = nearest_to(reading, chosen)
    found = []
    for row in rows_of_parts(reading, chosen):
        part: NeedPart = row.NeedPart
        what = what_of(Kind(part.kind), part.subject, part.item_type, part.features)
        left = None if part.amount is None else part.amount - part.committed
        asked = Asked(part.id, part.need_id, row.Need.organisation_id, Kind(part.kind), what, left, None,
                      nothing_fits=True)  # fmt: skip
        found.append(NothingFits(behind(row, asked), near.get(part.id, ())))
    return total, found


def nearest_to(
    reading: Session, part_ids: Collection[int], *, shown: int = SHOWN
) -> Mapping[int, tuple[NearMiss, ...]]:
    """For each part the pledges on offer that come nearest without fitting: fewest misses first."""
    picked = picked_for(reading, part_ids)
    wanted = {part.part_id: part for part in open_parts(reading, part_ids=list(picked))}
    offers = {one.pledge_id: one for one in open_offers(reading, pledge_ids=sorted(set().union(*picked.values())))}
    found: dict[int, tuple[NearMiss, ...]] = {}
    for part_id, part in wanted.items():
        weighed = [(offers[one], fits(offers[one], part, today())) for one in picked[part_id] if one in offers]
        near = [(offer, fit) for offer, fit in weighed if not fit.ok and _is_near(part.kind, fit)]
        near.sort(key=lambda pair: (len(pair[1].misses), -pair[0].left, pair[0].pledge_id))
        found[part_id] = tuple(_near(offer, fit) for offer, fit in near[:shown])
    return found


def _is_near(kind: Kind, fit: Fit) -> bool:
    """Few misses; and another thing than the one that is needed is not near it, as other advice may be."""
    another = kind is Kind.GOODS and any(miss.key == "what" for miss in fit.misses)
    return len(fit.misses) <= MISSES_AT_MOST and not another


def _near(offer: PledgeOffer, fit: Fit) -> NearMiss:
    return NearMiss(offer.reference, offer.title, offer.provider_name, fit.misses)


def picked_for(reading: Session, part_ids: Collection[int]) -> dict[int, list[int]]:
    """For each part some pledges of its kind, those first that miss least in what, where and when: one query."""
    if not part_ids:
        return {}
    place = case(
        (and_(NeedPart.online, GroupEntry.place_id.is_not(None)), GroupEntry.place_id), else_=NeedPart.place_id
    )
    there = (
        exists()
        .where(PledgeZone.pledge_id == Pledge.id, PlaceZone.zone_id == PledgeZone.zone_id, PlaceZone.place_id == place)
        .correlate(Pledge, NeedPart, GroupEntry)
    )
    misses = (
        _one(or_(Pledge.subject != NeedPart.subject, Pledge.item_type != NeedPart.item_type)) * 2
        + _one(or_(and_(NeedPart.online, not_(Pledge.online)),
                   and_(not_(NeedPart.online), not_(Pledge.borough_wide), not_(there))))
        + _one(or_(Pledge.first_day > NeedPart.last_day, NeedPart.first_day > Pledge.last_day))
    )  # fmt: skip
    left = Pledge.amount - Pledge.held - Pledge.committed
    place_in_line = func.row_number().over(partition_by=NeedPart.id, order_by=(misses, left.desc(), Pledge.id))
    ranked = (
        select(NeedPart.id.label("part_id"), Pledge.id.label("pledge_id"), place_in_line.label("place"))
        .join(Need, Need.id == NeedPart.need_id)
        .outerjoin(GroupEntry, is_entry_of(Need.organisation_id))
        .join(Pledge, and_(Pledge.kind == NeedPart.kind, Pledge.organisation_id != Need.organisation_id))
        .where(
            NeedPart.id.in_(part_ids),
            Pledge.state == PledgeState.OFFERED,
            Pledge.with_counterpart,
            Pledge.last_day >= today(),
            left > 0,
        )
        .subquery()
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in reading.execute(
        select(ranked.c.part_id, ranked.c.pledge_id)
        .where(ranked.c.place <= LOOKED_AT)
        .order_by(ranked.c.part_id, ranked.c.place)
    ):
        found[row.part_id].append(row.pledge_id)
    return dict(found)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
