"""Which pledges fit which parts, how well, and why. Pure and the same for the same input."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from community_book.base.amounts import Kind
from community_book.needs.views import PartWanted
from cwb.commitments.rules import fits
from cwb.matching.engine.score import NEW_HERE, Reason, Track, add_up, reasons_of
from cwb.matching.engine.words import Weights, weigh, words_of
from cwb.pledges.rules import PledgeOffer


@dataclass(frozen=True)
class Suggested:
    """A pledge and a part that fit. `reasons` add up to `score`; `amount` is what one would propose."""

    pledge_id: int
    part_id: int
    score: int
    amount: int
    reasons: tuple[Reason, ...]


def suggest(
    pledges: Sequence[PledgeOffer],
    parts: Sequence[PartWanted],
    on: date,
    *,
    tracks: Mapping[int, Track] | None = None,
    beside: Sequence[PledgeOffer | PartWanted] = (),
) -> list[Suggested]:
    """Every pair that fits on a day, best first; ties by pledge, then part.

    `tracks` says how each provider kept its word. Words are weighed among all texts of one kind: those given
    and those `beside` them, so that one pledge looked at alone scores as in a full run. A group is never
    suggested what it offers itself.
    """
    tracks = tracks or {}
    texts = _texts([*pledges, *parts, *beside])
    weights = _weights(texts, [*pledges, *parts, *beside])
    by_kind: dict[Kind, list[PartWanted]] = defaultdict(list)
    for part in parts:
        by_kind[part.kind].append(part)
    found = []
    for pledge in pledges:
        for part in by_kind[pledge.kind]:
            if pledge.provider_id == part.group_id:
                continue
            fit = fits(pledge, part, on)
            if not fit.ok:
                continue
            reasons = reasons_of(
                pledge,
                part,
                fit.amount,
                on,
                pledge_words=texts[_key(pledge)],
                part_words=texts[_key(part)],
                weights=weights[pledge.kind],
                track=tracks.get(pledge.provider_id, NEW_HERE),
            )
            found.append(Suggested(pledge.pledge_id, part.part_id, add_up(reasons), fit.amount, reasons))
    return sorted(found, key=lambda one: (-one.score, one.pledge_id, one.part_id))


def _key(side: PledgeOffer | PartWanted) -> tuple[str, int]:
    return ("pledge", side.pledge_id) if isinstance(side, PledgeOffer) else ("part", side.part_id)


def _texts(sides: Sequence[PledgeOffer | PartWanted]) -> dict[tuple[str, int], dict[str, str]]:
    return {
        _key(side): words_of(side.title, side.story)
        if isinstance(side, PledgeOffer)
        else words_of(side.need_title, side.need_story)
        for side in sides
    }


def _weights(
    texts: Mapping[tuple[str, int], Mapping[str, str]], sides: Sequence[PledgeOffer | PartWanted]
) -> dict[Kind, Weights]:
    by_kind: dict[Kind, dict[tuple[str, int], Mapping[str, str]]] = defaultdict(dict)
    for side in sides:
        by_kind[side.kind][_key(side)] = texts[_key(side)]
    return {kind: weigh(own.values()) for kind, own in by_kind.items()}
