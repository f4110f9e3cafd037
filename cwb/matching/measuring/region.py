"""A made-up region: providers and groups in 24 zones, what they pledge and need. The same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from community_book.base.amounts import KIND_UNITS, KINDS_WITH_SESSIONS, Kind, Unit
from community_book.base.terms import ITEM_TYPES, KINDS_ONLINE, SUBJECTS
from community_book.needs.rules import NeedState
from community_book.needs.views import PartWanted, SessionWanted
from community_book.search.texts import STEP, Meaning, Statistics, analyse
from cwb.matching.engine.columns import Parts, Pledges
from cwb.matching.engine.filling import in_order, part_columns, pledge_columns, text_of
from cwb.matching.measuring.sayings import DETAILS, STREETS, THINGS, WHOM
from cwb.pledges.rules import PledgeOffer, SessionOffered

ON = date(2026, 11, 2)
SCHEME, ZONES_ACROSS, ZONES_DOWN, ZONE_M = 1, 6, 4, 2_500
ZONES = ZONES_ACROSS * ZONES_DOWN
WEST, SOUTH = 350_000, 400_000
AT_ONCE = 4_000
KIND_SHARES: dict[Kind, int] = {
    Kind.ADVICE: 14, Kind.HANDS: 16, Kind.ROLE: 5, Kind.MONEY: 8, Kind.GOODS: 14, Kind.ROOM: 8, Kind.VEHICLE: 7,
    Kind.EQUIPMENT: 6, Kind.LAND: 3, Kind.JOBS: 5, Kind.SEATS: 8, Kind.TRADE: 6,
}  # fmt: skip
"""How many of a hundred pledges, and needs, are of a kind."""


@dataclass(frozen=True)
class Region:
    """Columns of both sides, the day they stand for, the statistics of their words, and how long encoding took."""

    pledges: Pledges
    parts: Parts
    on: int
    statistics: Statistics


Vectors = dict[str, NDArray[np.float32]]


def sentences() -> list[str]:
    """Every sentence anybody in the region can say: encoded once."""
    things = [saying for of_kind in THINGS.values() for both in of_kind for saying in both]
    return [*things, *(f"It is for {whom}." for whom in WHOM), *(f"We are {whom}." for whom in WHOM), *DETAILS]


def encoded(encoder: Meaning | None) -> Vectors | None:
    """Each sentence's vector; None without an encoder."""
    if encoder is None:
        return None
    every = sentences()
    return dict(zip(every, encoder.of(every), strict=True))


def made_up_region(pledges: int, parts: int, seed: int, vectors: Vectors | None) -> Region:
    """A region with so many pledges and parts. A text means what its sentences mean together."""
    pledge_said, part_said = _Said(), _Said()
    statistics = Statistics.of(
        [analyse(text_of(one)) for batch in _pledges(min(pledges, AT_ONCE), seed, _Said()) for one in batch]
        + [analyse(text_of(one)) for batch in _parts(min(parts, AT_ONCE), seed, _Said()) for one in batch]
    )
    tracks = {number: (number % 5, 4_000 + number * 37 % 6_001) for number in range(1, 2_000)}
    offered: Pledges | None = None
    for one in _pledges(pledges, seed, pledge_said):
        batch = [one[at] for at in in_order(one)]
        words = statistics.documents([analyse(text_of(side)) for side in batch])
        more = pledge_columns(batch, words, pledge_said.meaning(batch, vectors), tracks)
        offered = more if offered is None else offered.below(more)
    wanted: Parts | None = None
    for two in _parts(parts, seed, part_said):
        needs = [two[at] for at in in_order(two)]
        words = statistics.questions([analyse(text_of(side)) for side in needs])
        many = part_columns(needs, words, part_said.meaning(needs, vectors))
        wanted = many if wanted is None else wanted.below(many)
    if offered is None or wanted is None:
        raise ValueError("a region has at least one pledge and one need")
    return Region(
        offered.take(np.lexsort((offered.ids, offered.blocks))),
        wanted.take(np.lexsort((wanted.ids, wanted.blocks))),
        ON.toordinal(),
        statistics,
    )


