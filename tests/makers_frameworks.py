"""Makers of frameworks and admitted providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from sqlalchemy import select

from community_book.base import work
from community_book.base.actor import Actor, Role, system
from community_book.organisations.tables import Organisation
from community_book.places.actions import add_scheme
from community_book.places.rules import NumberedZone
from cwb.frameworks import actions, queries
from cwb.frameworks.actions import NewLot
from cwb.frameworks.views import FrameworkView
from tests.makers import actor_for, make_organisation

_numbers = count(1)


def make_framework(
    name: str = "", *, lots: Sequence[str] = ("Homecare Services", "Extra care", "Day Opportunities"), zones: int = 4
) -> FrameworkView:
    """A framework with lots and, unless `zones` is 0, a scheme of numbered zones without boundaries."""
    number = next(_numbers)
    with work.bookkeeping(system("test")) as session:
        scheme_id = None
        if zones:
            named = [NumberedZone(str(place), f"Zone {place}") for place in range(1, zones + 1)]
            scheme_id = add_scheme(session, f"Zones {number}", date(2020, 1, 1), named, "made up")
        framework_id = actions.make_framework(
            session,
            name or f"Framework {number}",
            buyer="Example Borough Council",
            lots=[NewLot(str(place), title) for place, title in enumerate(lots, start=1)],
            zone_scheme_id=scheme_id,
        )
    with work.reading() as reading:
        card = next(card for card in queries.frameworks(reading) if card.id == framework_id)
        return queries.framework_by_reference(reading, card.reference)


@dataclass(frozen=True)
class Provider:
    """An organisation with a place on a framework, and its lead."""

    organisation: Organisation
    lead: Actor
    framework: FrameworkView
    admission_id: int


def make_provider(
    name: str = "",
    *,
    framework: FrameworkView | None = None,
    lots: Sequence[str] = ("1",),
    zones: Sequence[str] = (),
    admitted_on: date = date(2024, 4, 1),
) -> Provider:
    """A provider admitted to lots (and zones) by number, with a lead."""
    framework = framework or make_framework()
    organisation = make_organisation(name)
    with work.bookkeeping(system("test")) as session:
        admission_id = actions.admit(
            session,
            framework.id,
            organisation.id,
            lot_ids=[lot.id for lot in framework.lots if lot.number in lots],
            zone_ids=[zone.id for zone in framework.zones if zone.code in zones],
            admitted_on=admitted_on,
        )
    return Provider(organisation, actor_for(organisation, Role.PROVIDER_LEAD), framework, admission_id)


def organisation_named(name: str) -> Organisation | None:
    with work.reading() as reading:
        return reading.execute(select(Organisation).where(Organisation.name == name)).scalar_one_or_none()
