"""Needs met and the time to a first answer, by the size of the group and by zone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from community_book.base.clock import working_days_between
from community_book.base.messages import N_, Message
from community_book.groups.rules import SIZE_BANDS
from community_book.groups.tables import GroupEntry
from community_book.needs.rules import NeedState
from community_book.needs.tables import Need, NeedPart
from community_book.places import queries as places
from community_book.places.tables import PlaceZone
from cwb.ledger import queries as ledger
from cwb.reporting.rules import hide_small_counts, median_halves
from cwb.reporting.views import NeedsMet, NeedsRow

NOT_COUNTED = (NeedState.DRAFT, NeedState.WAITING, NeedState.RETURNED, NeedState.DECLINED, NeedState.MERGED)
"""What never stood open for an answer of its own."""

_days_between = lru_cache(maxsize=20_000)(working_days_between)


@dataclass
class _Counts:
    """The needs of one group size or zone."""

    asked: int = 0
    met: int = 0
    met_in_part: int = 0
    days: Counter[int] = field(default_factory=Counter)

    def add(self, state: str, waited: int | None, count: int) -> None:
        self.asked += count
        self.met += count * (state == NeedState.MET)
        self.met_in_part += count * (state == NeedState.MET_IN_PART)
        if waited is not None:
            self.days[waited] += count


def needs_met(reading: Session, zone_scheme_id: int | None, year: str) -> NeedsMet:
    """Counts of needs that were opened in a year (or ever), small ones hidden: three queries."""
    rows = ledger.remembered_a_while(reading, ("needs", zone_scheme_id), lambda: _counted(reading, zone_scheme_id))
    years = tuple(sorted({row.year for row in rows}, reverse=True))
    year = year if year in years else ""
    together = _Counts()
    sizes: dict[str, _Counts] = defaultdict(_Counts)
    zones: dict[int | None, _Counts] = defaultdict(_Counts)
    for row in rows:
        if year and row.year != year:
            continue
        for counts in (together, sizes[row.size_band], zones[row.zone_id]):
            counts.add(row.state, row.waited, row.count)
    named = places.zones_of(reading, zone_scheme_id) if zone_scheme_id is not None else []
    by_zone: list[tuple[str | Message, _Counts]] = [(places.zone_words(zone), zones[zone.id]) for zone in named]
    if zones[None].asked:
        by_zone.append((Message(N_("Not placed in a zone")), zones[None]))
    by_size: list[tuple[str | Message, _Counts]] = [(label, sizes[band]) for band, label in SIZE_BANDS.items()]
    if sizes[""].asked:
        by_size.append((Message(N_("Size not known")), sizes[""]))
    return NeedsMet(_row(Message(N_("All groups")), together), _hidden(by_size), _hidden(by_zone), years, year)


@dataclass(frozen=True)
class _Row:
    """Needs that are alike in everything that is told of them."""

    zone_id: int | None
    size_band: str
    state: str
    year: str
    waited: int | None
    count: int


def _counted(reading: Session, zone_scheme_id: int | None) -> list[_Row]:
    opened, answered = func.date(Need.opened_at_utc), func.date(Need.first_answer_at_utc)
    size = (
        select(GroupEntry.organisation_id, func.min(GroupEntry.size_band).label("band"))
        .where(GroupEntry.organisation_id.is_not(None))
        .group_by(GroupEntry.organisation_id)
        .subquery()
    )
    keys: tuple[Any, ...] = (PlaceZone.zone_id, size.c.band, Need.state, opened, answered)
    statement = (
        select(*keys, func.count())
        .select_from(Need)
        .join(NeedPart, (NeedPart.need_id == Need.id) & (NeedPart.position == 1))
        .outerjoin(PlaceZone, (PlaceZone.place_id == NeedPart.place_id) & (PlaceZone.scheme_id == zone_scheme_id))
        .outerjoin(size, size.c.organisation_id == Need.organisation_id)
        .where(
            Need.opened_at_utc.is_not(None),
            ~Need.hidden,
            Need.state.not_in([str(state) for state in NOT_COUNTED]),
        )
        .group_by(*keys)
    )
    alike: Counter[tuple[int | None, str, str, str, int | None]] = Counter()
    for row in reading.execute(statement).all():
        alike[row[0], row[1] or "", row[2], str(row[3])[:4], _waited(row[3], row[4])] += int(row[5])
    return [_Row(*key, count) for key, count in alike.items()]


def _waited(first: date | str, answer: date | str | None) -> int | None:
    """Working days from the day a need was opened to that of the first answer."""
    if answer is None:
        return None
    return _days_between(date.fromisoformat(str(first)), date.fromisoformat(str(answer)))


def _row(words: str | Message, of: _Counts) -> NeedsRow:
    return NeedsRow(words, of.asked, of.met, of.met_in_part, of.days.total(), median_halves(of.days))


def _hidden(rows: Sequence[tuple[str | Message, _Counts]]) -> tuple[NeedsRow, ...]:
    """The rows of one table with its small counts hidden, column by column."""
    columns = [
        hide_small_counts([of.asked for _, of in rows]),
        hide_small_counts([of.met for _, of in rows]),
        hide_small_counts([of.met_in_part for _, of in rows]),
        hide_small_counts([of.days.total() for _, of in rows]),
    ]
    return tuple(
        NeedsRow(
            words,
            columns[0][place],
            columns[1][place],
            columns[2][place],
            columns[3][place],
            median_halves(of.days) if columns[3][place] is not None else None,
        )
        for place, (words, of) in enumerate(rows)
    )