class _Said:
    """Which sentences make up the story of each row of the batch at hand."""

    def __init__(self) -> None:
        self.of: dict[int, tuple[str, ...]] = {}

    def meaning(self, sides: Sequence[PledgeOffer | PartWanted], vectors: Vectors | None) -> NDArray[np.float16] | None:
        if vectors is None:
            return None
        ids = [one.pledge_id if isinstance(one, PledgeOffer) else one.part_id for one in sides]
        sums = np.stack([np.mean([vectors[said] for said in self.of.pop(one)], axis=0) for one in ids])
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        grid: NDArray[np.float16] = (np.rint(sums / np.maximum(lengths, STEP) / STEP) * STEP).astype(np.float16)
        return grid


def _kind(chance: Random) -> Kind:
    return chance.choices(list(KIND_SHARES), weights=list(KIND_SHARES.values()))[0]


def _point(chance: Random) -> tuple[int, int, int]:
    """(easting, northing, zone)."""
    east, north = chance.randrange(ZONES_ACROSS * ZONE_M), chance.randrange(ZONES_DOWN * ZONE_M)
    return WEST + east, SOUTH + north, 1 + north // ZONE_M * ZONES_ACROSS + east // ZONE_M


def _amount(chance: Random, unit: Unit, times: int) -> int:
    match unit:
        case Unit.MINUTES:
            return chance.randrange(2, 24) * 60 * times
        case Unit.PENCE:
            return chance.randrange(2, 40) * 25_00 * times
        case Unit.PLOT_WEEKS:
            return chance.randrange(6, 30) * times
        case _:
            return chance.randrange(1, 12) * times


def _story(chance: Random, kind: Kind, *, offers: bool) -> tuple[str, str, tuple[str, ...]]:
    """(title, story, the sentences of it that have a meaning of their own)."""
    thing = chance.choice(THINGS[kind])[0 if offers else 1]
    whom = f"It is for {chance.choice(WHOM)}." if offers else f"We are {chance.choice(WHOM)}."
    detail, other = chance.sample(DETAILS, 2)
    street = f"{chance.choice(STREETS)} {chance.choice(['Road', 'Lane', 'House', 'Street'])}"
    return thing, f"{whom} {detail} {other} Near {street}.", (thing, whom, detail, other)


def _sessions(chance: Random, first: date, last: date) -> list[tuple[date, int, int]]:
    """Once or twice a week, at most 26 times."""
    begins = chance.choice((540, 600, 660, 780, 840, 1080))
    weekdays = chance.sample(range(7), chance.choice((1, 1, 2)))
    length = chance.choice((60, 120, 180, 240))
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return [(day, begins, begins + length) for day in days if day.weekday() in weekdays][:26]


def _shared(chance: Random, kind: Kind, *, offers: bool) -> dict[str, Any]:
    sure = 0.7 if offers else 0.25
    features: dict[str, Any] = {}
    if kind is Kind.VEHICLE:
        features = {"seats": chance.choice((8, 16) if offers else (0, 6, 12)), "driver": chance.random() < sure}
    elif kind is Kind.ROOM:
        features = {
            "capacity": chance.choice((20, 40, 80) if offers else (10, 25, 40)),
            "kitchen": chance.random() < sure,
        }
    checks = ("basic", "enhanced", "enhanced") if offers else ("none", "none", "none", "basic", "enhanced")
    insured = {"insured": chance.random() < 0.9} if offers else {"insurance": chance.random() < 0.2}
    return {
        "kind": kind,
        "unit": KIND_UNITS[kind],
        "item_type": chance.choice(list(ITEM_TYPES)) if kind is Kind.GOODS else "",
        "subject": chance.choice(list(SUBJECTS)) if kind is Kind.ADVICE else "",
        "features": features,
        "conditions": {"dbs": chance.choice(checks), **insured},
        "team_smallest": 2 if kind is Kind.HANDS and chance.random() < 0.3 else None,
        "team_largest": chance.choice((4, 6, 10)) if kind is Kind.HANDS else None,
        "visit_minutes": (240 if offers else 120) if kind is Kind.HANDS and chance.random() < 0.5 else None,
    }


