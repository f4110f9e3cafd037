"""What other rooms and pages are shown of needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from community_book.base.amounts import Kind, Unit
from community_book.base.clock import LONDON
from community_book.base.messages import Message
from community_book.base.sessions import Session, say_session
from community_book.needs.rules import NeedState, NewNeed, NewPart, say_how_much, say_left, say_when, times_of


@dataclass(frozen=True)
class SessionWanted:
    """A day and time a part asks for; `left` is how many at once are not promised yet."""

    id: int
    day: date
    starts_minute: int
    ends_minute: int
    at_once: int
    left: int

    @property
    def as_session(self) -> Session:
        """The whole session, with how many at once it asks for."""
        return Session(self.day, self.starts_minute, self.ends_minute, self.at_once)

    @property
    def as_words(self) -> Message:
        """Like "Tuesday 6 October 2026, 10:00 to 14:00"."""
        return say_session(self.as_session)


@dataclass(frozen=True)
class PartWanted:
    """One part of a need as fits() and matching read it. Amounts are whole numbers of `unit`.

    `amount` and `left` are None while the group is not sure. `zones` maps scheme to zone; it and the point
    are those of the group's own place where the part is online. A draft not saved yet has ids of 0.
    """

    part_id: int
    need_id: int
    need_reference: str
    need_title: str
    need_story: str
    group_id: int
    group_name: str
    state: NeedState
    kind: Kind
    unit: Unit
    item_type: str
    subject: str
    amount: int | None
    committed: int
    left: int | None
    smallest_useful: int
    first_day: date
    last_day: date
    place_id: int
    zones: Mapping[int, int]
    easting: int | None
    northing: int | None
    online: bool
    features: Mapping[str, Any]
    conditions: Mapping[str, Any]
    team_smallest: int | None
    team_largest: int | None
    visit_minutes: int | None
    hosting_cost_pence: int | None
    sessions: tuple[SessionWanted, ...]
    posted_on: date | None
    group_committed_count: int
    pattern: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PartView:
    """One part of a need as its page shows it. Place fields are empty for those who may see the zone only."""

    id: int
    position: int
    kind: Kind
    unit: Unit
    item_type: str
    subject: str
    amount: int | None
    unsure: bool
    is_about: bool
    committed: int
    met: int
    left: int | None
    smallest_useful: int
    first_day: date | None
    last_day: date | None
    pattern: Mapping[str, Any]
    place_id: int
    place_label: str
    postcode: str
    is_own_place: bool
    is_public_place: bool
    confidential: bool
    zone_names: tuple[str, ...]
    picked_zones: tuple[str, ...]
    online: bool
    features: Mapping[str, Any]
    conditions: Mapping[str, Any]
    team_smallest: int | None
    team_largest: int | None
    visit_minutes: int | None
    hosting_cost_pence: int | None
    closed: bool
    sessions: tuple[SessionWanted, ...]
    stopped: bool = False

    def as_written(self) -> NewPart:
        """What the group wrote of this part."""
        how = str(self.pattern.get("how", ""))
        where = "online" if self.online else "ours" if self.is_own_place else "other"
        return NewPart(
            kind=self.kind,
            amount=None if how else self.amount,
            not_sure=self.unsure and self.amount is None,
            is_about=self.is_about,
            smallest_useful=self.smallest_useful if self.smallest_useful > 1 else None,
            item_type=self.item_type,
            subject=self.subject,
            first_day=None if how == "dates" else self.first_day,
            last_day=None if how == "dates" else self.last_day,
            how=how,
            weekdays=frozenset(self.pattern.get("weekdays", ())),
            every_weeks=self.pattern.get("every_weeks"),
            starts=self.pattern.get("starts"),
            ends=self.pattern.get("ends"),
            left_out=frozenset(date.fromisoformat(day) for day in self.pattern.get("left_out", ())),
            single_days=frozenset(date.fromisoformat(day) for day in self.pattern.get("days", ())),
            at_once=self.pattern.get("at_once"),
            where=where,
            postcode=self.postcode if where == "other" else "",
            zone=tuple(int(value.partition(":")[2]) for value in self.picked_zones) if where == "other" else (),
            confidential=self.confidential and where == "other",
            features=self.features,
            dbs=str(self.conditions.get("dbs", "")),
            insurance=bool(self.conditions.get("insurance")),
            has_licence=bool(self.conditions.get("has_licence")),
            has_permit=bool(self.conditions.get("has_permit")),
            not_wanted=frozenset(self.conditions.get("not_wanted") or ()),
            terms=str(self.conditions.get("terms", "")),
            team_smallest=self.team_smallest,
            team_largest=self.team_largest,
            visit_minutes=self.visit_minutes,
            hosting_cost_pence=self.hosting_cost_pence,
        )

    @property
    def how_much(self) -> Message:
        return say_how_much(
            self.unit,
            self.amount,
            is_about=self.is_about,
            smallest_useful=self.smallest_useful,
            sessions=times_of(self.amount, self.pattern, len(self.sessions)),
        )

    @property
    def what_is_left(self) -> Message | None:
        return say_left(self.unit, self.amount, self.committed, self.left)

    @property
    def when(self) -> Message:
        return say_when(self.first_day, self.last_day, self.pattern)


@dataclass(frozen=True)
class NeedView:
    """One need with its parts, as far as the reader may see it.

    `group_id` and `group_reference` are the organisation's, `entry_reference` that of its entry in the Book.
    """

    id: int
    reference: str
    version: int
    title: str
    story: str
    combine: str
    state: NeedState
    hidden: bool
    reason: str
    group_id: int
    group_reference: str
    group_name: str
    entry_reference: str
    merged_into: str
    posted_by_person_id: int | None
    posted_at_utc: datetime | None
    opened_at_utc: datetime | None
    first_answer_at_utc: datetime | None
    parts: tuple[PartView, ...]
    is_own: bool
    sees_all: bool
    asked_which: bool = False

    @property
    def opened_on(self) -> date | None:
        """The day in England it was opened."""
        return self.opened_at_utc.astimezone(LONDON).date() if self.opened_at_utc else None

    @property
    def part(self) -> PartView:
        """The first part."""
        return self.parts[0]

    @property
    def parts_asked(self) -> tuple[PartView, ...]:
        """The parts that are still asked for."""
        return tuple(part for part in self.parts if not part.closed)

    @property
    def promised(self) -> tuple[PartView, ...]:
        """The parts of which something is promised."""
        return tuple(part for part in self.parts if part.committed)

    def as_written(self) -> NewNeed:
        """What the group wrote, ready for its form."""
        first, *others = (part.as_written() for part in self.parts)
        return NewNeed(
            **vars(first),
            title=self.title,
            story=self.story,
            combine=self.combine,
            others=tuple(others),
            version=self.version,
        )


@dataclass(frozen=True)
class PartCard:
    """One part on a card of a list."""

    kind: Kind
    unit: Unit
    amount: int | None
    is_about: bool
    committed: int
    met: int
    left: int | None
    smallest_useful: int
    session_count: int
    first_day: date | None
    last_day: date | None
    pattern: Mapping[str, Any]
    online: bool
    zone_name: str
    subject: str
    item_type: str
    closed: bool = False

    @property
    def how_much(self) -> Message:
        return say_how_much(
            self.unit,
            self.amount,
            is_about=self.is_about,
            smallest_useful=self.smallest_useful,
            sessions=times_of(self.amount, self.pattern, self.session_count),
        )

    @property
    def what_is_left(self) -> Message | None:
        return say_left(self.unit, self.amount, self.committed, self.left)

    @property
    def when(self) -> Message:
        return say_when(self.first_day, self.last_day, self.pattern)


@dataclass(frozen=True)
class NeedCard:
    """One need in a list."""

    id: int
    reference: str
    version: int
    title: str
    story: str
    state: NeedState
    hidden: bool
    reason: str
    group_id: int
    group_name: str
    posted_at_utc: datetime | None
    opened_at_utc: datetime | None
    parts: tuple[PartCard, ...]
    combine: str = "all"

    @property
    def asked(self) -> tuple[PartCard, ...]:
        """The parts that are still asked for."""
        return tuple(part for part in self.parts if not part.closed)

    @property
    def opened_on(self) -> date | None:
        """The day in England it was opened."""
        return self.opened_at_utc.astimezone(LONDON).date() if self.opened_at_utc else None

    @property
    def last_day(self) -> date | None:
        """The last day of the part that runs longest."""
        return max((part.last_day for part in self.parts if part.last_day), default=None)


@dataclass(frozen=True)
class NeedsAsked:
    """What a visitor asked the public list for. `zone` is "scheme_id:zone_id"; `sort` is "newest" or "ending"."""

    words: str = ""
    kind: str = ""
    zone: str = ""
    online: bool = False
    soon: bool = False
    sort: str = "newest"


@dataclass(frozen=True)
class PastStep:
    """One line of a need's history: what was done, when, by whom (an organisation, never a person)."""

    at_utc: datetime
    act: str
    by: str
    reason: str
