"""What a higher room knows and a lower room shows or runs. Filled only by the two `wiring.py`.

A register is a plain list or map; reading one never imports the room that filled it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Any

from community_book.base.actor import Actor
from community_book.base.messages import Message
from community_book.base.registered import (
    CalendarSource,
    Clock,
    DeskItem,
    DeskSource,
    ErasedPerson,
    Invariant,
    MessageSource,
    NavigationItem,
    Panel,
    PostalSource,
    Start,
    StillAsked,
    Subscriber,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from community_book.base.searching import SearchIndex, SearchSource
    from community_book.base.starting import SetUpStep, StartCheck


@dataclass
class Registers:
    """All registers of one application."""

    panels: dict[str, list[tuple[int, Panel]]] = field(default_factory=dict)
    navigation: list[NavigationItem] = field(default_factory=list)
    desks: list[DeskSource] = field(default_factory=list)
    addresses: dict[str, Callable[[str], str]] = field(default_factory=dict)
    act_words: dict[str, Message] = field(default_factory=dict)
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    subscriptions: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[MessageSource]] = field(default_factory=dict)
    questions: dict[str, StillAsked] = field(default_factory=dict)
    letter_writer: str = ""
    persons_data: dict[str, ErasedPerson] = field(default_factory=dict)
    restoring: dict[str, Any] = field(default_factory=dict)
    invariants: dict[str, Invariant] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    clock_times: dict[str, time] = field(default_factory=dict)
    housekeeping: dict[str, Clock] = field(default_factory=dict)
    errands: dict[str, Clock] = field(default_factory=dict)
    starts: list[Start] = field(default_factory=list)
    bodies: dict[str, Callable[[Session, int], bool]] = field(default_factory=dict)
    calendars: dict[str, CalendarSource] = field(default_factory=dict)
    postal: list[PostalSource] = field(default_factory=list)
    set_up_steps: list[SetUpStep] = field(default_factory=list)
    start_checks: dict[str, StartCheck] = field(default_factory=dict)
    search_sources: dict[str, SearchSource] = field(default_factory=dict)
    search_index: SearchIndex | None = None


_registers = Registers()


def clear() -> None:
    """Empties every register; `create_app` does so before wiring."""
    global _registers
    _registers = Registers()


def held() -> Registers:
    """The registers in force, to be put back with `hold` where several applications live in one process."""
    return _registers


def hold(registers: Registers) -> None:
    global _registers
    _registers = registers


def add_panel(slot: str, panel: Panel, *, order: int = 50) -> None:
    """Puts a panel into a page's slot ("need.page", "pledge.page", "need.draft", "home" ...)."""
    _registers.panels.setdefault(slot, []).append((order, panel))


def panels_of(slot: str) -> list[Panel]:
    return [panel for _, panel in sorted(_registers.panels.get(slot, []), key=lambda pair: pair[0])]


def add_navigation(item: NavigationItem) -> None:
    _registers.navigation.append(item)


def navigation_for(actor: Actor) -> list[NavigationItem]:
    of = (i for i in _registers.navigation if i.permission is None or (actor.is_signed_in and actor.may(i.permission)))
    return sorted(of, key=lambda item: item.order)


def add_start(start: Start) -> None:
    """Adds a button to the desks of those who have its permission."""
    _registers.starts.append(start)


def starts_for(actor: Actor) -> list[Start]:
    return [start for start in _registers.starts if actor.may(start.permission)]


def add_desk(source: DeskSource) -> None:
    """Adds what a room has waiting for an actor."""
    _registers.desks.append(source)


def desk_items(reading: Session, actor: Actor) -> list[DeskItem]:
    """Everything that waits for the actor, most urgent first."""
    items = [item for source in _registers.desks for item in source(reading, actor)]
    return sorted(items, key=lambda item: item.urgency)


def add_address(kind: str, address: Callable[[str], str]) -> None:
    """Says where a thing is shown: kind "need" -> function(reference) -> path."""
    _registers.addresses[kind] = address


def address_of(subject: str) -> str:
    """The page of a subject ("need:N-7K2M9Q"); the front page for a kind without one."""
    kind, _, reference = subject.partition(":")
    address = _registers.addresses.get(kind)
    return address(reference) if address else "/"