def _pledges(many: int, seed: int, said: _Said) -> Iterator[list[PledgeOffer]]:
    chance, batch = Random(f"pledges {seed}"), list[PledgeOffer]()
    for number in range(1, many + 1):
        kind = _kind(chance)
        shared = _shared(chance, kind, offers=True)
        title, story, said.of[number] = _story(chance, kind, offers=True)
        first = ON + timedelta(days=chance.randrange(-60, 60))
        last = first + timedelta(days=chance.randrange(90, 360))
        east, north, zone = _point(chance)
        borough = chance.random() < 0.3
        near = {zone, *(chance.randrange(1, ZONES + 1) for _ in range(chance.randrange(5)))}
        amount = _amount(chance, shared["unit"], 3)
        sessions: tuple[SessionOffered, ...] = ()
        if kind in KINDS_WITH_SESSIONS:
            days = _sessions(chance, max(first, ON), last)
            sessions = tuple(
                SessionOffered(number * 100 + at, day, begins, ends + 60, 1, 1)
                for at, (day, begins, ends) in enumerate(days)
            )
            amount = sum(one.ends_minute - one.starts_minute for one in sessions)
        batch.append(
            PledgeOffer(
                pledge_id=number,
                reference=f"P-{number}",
                title=title,
                story=story,
                provider_id=1 + chance.randrange(max(5, many // 20)),
                provider_name="",
                framework_id=1,
                lot_id=None,
                measure_id=1,
                measure_code="",
                measure_title="",
                pillar_number=1,
                amount=amount,
                held=0,
                committed=0,
                left=amount,
                smallest_useful=max(1, amount // 4) if chance.random() < 0.2 else 1,
                first_day=first,
                last_day=last,
                borough_wide=borough,
                online=kind in KINDS_ONLINE and chance.random() < 0.5,
                zone_scheme_id=None if borough else SCHEME,
                zone_ids=frozenset() if borough else frozenset(near),
                easting=east,
                northing=north,
                sessions=sessions,
                **shared,
            )
        )
        if len(batch) == AT_ONCE or number == many:
            yield batch
            batch = []


def _parts(many: int, seed: int, said: _Said) -> Iterator[list[PartWanted]]:
    chance, batch = Random(f"parts {seed}"), list[PartWanted]()
    for number in range(1, many + 1):
        kind = _kind(chance)
        shared = _shared(chance, kind, offers=False)
        title, story, said.of[number] = _story(chance, kind, offers=False)
        first = ON + timedelta(days=chance.randrange(0, 60))
        last = first + timedelta(days=chance.randrange(20, 150))
        # A fifth of the zones asks far more than the others.
        east, north, zone = min((_point(chance) for _ in range(chance.choice((1, 1, 3)))), key=lambda one: one[2])
        amount: int | None = _amount(chance, shared["unit"], 2)
        sessions: tuple[SessionWanted, ...] = ()
        if kind in KINDS_WITH_SESSIONS:
            days = _sessions(chance, first, last)[:12]
            sessions = tuple(
                SessionWanted(number * 100 + at, day, begins, ends, 1, 1) for at, (day, begins, ends) in enumerate(days)
            )
            amount = sum(one.ends_minute - one.starts_minute for one in sessions)
        elif chance.random() < 0.1:
            amount = None
        least = max(1, (amount or 4) // 4) if chance.random() < 0.2 else 1
        batch.append(
            PartWanted(
                part_id=number,
                need_id=number,
                need_reference=f"N-{number}",
                need_title=title,
                need_story=story,
                group_id=1_000_000 + chance.randrange(max(5, many // 2)),
                group_name="",
                state=NeedState.OPEN,
                amount=amount,
                committed=0,
                left=amount,
                smallest_useful=least,
                first_day=first,
                last_day=last,
                place_id=number,
                zones={SCHEME: zone},
                easting=east,
                northing=north,
                online=kind in KINDS_ONLINE and chance.random() < 0.2,
                hosting_cost_pence=None,
                sessions=sessions,
                posted_on=ON,
                group_committed_count=chance.choice((0, 0, 0, 1, 1, 2, 4)),
                **shared,
            )
        )
        if len(batch) == AT_ONCE or number == many:
            yield batch
            batch = []
