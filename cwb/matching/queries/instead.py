"""What else could help where a promise stops: the best other pledges for what it leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import Unit
from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.needs.queries import parts_wanted
from community_book.needs.queries.wanted import ahead_in
from community_book.needs.views import PartWanted
from cwb.commitments.rules import NewCommitment, fits, key_of
from cwb.commitments.tables import Commitment
from cwb.matching.queries.near import picked_for
from cwb.matching.queries.suggestions import NOT_AGAIN
from cwb.matching.rules import SEE_SCORES
from cwb.matching.tables import Suggestion
from cwb.pledges.queries import open_offers

SHOWN = 2


@dataclass(frozen=True)
class Freed:
    """What a part would be without again: an amount of its unit, and of its sessions how many at once (by id)."""

    amount: int = 0
    sessions: Mapping[int, int] | None = None


@dataclass(frozen=True)
class Instead:
    """Another pledge that fits a part: how much of it, why, and what a proposal would name."""

    pledge_id: int
    pledge_reference: str
    pledge_title: str
    provider_name: str
    unit: Unit
    amount: int
    why: tuple[Message, ...]
    proposal: NewCommitment


def instead_of(
    reading: Session, actor: Actor, freed: Mapping[int, Freed], *, but_provider: int, shown: int = SHOWN
) -> dict[int, tuple[Instead, ...]]:
    """For each part the best other pledges, for the council: ten queries, whatever the number of parts.

    What matching has stored for a part comes first, by its score; a part that was promised is in no such list, so the
    pledges that come nearest are weighed as well. Each fits what is left of the part and what is `freed` of it.
    Raises NotThere for others.
    """
    if not actor.may(SEE_SCORES):
        raise NotThere
    wanted = {part_id: _with(part, freed[part_id]) for part_id, part in parts_wanted(reading, list(freed)).items()}
    looked_at: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for part_id, pledge_ids in picked_for(reading, list(wanted)).items():
        looked_at[part_id].update(dict.fromkeys(pledge_ids, 0))
    stored = select(Suggestion.part_id, Suggestion.pledge_id, Suggestion.score).where(
        Suggestion.part_id.in_(list(wanted))
    )
    for part_id, pledge_id, score in reading.execute(stored.order_by(Suggestion.id)):
        looked_at[part_id][pledge_id] = score
    for part_id, pledge_id in reading.execute(
        select(Commitment.part_id, Commitment.pledge_id).where(
            Commitment.part_id.in_(list(wanted)), Commitment.state.in_(NOT_AGAIN)
        )
    ):
        looked_at[part_id].pop(pledge_id, None)  # they talk to each other already, or one of them said no
    ids = sorted({pledge_id for scores in looked_at.values() for pledge_id in scores})
    offers = {one.pledge_id: one for one in open_offers(reading, pledge_ids=ids)} if ids else {}
    found: dict[int, tuple[Instead, ...]] = {}
    for part_id, part in wanted.items():
        best = []
        for pledge_id, score in looked_at[part_id].items():
            offer = offers.get(pledge_id)
            if offer is None or offer.provider_id in {but_provider, part.group_id}:
                continue
            fit = fits(offer, part, today())
            if not fit.ok:
                continue
            keys = tuple(key_of(session) for session in fit.sessions)
            one = Instead(
                pledge_id=pledge_id,
                pledge_reference=offer.reference,
                pledge_title=offer.title,
                provider_name=offer.provider_name,
                unit=offer.unit,
                amount=fit.amount,
                why=fit.why,
                proposal=NewCommitment(pledge_id, part_id, amount=None if keys else fit.amount, session_keys=keys),
            )
            best.append((-score, -fit.amount, pledge_id, one))
        best.sort(key=lambda found: found[:3])
        found[part_id] = tuple(one for *_, one in best[:shown])
    return found


def _with(part: PartWanted, freed: Freed) -> PartWanted:
    """A part as it would be with what is freed of it, at most what it asks for."""
    back = freed.sessions or {}
    sessions = tuple(
        replace(one, left=min(one.at_once, one.left + back[one.id])) if one.id in back else one for one in part.sessions
    )
    if part.amount is None or part.left is None:
        return replace(part, sessions=sessions)
    committed = max(0, part.committed - freed.amount)
    left = part.amount - committed
    ahead = ahead_in(sessions, today())
    left = left if ahead is None else min(left, ahead)
    return replace(part, sessions=sessions, committed=committed, left=left)
