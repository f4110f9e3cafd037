"""The score of one pair, 0 to 1,000, in parts; each part says in words why, and the parts add up exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from community_book.base.amounts import KIND_LABELS, Kind, say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import say_date
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from community_book.needs.views import PartWanted
from community_book.places.rules import GridPoint, distance_m
from cwb.matching.engine.words import Weights
from cwb.pledges.rules import PledgeOffer

MOST: dict[str, int] = {
    "words": 300,
    "subject": 100,
    "near": 150,
    "soon": 100,
    "covered": 150,
    "kept": 100,
    "had": 100,
}
"""The most each part can give; together 1,000."""

LABELS: dict[str, Message] = {
    "words": Message(N_("Words in common")),
    "subject": Message(N_("Kind of help")),
    "near": Message(N_("Nearness")),
    "soon": Message(N_("How soon the need runs out")),
    "covered": Message(N_("How much of it would be covered")),
    "kept": Message(N_("How the provider kept its word")),
    "had": Message(N_("How little the group has had")),
}

NEAR_M, FAR_M = 500, 10_000
SOON_DAYS, LATER_DAYS = 14, 182
WORDS_NAMED = 5


@dataclass(frozen=True)
class Reason:
    """One part of a score: what it is about, what it gave, and why in plain words."""

    key: str
    points: int
    message: Message


@dataclass(frozen=True)
class Track:
    """How a provider kept its word: the share verified of what was committed, over commitments that ended."""

    commitments: int
    share_basis_points: int


NEW_HERE = Track(0, 0)


def reasons_of(
    pledge: PledgeOffer,
    part: PartWanted,
    amount: int,
    on: date,
    *,
    pledge_words: Mapping[str, str],
    part_words: Mapping[str, str],
    weights: Weights,
    track: Track,
) -> tuple[Reason, ...]:
    """Every part of the score, in the order of MOST."""
    return (
        _words(pledge_words, part_words, weights),
        _subject(pledge, part),
        _near(pledge, part),
        _soon(part, on),
        _covered(part, amount),
        _kept(track),
        _had(part),
    )


def _words(pledge_words: Mapping[str, str], part_words: Mapping[str, str], weights: Weights) -> Reason:
    shared = sorted(pledge_words.keys() & part_words.keys(), key=lambda one: (-weights.of(one), one))
    if not shared:
        return Reason("words", 0, Message(N_("The descriptions have no telling word in common")))
    smaller = min(weights.total(pledge_words), weights.total(part_words))
    points = min(MOST["words"], 2 * MOST["words"] * weights.total(shared) // smaller)
    named = ", ".join(part_words[one] for one in shared[:WORDS_NAMED])
    return Reason("words", points, Message(N_("Both speak of: %(words)s"), words=named))


def _subject(pledge: PledgeOffer, part: PartWanted) -> Reason:
    most = MOST["subject"]
    known = SUBJECTS.get(part.subject) or ITEM_TYPES.get(part.item_type)
    if part.kind in {Kind.ADVICE, Kind.GOODS} and known is not None:
        vague = "other" in {part.subject, part.item_type}
        return Reason("subject", most // 2 if vague else most, Message(N_("Both are about: %(what)s"), what=known))
    return Reason("subject", most, Message(N_("It is what was asked for: %(kind)s"), kind=KIND_LABELS[pledge.kind]))


def _near(pledge: PledgeOffer, part: PartWanted) -> Reason:
    most = MOST["near"]
    if part.online:
        return Reason("near", most, Message(N_("It can be done online, so the way does not matter")))
    if None not in {pledge.easting, pledge.northing, part.easting, part.northing}:
        way = distance_m(
            GridPoint(pledge.easting or 0, pledge.northing or 0), GridPoint(part.easting or 0, part.northing or 0)
        )
        points = most * (FAR_M - max(NEAR_M, min(way, FAR_M))) // (FAR_M - NEAR_M)
        return Reason("near", points, _say_way(way))
    if not pledge.borough_wide:
        return Reason("near", most * 2 // 3, Message(N_("It is offered in the area where it is needed")))
    return Reason("near", most // 2, Message(N_("It is offered in the whole borough")))


def _say_way(way_m: int) -> Message:
    """In whole kilometres: a private place must not be found by measuring from several sides."""
    if way_m < 1000:
        return Message(N_("Less than 1 km away"))
    return Message(N_("About %(km)s km away"), km=round(way_m / 1000))


def _soon(part: PartWanted, on: date) -> Reason:
    most, days = MOST["soon"], (part.last_day - on).days
    points = most * (LATER_DAYS - max(SOON_DAYS, min(days, LATER_DAYS))) // (LATER_DAYS - SOON_DAYS)
    if days <= SOON_DAYS:
        return Reason("soon", points, Message(N_("It is needed soon: by %(day)s"), day=say_date(part.last_day)))
    return Reason("soon", points, Message(N_("It is needed until %(day)s"), day=say_date(part.last_day)))


def _covered(part: PartWanted, amount: int) -> Reason:
    most = MOST["covered"]
    said = say_amount(part.unit, amount)
    if part.left is None:
        return Reason(
            "covered",
            most // 2,
            Message(N_("The group is not sure how much it needs; %(amount)s to begin with"), amount=said),
        )
    if amount >= part.left:
        return Reason("covered", most, Message(N_("It covers all that is still needed: %(amount)s"), amount=said))
    return Reason(
        "covered",
        most * amount // part.left,
        Message(N_("It covers %(amount)s of %(left)s"), amount=said, left=say_amount(part.unit, part.left)),
    )


def _kept(track: Track) -> Reason:
    most = MOST["kept"]
    if not track.commitments:
        return Reason("kept", most // 2, Message(N_("The provider is new here, so there is nothing to go by yet")))
    points = most * min(track.share_basis_points, 10_000) // 10_000
    share = f"{track.share_basis_points // 100}%"
    return Reason(
        "kept", points, Message(N_("%(share)s of what the provider promised before is verified"), share=share)
    )


def _had(part: PartWanted) -> Reason:
    most, count = MOST["had"], part.group_committed_count
    if not count:
        return Reason("had", most, Message(N_("Nobody has promised this group anything yet")))
    if count == 1:
        return Reason("had", most // 2, Message(N_("This group has had one promise so far")))
    return Reason("had", most // (1 + count), Message(N_("This group has had %(count)s promises so far"), count=count))


def add_up(reasons: Sequence[Reason]) -> int:
    """The score: nothing but the sum of its parts."""
    return sum(reason.points for reason in reasons)
