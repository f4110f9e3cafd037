"""Columns from the frozen shapes `fits()` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from community_book.base.terms import CAPACITY, DBS_LEVELS, FEATURES, SEATS, WHEELCHAIR_PLACES
from community_book.needs.views import PartWanted
from community_book.search.texts import WordRows
from cwb.matching.engine.columns import UNLIMITED, Bits, Ints, Parts, Pledges, Sittings, Zones, block_of
from cwb.pledges.rules import PledgeOffer

COUNTED = (SEATS.key, WHEELCHAIR_PLACES.key, CAPACITY.key)
_SAID = tuple(sorted({feature.key for own in FEATURES.values() for feature in own if not feature.is_count}))
_LEVELS = tuple(DBS_LEVELS)


def in_order(sides: Sequence[PledgeOffer | PartWanted]) -> list[int]:
    """The order columns stand in: by block, then id."""
    return sorted(
        range(len(sides)),
        key=lambda at: (
            block_of(sides[at].kind, sides[at].unit, sides[at].item_type, sides[at].subject),
            id_of(sides[at]),
        ),
    )


def id_of(side: PledgeOffer | PartWanted) -> int:
    return side.pledge_id if isinstance(side, PledgeOffer) else side.part_id


def text_of(side: PledgeOffer | PartWanted) -> str:
    """What is compared: title and story; the title a second time, because it says what it is about."""
    title, story = (side.title, side.story) if isinstance(side, PledgeOffer) else (side.need_title, side.need_story)
    return f"{title}\n{story}"


def pledge_columns(
    pledges: Sequence[PledgeOffer],
    words: WordRows,
    meaning: NDArray[np.float16] | None,
    tracks: Mapping[int, tuple[int, int]],
) -> Pledges:
    """Columns of pledges that stand `in_order`. `tracks`: provider -> (commitments that ended, share in basis
    points that was verified)."""
    weeks = [max(1, -(-((one.last_day - one.first_day).days + 1) // 7)) for one in pledges]
    return Pledges(
        **_both(pledges, words, meaning),
        owners=_ints(one.provider_id for one in pledges),
        left=_ints(one.left for one in pledges),
        least=_ints(min(one.smallest_useful, one.left) for one in pledges),
        marks=np.asarray([_lacks(one) for one in pledges], dtype=np.uint32),
        visit=_ints(one.visit_minutes or UNLIMITED for one in pledges),
        hours=_hours([one.sessions for one in pledges], whole=True),
        borough=np.asarray([one.borough_wide for one in pledges], dtype=np.bool_),
        zones=Zones.of(
            [
                [(one.zone_scheme_id, zone) for zone in sorted(one.zone_ids)] if one.zone_scheme_id is not None else []
                for one in pledges
            ]
        ),
        people=_ints(one.team_largest or 1 for one in pledges),
        plots=_ints(-(-one.amount // many) for one, many in zip(pledges, weeks, strict=True)),
        kept_of=np.asarray([tracks.get(one.provider_id, (0, 0))[0] for one in pledges], dtype=np.int32),
        kept_share=np.asarray([tracks.get(one.provider_id, (0, 0))[1] for one in pledges], dtype=np.int32),
    )


def part_columns(parts: Sequence[PartWanted], words: WordRows, meaning: NDArray[np.float16] | None) -> Parts:
    """Columns of parts that stand `in_order`."""
    return Parts(
        **_both(parts, words, meaning),
        owners=_ints(one.group_id for one in parts),
        left=_ints(UNLIMITED if one.left is None else one.left for one in parts),
        least=_ints(one.smallest_useful if one.left is None else min(one.smallest_useful, one.left) for one in parts),
        marks=np.asarray([_asks(one) for one in parts], dtype=np.uint32),
        visit=_ints(one.visit_minutes or 0 for one in parts),
        hours=_hours([one.sessions for one in parts], whole=False),
        needs=_ints(one.need_id for one in parts),
        sure=np.asarray([one.left is not None for one in parts], dtype=np.bool_),
        zones=Zones.of([sorted(one.zones.items()) for one in parts]),
        had=np.asarray([one.group_committed_count for one in parts], dtype=np.int32),
        vague=np.asarray([one.item_type == "other" or one.subject == "other" for one in parts], dtype=np.bool_),
        asked=np.asarray([sum(1 for s in one.sessions if s.left) for one in parts], dtype=np.int32),
    )


def _both(
    sides: Sequence[PledgeOffer] | Sequence[PartWanted], words: WordRows, meaning: NDArray[np.float16] | None
) -> dict[str, Any]:
    sittings = Sittings.of(sides)
    return {
        "ids": _ints(id_of(one) for one in sides),
        "blocks": _ints(block_of(one.kind, one.unit, one.item_type, one.subject) for one in sides),
        "first": _days(one.first_day.toordinal() for one in sides),
        "last": _days(one.last_day.toordinal() for one in sides),
        "online": np.asarray([one.online for one in sides], dtype=np.bool_),
        "placed": np.asarray([None not in {one.easting, one.northing} for one in sides], dtype=np.bool_),
        "east": _days(one.easting or 0 for one in sides),
        "north": _days(one.northing or 0 for one in sides),
        "counts": np.asarray([[_count(one, key) for key in COUNTED] for one in sides], dtype=np.int32).reshape(
            -1, len(COUNTED)
        ),
        "team_least": _ints(one.team_smallest or 1 for one in sides),
        "team_most": _ints(one.team_largest or UNLIMITED for one in sides),
        "teamed": np.asarray([bool(one.team_smallest or one.team_largest) for one in sides], dtype=np.bool_),
        "scheduled": np.asarray([bool(one.sessions) for one in sides], dtype=np.bool_),
        "plain_days": _one_a_day(sittings),
        "sittings": sittings,
        "words": words,
        "meaning": meaning,
    }


def _ints(values: Any) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _days(values: Any) -> NDArray[np.int32]:
    return np.fromiter(values, dtype=np.int32)


def _count(side: PledgeOffer | PartWanted, key: str) -> int:
    """How many of a counted feature; of a part only what its kind asks about."""
    if isinstance(side, PartWanted) and key not in {feature.key for feature in FEATURES.get(side.kind, ())}:
        return 0
    return min(int(side.features.get(key) or 0), 2**31 - 1)


def _said(side: PledgeOffer | PartWanted) -> int:
    asked = {feature.key for feature in FEATURES.get(side.kind, ())}
    return sum(1 << place for place, key in enumerate(_SAID) if key in asked and side.features.get(key))


_INSURED, _DBS, _LICENCE, _PERMIT = 16, 17, 28, 29
_ALL_SAID = (1 << 16) - 1


def _level(side: PledgeOffer | PartWanted) -> int | None:
    held = str(side.conditions.get("dbs") or "none")
    return _LEVELS.index(held) if held in _LEVELS else None


def _lacks(pledge: PledgeOffer) -> int:
    """A bit for each thing the pledge does not have, and for each the group would have to have."""
    marks = _ALL_SAID & ~_said(pledge)
    marks |= 0 if pledge.conditions.get("insured") else 1 << _INSURED
    held = _level(pledge) or 0
    marks |= sum(1 << (_DBS + level) for level in range(len(_LEVELS) + 1) if level > held)
    marks |= (1 << _LICENCE) * bool(pledge.conditions.get("needs_licence"))
    return marks | (1 << _PERMIT) * bool(pledge.conditions.get("needs_permit"))


def _asks(part: PartWanted) -> int:
    """A bit for each thing the part asks for, and for each the group does not have: none may meet a bit of a pledge."""
    marks = _said(part) | (1 << _INSURED) * bool(part.conditions.get("insurance"))
    asked = _level(part)
    marks |= 1 << (_DBS + len(_LEVELS)) if asked is None else (1 << (_DBS + asked)) * (asked > 0)
    marks |= (1 << _LICENCE) * (not part.conditions.get("has_licence"))
    return marks | (1 << _PERMIT) * (not part.conditions.get("has_permit"))


def _one_a_day(sittings: Sittings) -> NDArray[np.bool_]:
    """Whether no day of a row holds two sessions: then what two rows share is found day by day."""
    plain = np.ones(len(sittings), dtype=np.bool_)
    rows = np.repeat(np.arange(len(sittings)), sittings.many)
    again = (rows[1:] == rows[:-1]) & (sittings.days[1:] == sittings.days[:-1])
    plain[rows[1:][again]] = False
    return plain


def _hours(schedules: Sequence[Sequence[Any]], *, whole: bool) -> Bits:
    """The hours of the week a schedule lies in (`whole`), or those its sessions begin in: 168 bits in three numbers."""
    found = np.zeros((len(schedules), 3), dtype=np.uint64)
    for row, sessions in enumerate(schedules):
        bits = 0
        for weekday, begins, ends in {
            (s.day.weekday(), s.starts_minute, s.ends_minute) for s in sessions if s.left > 0
        }:
            hours = range(begins // 60, (ends - 1) // 60 + 1) if whole else (begins // 60,)
            for hour in hours:
                bits |= 1 << (weekday * 24 + hour)
        found[row] = [bits >> (64 * place) & (2**64 - 1) for place in range(3)]
    return found
