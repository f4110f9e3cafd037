"""Calendar files as RFC 5545 wants them: moments in UTC, whole days as days, so that no zone has to be described.

Each session is an event of its own, so a clock change between two of them moves neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from community_book.base.messages import Message

OCTETS_IN_A_LINE = 75
PRODUCT = "-//Community Book//Dates//EN"


@dataclass(frozen=True)
class CalendarEntry:
    """One date: `uid` stays the same for ever; `starts` is a moment, or a day for what lasts all of it.

    `about` is the subject whose page tells more; `changed_at_utc` says which of two versions is the newer one.
    """

    uid: str
    title: Message
    starts: datetime | date
    ends: datetime | None
    about: str
    changed_at_utc: datetime
    is_cancelled: bool = False


@dataclass(frozen=True)
class CalendarLine:
    """An entry in words, with the address of its page."""

    entry: CalendarEntry
    title: str
    address: str


def calendar_text(name: str, host: str, lines: Iterable[CalendarLine]) -> str:
    """A whole calendar file. `host` makes the names of events our own."""
    said = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    said += [f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H"]
    for line in lines:
        said += _event(line, host)
    said.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for whole in said for part in _folded(whole))


def _event(line: CalendarLine, host: str) -> Iterator[str]:
    entry = line.entry
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}@{host}"
    yield f"DTSTAMP:{_moment(entry.changed_at_utc)}"
    yield f"LAST-MODIFIED:{_moment(entry.changed_at_utc)}"
    if isinstance(entry.starts, datetime):
        yield f"DTSTART:{_moment(entry.starts)}"
        if entry.ends is not None:
            yield f"DTEND:{_moment(entry.ends)}"
    else:
        yield f"DTSTART;VALUE=DATE:{entry.starts:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.starts + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
    yield f"SUMMARY:{_escaped(line.title)}"
    yield f"URL:{line.address}"
    yield f"DESCRIPTION:{_escaped(line.address)}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    flat = "".join(letter if letter.isprintable() else " " for letter in text)
    return flat.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """A line cut after at most 75 octets, never inside a letter; what follows begins with a space."""
    rest, room = line, OCTETS_IN_A_LINE
    while len(rest.encode()) > room:
        cut = room
        while len(rest[:cut].encode()) > room:
            cut -= 1
        yield (" " if room < OCTETS_IN_A_LINE else "") + rest[:cut]
        rest, room = rest[cut:], OCTETS_IN_A_LINE - 1
    yield (" " if room < OCTETS_IN_A_LINE else "") + rest
