"""What is told of suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from community_book.base.amounts import Kind, Unit
from community_book.base.messages import Message
from community_book.places.views import ZoneView
from cwb.commitments.rules import Miss, Side
from cwb.matching.rules.rounds import Mark, Outcome, RoundState
from cwb.matching.rules.unmet import Shortage


@dataclass(frozen=True)
class Track:
    """How a provider kept its word: the share verified of what was due, over commitments that ended."""

    commitments: int
    share_basis_points: int


@dataclass(frozen=True)
class Quote:
    """A stretch of a text in pieces; those in `marked` places are words the other text has too."""

    pieces: tuple[str, ...]
    marked: frozenset[int]


@dataclass(frozen=True)
class ReasonView:
    """One part of a score: `points` of at most `most`, and why in plain words.

    What both say may have two reasons, words and `further` what they mean, and a quote of either side.
    """

    key: str
    label: Message
    points: int
    most: int
    message: Message
    further: Message | None = None
    asks: Quote | None = None
    offers: Quote | None = None
    speaks: bool = True


@dataclass(frozen=True)
class SuggestionView:
    """A pledge and a part of a need that fit, with the reasons. It binds nobody.

    `said_no`, for the council, is why one side says that it is not for it.
    """

    pledge_id: int
    pledge_reference: str
    pledge_title: str
    provider_id: int
    provider_name: str
    part_id: int
    need_reference: str
    need_title: str
    group_id: int
    group_name: str
    kind: Kind
    unit: Unit
    amount: int
    score: int
    reasons: tuple[ReasonView, ...]
    said_no: tuple[Message, ...] = ()

    def telling(self, *left_out: str) -> tuple[Message, ...]:
        """The reasons that speak for it most, strongest first: those that give more than half of what they can, and
        not because nothing is known.

        `left_out` names parts that say nothing new to who reads it, such as a group's own fortune.
        """
        strong = [one for one in self.reasons if one.speaks and 2 * one.points > one.most and one.key not in left_out]
        best = sorted(strong, key=lambda one: -one.points)[:4]
        return tuple(said for one in best for said in (one.message, one.further) if said is not None)

    @property
    def both_say(self) -> ReasonView | None:
        """What both say, with quotes of either; None where they share no word or their texts hardly fit."""
        return next((one for one in self.reasons if one.asks and one.offers and 2 * one.points > one.most), None)


@dataclass(frozen=True)
class PairView:
    """A pledge and a part that were suggested to each other, as one `side` meets them.

    `reason_code` and `words` are what that side said of it, empty where it said nothing.
    """

    pledge_id: int
    pledge_reference: str
    pledge_title: str
    provider_name: str
    part_id: int
    need_reference: str
    need_title: str
    group_name: str
    kind: Kind
    side: Side
    reason_code: str = ""
    words: str = ""


@dataclass(frozen=True)
class NotForUsView:
    """What one side said is not for it, and why."""

    pledge_reference: str
    pledge_title: str
    provider_name: str
    part_id: int
    need_reference: str
    need_title: str
    group_name: str
    side: Side
    reason_code: str
    words: str
    said_at_utc: datetime


@dataclass(frozen=True)
class ReasonCount:
    """How often one side gave a reason for one kind of help."""

    side: Side
    reason_code: str
    kind: Kind
    many: int


@dataclass(frozen=True)
class ZoneShare:
    """A zone in a plan (None: needs placed in no zone): needs, how many are reached, the share met in basis points."""

    zone_id: int | None
    needs: int
    reached: int
    share_basis_points: int
    can_be_reached: bool


@dataclass(frozen=True)
class PlanView:
    """What a plan comes to; `total` is its score, at most 1,000 for each part asked for."""

    needs: int
    needs_reached: int
    groups_first: int
    share_basis_points: int
    total: int
    worst_zone_id: int | None
    has_worst: bool
    worst_basis_points: int
    zones: Mapping[int | None, ZoneShare]


@dataclass(frozen=True)
class RoundFigures:
    """The plan beside the greedy one and today. `of_bound_basis_points`: its score beside the most any plan could
    have; `of_flow_basis_points`: beside that of its own flow, before slices were made useful."""

    plan: PlanView
    greedy: PlanView
    today: PlanView
    of_bound_basis_points: int
    of_flow_basis_points: int
    pledges: int
    parts: int
    unsure: int
    pairs: int


@dataclass(frozen=True)
class RoundView:
    """One round as its page and the list show it."""

    id: int
    reference: str
    version: int
    state: RoundState
    scheme_id: int
    scheme_name: str
    kinds: tuple[Kind, ...]
    started_by: str
    started_at_utc: datetime
    computed_at_utc: datetime | None
    ended_by: str
    ended_at_utc: datetime | None
    why: Message | None
    done: int
    steps: int
    times: int
    figures: RoundFigures | None
    plan_hash: str
    lines: int
    proposed: int
    gone: int
    waits: int
    locked: int
    struck: int


@dataclass(frozen=True)
class RoundLineView:
    """One line of a plan, or a pair that was struck out (then without an id of its own line)."""

    id: int | None
    pledge_id: int
    part_id: int
    pledge_reference: str
    pledge_title: str
    provider_id: int
    provider_name: str
    need_reference: str
    need_title: str
    group_id: int
    group_name: str
    zone_name: str
    kind: Kind
    unit: Unit
    asked: int | None
    score: int
    amount: int
    dates: int
    is_first: bool
    mark: Mark | None
    outcome: Outcome
    says: Message | None
    commitment_reference: str


@dataclass(frozen=True)
class Unmet:
    """What is short in a quarter, by kind, what and zone of one scheme. Where nothing is asked there is no cell.

    `hidden_kinds` are left out for who reads it, because they could tell of single people.
    """

    quarter: str
    cells: tuple[Shortage, ...]
    zones: tuple[ZoneView, ...]
    scheme_id: int | None
    schemes: tuple[tuple[int, str], ...]
    kinds: tuple[Kind, ...]
    hidden_kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class NeedBehind:
    """One part behind a figure of unmet need. `amount` None: not sure how much."""

    part_id: int
    need_reference: str
    need_title: str
    group_name: str
    kind: Kind
    what: str
    unit: Unit
    amount: int | None
    first_day: date
    last_day: date
    opened_at_utc: datetime | None
    zone_id: int | None
    nothing_fits: bool


@dataclass(frozen=True)
class NearMiss:
    """A pledge that comes near a part it does not fit: what keeps them apart, each with what would make it fit."""

    pledge_reference: str
    pledge_title: str
    provider_name: str
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class NothingFits:
    """A part for which nothing on offer fits, with the nearest misses, nearest first."""

    need: NeedBehind
    nearest: tuple[NearMiss, ...]


@dataclass(frozen=True)
class ProviderToAsk:
    """A provider a letter could go to: admitted for the zone, and whether it has pledged this kind before."""

    organisation_id: int
    reference: str
    name: str
    has_pledged: bool


@dataclass(frozen=True)
class ProviderLetterView:
    """A letter to providers as it was sent."""

    reference: str
    kind: Kind
    what: str
    zone_name: str
    quarter: str
    short: int
    unit: Unit
    subject: str
    words: str
    sent_at_utc: datetime
    to: tuple[tuple[int, str], ...]