def subscribe(event_name: str, subscriber_name: str, subscriber: Subscriber) -> None:
    """Registers a subscriber (its name is stored with each event, so it must stay)."""
    _registers.subscribers[subscriber_name] = subscriber
    names = _registers.subscriptions.setdefault(event_name, [])
    if subscriber_name not in names:
        names.append(subscriber_name)


def subscribe_to_messages(subscriber_name: str, subscriber: Subscriber) -> None:
    """Registers the one subscriber of every event that leads to letters, whenever those are added."""
    _registers.subscribers[subscriber_name] = subscriber
    _registers.letter_writer = subscriber_name


def subscribers_of(event_name: str) -> list[str]:
    names = list(_registers.subscriptions.get(event_name, []))
    if _registers.letter_writer and event_name in _registers.messages:
        names.append(_registers.letter_writer)
    return names


def subscriber(name: str) -> Subscriber:
    return _registers.subscribers[name]


def add_message(event_name: str, source: MessageSource) -> None:
    """Says which letters an event leads to."""
    _registers.messages.setdefault(event_name, []).append(source)


def messages_of(event_name: str) -> list[MessageSource]:
    return _registers.messages.get(event_name, [])


def add_question(link_act: str, still_asked: StillAsked) -> None:
    """Says which letters with a one-tap answer still wait for it: a mail of the day leaves out the others."""
    _registers.questions[link_act] = still_asked


def questions() -> Mapping[str, StillAsked]:
    return _registers.questions


def message_events() -> list[str]:
    """Every event that leads to letters."""
    return sorted(_registers.messages)


def add_persons_data(name: str, data: ErasedPerson) -> None:
    _registers.persons_data[name] = data


def persons_data() -> Mapping[str, ErasedPerson]:
    return _registers.persons_data


def add_invariant(name: str, check: Invariant) -> None:
    """Adds a recomputation of something that must always be true (domain.md 5)."""
    _registers.invariants[name] = check


def invariants() -> Mapping[str, Invariant]:
    return _registers.invariants


EARLY = time(6)
"""When clocks run in England: before the mail of the morning, and never in an hour that a clock change takes away."""


def add_clock(name: str, clock: Clock, *, at: time | None = EARLY) -> None:
    """Adds an act of the system that the worker runs every day at this time of England; None only when asked."""
    _registers.clocks[name] = clock
    _registers.clock_times.pop(name, None)
    if at is not None:
        _registers.clock_times[name] = at


def clock_times() -> Mapping[str, time]:
    """When each clock runs; those that run only when asked are left out."""
    return _registers.clock_times


def clocks() -> Mapping[str, Clock]:
    return _registers.clocks


def add_housekeeping(name: str, clean: Clock) -> None:
    """Adds something that is thrown away at night."""
    _registers.housekeeping[name] = clean


def housekeeping() -> Mapping[str, Clock]:
    return _registers.housekeeping


def add_errand(name: str, errand: Clock) -> None:
    """Adds something the dispatcher does between events and outside any transaction, such as sending mail."""
    _registers.errands[name] = errand


def errands() -> Mapping[str, Clock]:
    return _registers.errands


def add_body(kind: str, is_one: Callable[[Session, int], bool]) -> None:
    """Says how to tell whether an organisation is a "group" or a "provider": function(reading, organisation_id)."""
    _registers.bodies[kind] = is_one


def bodies_of(reading: Session, organisation_id: int) -> frozenset[str]:
    """What an organisation is to the site: any of "group", "provider"."""
    return frozenset(kind for kind, is_one in _registers.bodies.items() if is_one(reading, organisation_id))


def add_calendar_source(name: str, source: CalendarSource) -> None:
    """Says which dates an organisation has: for the calendar files of its people."""
    _registers.calendars[name] = source


def calendar_sources() -> list[CalendarSource]:
    return [source for _, source in sorted(_registers.calendars.items())]


def add_postal_source(source: PostalSource) -> None:
    """Says where organisations without mail are written to by post."""
    _registers.postal.append(source)


def postal_addresses(reading: Session, organisation_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The lines of the postal addresses that are known, by organisation."""
    asked = sorted(set(organisation_ids))
    found: dict[int, tuple[str, ...]] = {}
    for source in _registers.postal if asked else []:
        found |= {known: tuple(lines) for known, lines in source(reading, asked).items()}
    return found


def postal_address(reading: Session, organisation_id: int) -> tuple[str, ...] | None:
    """The lines of one postal address; None for an organisation nobody knows one of."""
    return postal_addresses(reading, [organisation_id]).get(organisation_id)
