"""What fits what, from the shapes `fits()` reads: for a few rows at a time, and for trying the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from community_book.needs.views import PartWanted
from community_book.search.texts import Meaning, Statistics, analyse
from cwb.matching.engine.candidates import Field
from cwb.matching.engine.filling import in_order, part_columns, pledge_columns, text_of
from cwb.matching.engine.saying import About, Reason, reasons
from cwb.matching.engine.telling import told_of
from cwb.matching.rules.scoring import USUAL, Weights
from cwb.matching.views import Track
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
    weights: Weights = USUAL,
    encoder: Meaning | None = None,
) -> list[Suggested]:
    """Every pair that fits on a day, best first; ties by pledge, then part."""
    if not pledges or not parts:
        return []
    offered, wanted = [pledges[at] for at in in_order(pledges)], [parts[at] for at in in_order(parts)]
    pledge_stems = [analyse(text_of(one)) for one in offered]
    part_stems = [analyse(text_of(one)) for one in wanted]
    statistics = Statistics.of([*pledge_stems, *part_stems])
    plain = {provider: (one.commitments, one.share_basis_points) for provider, one in (tracks or {}).items()}
    meanings = [
        None if encoder is None else encoder.of([text_of(one) for one in side]).astype(np.float16)
        for side in (offered, wanted)
    ]
    own = pledge_columns(offered, statistics.documents(pledge_stems), meanings[0], plain)
    asked = part_columns(wanted, statistics.questions(part_stems), meanings[1])
    found = Field(own, asked, on.toordinal(), weights=weights).best(keep=len(pledges))
    every = zip(
        found.pledge_row.tolist(),
        found.part_row.tolist(),
        found.score.tolist(),
        found.amount.tolist(),
        told_of(own, asked, found, list(statistics.vocabulary)),
        strict=True,
    )
    suggested = [
        Suggested(
            offered[pledge].pledge_id,
            wanted[part].part_id,
            score,
            amount,
            reasons(told, about(offered[pledge], wanted[part], amount)),
        )
        for pledge, part, score, amount, told in every
    ]
    return sorted(suggested, key=lambda one: (-one.score, one.pledge_id, one.part_id))


def about(offer: PledgeOffer, part: PartWanted, amount: int) -> About:
    """What a pair is about, for the sentences of its reasons."""
    return About(
        part.kind,
        part.unit,
        part.item_type,
        part.subject,
        amount,
        f"{offer.title}. {offer.story}",
        f"{part.need_title}. {part.need_story}",
    )
