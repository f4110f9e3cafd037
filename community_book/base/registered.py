"""What rooms put into the registers: panels, places in the navigation, what waits on a desk, letters, clocks.

Shapes only; `registers` holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from community_book.base.actor import Actor, Permission
from community_book.base.messages import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from community_book.base.calendars import CalendarEntry
    from community_book.base.outbox import Event
    from community_book.base.work import Work

PanelView = tuple[str, Mapping[str, Any]]
"""A template's name and what it is shown with."""

Panel = Callable[["Session", Actor, Mapping[str, Any]], "PanelView | None"]
"""function(reading, actor, subject): `subject` is ids or an unsaved draft; None shows nothing."""

Subscriber = Callable[["Work", "Event"], None]
"""function(work, event), run by the dispatcher in its own transaction; safe to run twice."""


@dataclass(frozen=True)
class InTwoSteps:
    """A subscriber that works out what to write in a Reading, so that others can write meanwhile.

    `find(reading, event)` may take its time; `write(work, event, found)` gets what it returned. What changes
    between the two tells an event of its own, or `holds(work, found)` sees it: then it is found again a few times,
    and `write` is asked in the end whatever it says. What is found depends on how things stand now: of several events
    that wait `about` the same, only the last is followed up.
    """

    find: Callable[[Session, Event], Any]
    write: Callable[[Work, Event, Any], None]
    holds: Callable[[Work, Any], bool] | None = None
    about: Callable[[Event], Hashable] | None = None

    def __call__(self, work: Work, event: Event) -> None:
        self.write(work, event, self.find(work, event))


@dataclass(frozen=True)
class NavigationItem:
    """A place in the navigation: shown to whoever has the permission, or to all; `count` says how many wait there.

    With `front_page`, a sentence, it is also one of the big links of the front page. What is `seldom` needed stands at
    the foot of the desk, and not on every page.
    """

    label: Message
    endpoint: str
    permission: Permission | None = None
    order: int = 50
    count: Callable[[Session, Actor], int] | None = None
    front_page: Message | None = None
    seldom: bool = False


@dataclass(frozen=True)
class DeskItem:
    """Something that waits on a desk: a sentence, how many, how urgent (0 first), where to go.

    Urgencies up to 5 stand under "Waiting for you", 6 and 7 under "Soon", 8 and more under "For information".
    """

    title: Message
    url: str
    count: int | None = None
    urgency: int = 5
    detail: Message | None = None


DeskSource = Callable[["Session", Actor], Sequence[DeskItem]]


@dataclass(frozen=True)
class Start:
    """Something people begin from their desk, as a button on top of it: "Post a need"."""

    title: Message
    url: Callable[[], str]
    permission: Permission


@dataclass(frozen=True)
class Letter:
    """A message to people: who gets it, what it says, what it is about, and the one-tap answer if any.

    It goes to `person_ids`; without any, to the people of `organisation_id` who hold one of `roles` (all of them
    where none is named); without either, to whoever holds one of `roles` anywhere, the council's people. `emails`
    are addresses of people without an account: mail only. `reply_to` is where an answer goes.
    `link_act` names an act of `@by_link`; `link_subject` is its subject ("delivery:D-7K2M9Q"); the link is made
    when the mail is written and lasts `link_minutes`, or the days of the settings.
    `in_app` False shows it in the mail only; `must_reach` mails it to those too who want no mail.
    """

    organisation_id: int | None
    person_ids: tuple[int, ...]
    subject: Message
    body: tuple[Message, ...]
    about: str
    link_act: str | None = None
    link_subject: str | None = None
    link_label: Message | None = None
    roles: frozenset[str] = frozenset()
    emails: tuple[str, ...] = ()
    reply_to: str = ""
    link_minutes: int | None = None
    in_app: bool = True
    must_reach: bool = False


MessageSource = Callable[["Session", "Event"], Sequence[Letter]]
"""function(reading, event) -> letters, for an event name."""


@dataclass(frozen=True)
class ErasedPerson:
    """What a room shows or removes of one person."""

    show: Callable[[Session, int], Mapping[str, Any]]
    erase: Callable[[Work, int], None]


@dataclass(frozen=True)
class Breach:
    """One thing that should always be true and is not."""

    rule: str
    subject: str
    detail: str


CalendarSource = Callable[["Session", Sequence[int]], "Sequence[CalendarEntry]"]
"""function(reading, organisation_ids) -> the dates of these organisations, and nothing personal of anybody."""

PostalSource = Callable[["Session", Sequence[int]], Mapping[int, Sequence[str]]]
"""function(reading, organisation_ids) -> lines of the postal address, without the name, of those it knows."""

Asked = tuple[str, int | None]
"""What a letter's one-tap answer is about ("delivery:D-7K2M9Q"), and the organisation that is asked."""

StillAsked = Callable[["Session", Collection[Asked]], Collection[Asked]]
"""function(reading, asked) -> those of them that still wait for an answer."""

Invariant = Callable[["Session"], Sequence[Breach]]
Clock = Callable[[], int]
"""An act of the system, safe to run twice; returns how many things it changed."""
