"""Makers of rounds: pledges and needs whose words meet, a round started, and computed as the worker does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor, system
from community_book.base.amounts import Kind
from community_book.places.tables import ZoneScheme
from cwb.matching.actions import rounds as acts
from cwb.matching.queries import rounds as queries
from cwb.matching.rules.rounds import NewRound
from cwb.matching.views import RoundLineView, RoundView
from tests.makers_commitments import make_officer
from tests.makers_needs import ListedGroup, MadeNeed, make_listed_group, make_need
from tests.makers_pledges import MadePledge, Provider, make_admitted_provider, make_pledge
from tests.support.grounds import kept

OFFICE: dict[str, Any] = {
    "title": "Our bookkeeper for your accounts",
    "story": "She keeps the accounts of two charities.",
    "online": True,
}
TREASURER: dict[str, Any] = {
    "title": "Our treasurer left",
    "story": "We need help to keep our accounts for the charity.",
}


@dataclass(frozen=True)
class Borough:
    """A provider, groups in different zones, an officer, and the division rounds are started over."""

    provider: Provider
    groups: tuple[ListedGroup, ...]
    officer: Actor
    scheme_id: int

    def pledge(self, amount: int = 40 * 60, **more: Any) -> MadePledge:
        """Bookkeeping for all."""
        return make_pledge(self.provider.actor, "PO7", **{**OFFICE, "amount": amount, **more})

    def need(self, group: int = 0, amount: int | None = 12 * 60, **more: Any) -> MadeNeed:
        """A treasurer is missing."""
        return make_need(self.groups[group].lead, kind=Kind.ADVICE, amount=amount, **{**TREASURER, **more})


@kept
def make_borough(groups: int = 2) -> Borough:
    provider = make_admitted_provider("Linden Homecare")
    zones = provider.framework.zone_ids
    made = tuple(make_listed_group(f"Group {place}", zones=[zones[place % len(zones)]]) for place in range(groups))
    with work.reading() as reading:
        scheme_id = reading.execute(select(ZoneScheme.id).order_by(ZoneScheme.id).limit(1)).scalar_one()
    return Borough(provider, made, make_officer(), scheme_id)


def compute() -> int:
    """What the worker does."""
    return acts.compute_waiting(system("rounds"))


def make_round(borough: Borough, *kinds: Kind) -> str:
    """A round that is ready; returns its reference."""
    reference = acts.start_round(borough.officer, NewRound(borough.scheme_id, kinds))
    assert compute() == 1
    return reference


def view_of(borough: Borough, reference: str) -> RoundView:
    with work.reading() as reading:
        return queries.round_view(reading, borough.officer, reference)


def lines_of(borough: Borough, reference: str) -> list[RoundLineView]:
    with work.reading() as reading:
        return queries.round_lines(reading, borough.officer, queries.round_view(reading, borough.officer, reference))
