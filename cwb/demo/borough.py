"""What the players of the made-up borough share: the day it is, who is who, and the references of things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from community_book.base import clock
from community_book.base import work as transactions
from community_book.base.actor import Actor, Role, system
from community_book.people.queries import actor_of_person
from community_book.people.tables import Person
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge

PLAYER = system("demo")


@dataclass
class Borough:
    """The borough as it grows. Weeks count from the Monday of `as_of`; days from that Monday too."""

    as_of: date
    organisation_ids: dict[str, int] = field(default_factory=dict)
    organisation_references: dict[str, str] = field(default_factory=dict)
    person_ids: dict[str, int] = field(default_factory=dict)
    zone_ids: dict[int, int] = field(default_factory=dict)
    lot_ids: dict[int, int] = field(default_factory=dict)
    measure_ids: dict[str, int] = field(default_factory=dict)
    entry_references: dict[str, str] = field(default_factory=dict)
    needs: dict[str, str] = field(default_factory=dict)
    pledges: dict[str, str] = field(default_factory=dict)
    promises: dict[str, str] = field(default_factory=dict)
    deliveries: dict[str, str] = field(default_factory=dict)

    @property
    def monday(self) -> date:
        return self.as_of - timedelta(days=self.as_of.weekday())

    def day(self, week: int, weekday: int = 0) -> date:
        """A day by week and weekday (0 Monday)."""
        return self.monday + timedelta(weeks=week, days=weekday)

    def moment(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        """A moment of a day, in England's time; never later than noon of the borough's own day."""
        wanted = datetime.combine(day, time(hour, minute), tzinfo=clock.LONDON)
        latest = datetime.combine(self.as_of, time(12), tzinfo=clock.LONDON)
        return min(wanted, latest)

    def person(self, address: str, organisation: str | None = None) -> Actor:
        """The actor somebody of the borough is, with the roles held now."""
        with transactions.reading() as reading:
            row = reading.execute(select(Person).where(Person.id == self.person_ids[address])).scalar_one()
            acting = self.organisation_ids[organisation] if organisation else None
            return actor_of_person(reading, row, acting)

    def lead_of(self, organisation: str) -> Actor:
        """The lead of a group or provider by the organisation's key."""
        return self.person(self.leads[organisation])

    leads: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def on(self, week: int, weekday: int = 0, hour: int = 10, minute: int = 0) -> Iterator[None]:
        """Holds the clock at that day and time."""
        with clock.held_at(self.moment(self.day(week, weekday), hour, minute)):
            yield

    @contextmanager
    def reading(self) -> Iterator[transactions.Reading]:
        """A Reading inside the borough's one transaction."""
        with transactions.reading() as session:
            yield session

    def pledge_state(self, reference: str) -> PledgeState:
        with self.reading() as reading:
            return PledgeState(reading.execute(select(Pledge.state).where(Pledge.reference == reference)).scalar_one())


@dataclass(frozen=True)
class Scene:
    """Something somebody does at a time: `play(borough, *what)`."""

    week: int
    weekday: int
    hour: int
    play: Callable[..., None]
    what: Any = None

    def perform(self, borough: Borough) -> None:
        with borough.on(self.week, self.weekday, self.hour):
            self.play(borough, self.what)


LEADING = frozenset({Role.GROUP_LEAD, Role.PROVIDER_LEAD})
