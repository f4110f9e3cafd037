"""A small borough for the model: two providers, two groups, the council's people, and how the site's rows read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base import work
from community_book.base.actor import Actor
from community_book.base.amounts import Kind
from community_book.needs.tables import Need, NeedPart
from cwb.commitments.tables import Commitment
from cwb.deliveries.tables import Delivery
from cwb.ledger.queries import sums_of
from cwb.ledger.rules import Figure
from cwb.pledges.tables import Pledge
from tests.makers_deliveries import Council, make_council, take_two
from tests.makers_needs import ListedGroup, make_listed_group, make_need
from tests.makers_pledges import Provider, make_admitted_provider, make_pledge, measure, pledge_row
from tests.model import amounts

TWO_VERIFIERS_ABOVE = 400
"""Minutes: about a third of what the model reports needs two verifiers."""


@dataclass(frozen=True)
class World:
    """Who is there. Pledges and needs are laid for each life anew."""

    council: Council
    provider: Provider
    groups: tuple[ListedGroup, ListedGroup]


def make_world() -> World:
    provider = make_admitted_provider()
    zones = provider.framework.zone_ids[:1]
    world = World(make_council(), provider, (make_listed_group(zones=zones), make_listed_group(zones=zones)))
    take_two(measure("PO7").id, TWO_VERIFIERS_ABOVE)
    lay_pledge(world, 600)  # a provider's first waits for an officer: only once
    return world


def lay_pledge(world: World, minutes: int) -> amounts.Pledge:
    made = make_pledge(world.provider.actor, "PO7", amount=minutes)
    return amounts.Pledge(made.id, made.reference, minutes, pledge_row(made.reference).last_day)


def lay_need(world: World, group: int, minutes: int) -> amounts.Part:
    made = make_need(world.groups[group].lead, kind=Kind.ADVICE, amount=minutes)
    return amounts.Part(made.part_id, made.reference, made.need_id, group, minutes)


@dataclass(frozen=True)
class Stored:
    """What the site holds now, in the words of the model: by id or reference."""

    pledges: dict[int, tuple[str, int, int, int]]
    parts: dict[int, tuple[int, int, int]]
    needs: dict[int, str]
    promises: dict[str, tuple[str, int, int, int, int, bool]]
    reports: dict[str, tuple[str, int, int, int]]
    ledger: dict[int, tuple[int, int, int, int, int]]
    answer_by: dict[str, date | None]


def stored(pledge_ids: list[int]) -> Stored:
    """Reads it in seven questions."""
    pledged = select(Pledge.id, Pledge.state, Pledge.amount, Pledge.held, Pledge.committed)
    promised = select(
        Commitment.reference,
        Commitment.state,
        Commitment.amount,
        Commitment.reported,
        Commitment.confirmed,
        Commitment.verified,
        Commitment.holds_pledge,
    )
    with work.reading() as reading:
        ask = lambda statement: {row[0]: tuple(row[1:]) for row in reading.execute(statement).all()}  # noqa: E731
        return Stored(
            ask(pledged.where(Pledge.id.in_(pledge_ids))),
            ask(select(NeedPart.id, NeedPart.amount, NeedPart.committed, NeedPart.met)),
            dict(reading.execute(select(Need.id, Need.state)).all()),
            ask(promised),
            ask(select(Delivery.reference, Delivery.state, Delivery.amount, Delivery.confirmed, Delivery.verified)),
            _ledger(reading, pledge_ids),
            dict(reading.execute(select(Commitment.reference, Commitment.answer_by)).all()),
        )


def _ledger(reading: Session, pledge_ids: list[int]) -> dict[int, tuple[int, int, int, int, int]]:
    sums = sums_of(reading, "pledge", pledge_ids)
    figures = (Figure.PLEDGED, Figure.COMMITTED, Figure.REPORTED, Figure.CONFIRMED, Figure.VERIFIED)
    found = {}
    for pledge_id in pledge_ids:
        one = sums.get(pledge_id, {})
        pledged, committed, reported, confirmed, verified = (one.get(figure, 0) for figure in figures)
        found[pledge_id] = (pledged, committed, reported, confirmed, verified)
    return found


def somebody_without_rights(world: World) -> Actor:
    return world.council.auditor
