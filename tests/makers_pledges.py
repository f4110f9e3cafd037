"""Makers of providers that may pledge, and of pledges, through the real acts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.base.amounts import KINDS_WITH_SESSIONS, Kind
from community_book.base.clock import today
from community_book.base.references import new_reference
from community_book.organisations.tables import Organisation
from community_book.places.tables import Zone, ZoneScheme
from cwb.frameworks.actions import admit
from cwb.frameworks.tables import Framework, Lot
from cwb.pillars.actions import STARTER_PACK, STARTER_PACK_NAME, load_pack
from cwb.pillars.queries import measure_by_code
from cwb.pillars.rules import read_pack
from cwb.pillars.views import MeasureView
from cwb.pledges import actions, queries
from cwb.pledges.rules import STAFF_TIME, Basis, NewPledge, PledgeState
from cwb.pledges.tables import Pledge
from tests.makers import actor_for, make_organisation
from tests.support.grounds import kept

_numbers = count(1)


def make_measures() -> None:
    """Loads the starter pack; again changes nothing."""
    with work.bookkeeping(system("test")) as session:
        load_pack(session, read_pack(STARTER_PACK.read_bytes()).rows, STARTER_PACK_NAME)


def measure(code: str) -> MeasureView:
    with work.reading() as reading:
        return measure_by_code(reading, code)


@dataclass(frozen=True)
class MadeFramework:
    id: int
    scheme_id: int
    zone_ids: tuple[int, ...]
    lot_ids: tuple[int, ...]


def make_framework(*, zones: int = 4, lots: int = 2) -> MadeFramework:
    """A framework with lots, and a scheme of zones without boundaries."""
    number = next(_numbers)
    with work.bookkeeping(system("test")) as session:
        scheme = ZoneScheme(
            reference=new_reference("Z"), name=f"Scheme {number}", valid_from=date(2019, 1, 1), in_use=True
        )
        session.add(scheme)
        session.flush()
        made = [
            Zone(
                reference=new_reference("ZN"),
                scheme_id=scheme.id,
                code=str(place),
                name=f"Zone {place}",
                valid_from=date(2019, 1, 1),
            )
            for place in range(1, zones + 1)
        ]
        framework = Framework(
            reference=new_reference("F"), name=f"Framework {number}", zone_scheme_id=scheme.id, buyer="The council"
        )
        session.add_all([*made, framework])
        session.flush()
        own = [
            Lot(reference=new_reference("L"), framework_id=framework.id, number=str(n), position=n, title=f"Lot {n}")
            for n in range(1, lots + 1)
        ]
        session.add_all(own)
        session.flush()
        return MadeFramework(framework.id, scheme.id, tuple(zone.id for zone in made), tuple(lot.id for lot in own))


@dataclass(frozen=True)
class Provider:
    """An admitted provider and the actor who leads it."""

    organisation: Organisation
    actor: Actor
    framework: MadeFramework
    admission_id: int
    zone_ids: tuple[int, ...] = ()

    @property
    def id(self) -> int:
        return self.organisation.id


@kept
def make_admitted_provider(
    name: str = "",
    *,
    framework: MadeFramework | None = None,
    zone_ids: Collection[int] = (),
    role: Role = Role.PROVIDER_LEAD,
) -> Provider:
    """A provider with a place on a framework for all its lots; no zones named means the whole borough."""
    make_measures()
    framework = framework or make_framework()
    organisation = make_organisation(name)
    with work.bookkeeping(system("test")) as session:
        admission_id = admit(
            session,
            framework.id,
            organisation.id,
            lot_ids=framework.lot_ids,
            zone_ids=zone_ids,
            admitted_on=date(2020, 1, 1),
        )
    return Provider(organisation, actor_for(organisation, role), framework, admission_id, tuple(zone_ids))


@dataclass(frozen=True)
class MadePledge:
    id: int
    reference: str
    organisation_id: int
    session_ids: tuple[int, ...] = field(default=())


AMOUNTS = {Kind.MONEY: 500_00, Kind.TRADE: 500_00, Kind.ADVICE: 40 * 60, Kind.HANDS: 36 * 60}


def new_pledge(measure_code: str = "PO7", **fields: Any) -> NewPledge:
    """A pledge as typed, complete enough to be posted: forty hours of bookkeeping unless said otherwise."""
    chosen = measure(measure_code)
    given: dict[str, Any] = {
        "measure_id": chosen.id,
        "title": "Help from our office",
        "story": "Somebody of ours who knows the work gives it in paid time.",
        "basis": Basis.EXTRA,
        "first_day": today(),
        "last_day": today() + timedelta(days=180),
        "owner_name": "Priya Desai",
        "not_charged_to_rate": True,
        "visits_covered": chosen.kind in STAFF_TIME,
    }
    if chosen.is_level:
        given["share_basis_points"] = 9000
    elif chosen.kind in KINDS_WITH_SESSIONS:
        given |= {"weekdays": frozenset({1}), "starts_minute": 600, "ends_minute": 840, "thing": "the blue minibus"}
    else:
        given["amount"] = AMOUNTS.get(chosen.kind, 20)
    if chosen.kind is Kind.ADVICE:
        given["subject"] = "accounts"
    if chosen.kind is Kind.GOODS:
        given["item_type"] = "laptops"
    if str(chosen.brokered) == "may":
        given["with_counterpart"] = True
    given |= fields
    if given.get("zone_ids"):
        given.setdefault("borough_wide", False)
    return NewPledge(**given)


@kept
def make_pledge(
    actor: Actor, measure_code: str = "PO7", *, state: PledgeState = PledgeState.OFFERED, **fields: Any
) -> MadePledge:
    """A pledge of the acting provider in a state (draft, waiting, offered, or one an act leads to from there).

    A waiting one is put on offer without an officer, as an import would, so that any test may begin here.
    """
    new = new_pledge(measure_code, **fields)
    reference = actions.log_pledge(actor, new, post=state is not PledgeState.DRAFT)
    if state not in {PledgeState.DRAFT, PledgeState.WAITING}:
        put_on_offer(reference)
    if state is PledgeState.PAUSED:
        actions.pause_pledge(actor, reference, "short of drivers")
    elif state is PledgeState.WITHDRAWN:
        actions.withdraw_pledge(actor, reference, "the office closes")
    return made_pledge(reference)


def put_on_offer(reference: str) -> None:
    """An officer of some council puts a waiting pledge on offer."""
    with work.reading() as reading:
        waiting = reading.query(Pledge).filter_by(reference=reference, state=str(PledgeState.WAITING)).count()
    if waiting:
        actions.offer_pledge(actor_for(make_organisation(is_council=True), Role.OFFICER), reference)


def made_pledge(reference: str) -> MadePledge:
    with work.reading() as reading:
        pledge_id = queries.pledge_id_of(reading, reference)
        row = reading.get_one(Pledge, pledge_id)
        sessions = queries.sessions_of_pledge(reading, pledge_id)
        return MadePledge(pledge_id, reference, row.organisation_id, tuple(one.id for one in sessions))


def pledge_row(reference: str) -> Pledge:
    """The stored row as it is now."""
    with work.reading() as reading:
        return reading.get_one(Pledge, queries.pledge_id_of(reading, reference))


__all__ = [
    "MadeFramework",
    "MadePledge",
    "Provider",
    "made_pledge",
    "make_admitted_provider",
    "make_framework",
    "make_measures",
    "make_pledge",
    "measure",
    "new_pledge",
    "pledge_row",
    "put_on_offer",
]
