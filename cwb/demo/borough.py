"""What the players of the made-up borough share: the day it is, who is who, and the references of things."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
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
from cwb.demo.needs import NEEDS
from cwb.demo.pledges import PLEDGES
from cwb.pledges.rules import PledgeState
from cwb.pledges.tables import Pledge

PLAYER = system("demo")
PROVIDER_OF = {story.key: story.provider for story in PLEDGES}
GROUP_OF = {story.key: story.group for story in NEEDS}


@dataclass
class Borough:
    """The borough as it grows. Weeks count from the Monday of `as_of`; days from that Monday too."""

    as_of: date
    founded_week: int = -60
    is_crowded: bool = False
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

    def provider_of(self, pledge: str) -> Actor:
        """The lead of the provider that logged a pledge, by the pledge's key."""
        return self.lead_of(PROVIDER_OF[pledge])

    def group_of(self, need: str) -> Actor:
        """The lead of the group that posted a need, by the need's key."""
        return self.lead_of(GROUP_OF[need])

    def today(self) -> date:
        return clock.today()

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


@dataclass(frozen=True)
class Day:
    """When the next part of a story happens."""

    week: int
    weekday: int
    hour: int = 11


Story = Callable[[Borough], Iterator[Day]]
"""A story told over days: it stops at each `Day` until that day has come."""


def tell(
    borough: Borough,
    stories: Sequence[Story],
    scenes: Sequence[Scene],
    meanwhile: Callable[[datetime], None] = lambda _moment: None,
) -> None:
    """Plays single scenes and stories together, day by day, so that the audit chain reads in the order of time.

    `meanwhile` is told each moment before something happens at it.
    """
    when: list[tuple[int, int, int, int]] = []
    running: list[Iterator[Day]] = []
    for number, story in enumerate(stories):
        telling = story(borough)
        running.append(telling)
        first = next(telling)
        heapq.heappush(when, (first.week, first.weekday, first.hour, number + len(scenes)))
    for number, scene in enumerate(scenes):
        heapq.heappush(when, (scene.week, scene.weekday, scene.hour, number))
    while when:
        week, weekday, hour, number = heapq.heappop(when)
        meanwhile(borough.moment(borough.day(week, weekday), hour))
        if number < len(scenes):
            scenes[number].perform(borough)
            continue
        with borough.on(week, weekday, hour):
            following = next(running[number - len(scenes)], None)
        if following is not None:
            heapq.heappush(when, (following.week, following.weekday, following.hour, number))


LEADING = frozenset({Role.GROUP_LEAD, Role.PROVIDER_LEAD})
