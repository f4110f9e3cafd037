"""Why a pair fits, in words, from the numbers its score was made of. Nothing heavy is loaded with this."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from community_book.base.amounts import KIND_LABELS, Kind, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import say_date
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from community_book.search.texts.analysing import stems_of
from cwb.matching.rules.scoring import IN_THE_BOROUGH, IN_THE_ZONE, ONLINE, PARTS
from cwb.matching.views import Quote

LABELS: dict[str, Message] = {
    "text": Message(N_("What both say")),
    "subject": Message(N_("Kind of help")),
    "near": Message(N_("Nearness")),
    "soon": Message(N_("How soon the need runs out")),
    "covered": Message(N_("How much of it would be covered")),
    "kept": Message(N_("How the provider kept its word")),
    "had": Message(N_("How little the group has had")),
}
STEMS_NAMED = 5
MEANS_MUCH_THE_SAME = 5
WORDS_QUOTED = 14
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
NOT_SURE = -1
"""Stands for "left" where a group is not sure how much it needs."""


@dataclass(frozen=True)
class Told:
    """The numbers a score was made of, as they are stored: `points` of each of PARTS, places by words and by meaning
    (0 for none), the stems both share, most telling first, the way in metres or a mark, the last day, what was left
    of the part, the provider's promises that ended and the share verified, and how much the group had had."""

    points: tuple[int, ...]
    by_words: int
    by_meaning: int
    stems: tuple[str, ...]
    way: int
    last: int
    left: int
    kept_of: int
    kept_share: int
    had: int

    def as_json(self) -> dict[str, Any]:
        return {
            "points": list(self.points),
            "places": [self.by_words, self.by_meaning],
            "stems": list(self.stems),
            "numbers": [self.way, self.last, self.left, self.kept_of, self.kept_share, self.had],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Told:
        by_words, by_meaning = stored["places"]
        return cls(tuple(stored["points"]), by_words, by_meaning, tuple(stored["stems"]), *stored["numbers"])


@dataclass(frozen=True)
class About:
    """What the pair is about, as the sentences name it. The texts are those of today."""

    kind: Kind
    unit: Unit
    item_type: str
    subject: str
    amount: int
    pledge_text: str
    part_text: str


@dataclass(frozen=True)
class Reason:
    """One part of a score: what it is about, what it gave, and why in plain words.

    Of texts there may be two reasons for one part (words, and `further` what they mean), and what both say.
    `speaks` is false where the points stand for not knowing.
    """

    key: str
    points: int
    message: Message
    further: Message | None = None
    asks: Quote | None = None
    offers: Quote | None = None
    speaks: bool = True


def reasons(told: Told, about: About) -> tuple[Reason, ...]:
    """Every part of the score, in the order of PARTS; the points are those of the score."""
    others = (_subject(about), _near(told.way), _soon(told), _covered(told, about), _kept(told), _had(told))
    further = (
        Reason(key, points, said, speaks=key != "kept" or told.kept_of > 0)
        for key, points, said in zip(PARTS[1:], told.points[1:], others, strict=True)
    )
    return (_text(told, about), *further)


def _text(told: Told, about: About) -> Reason:
    meant = None
    if 0 < told.by_meaning <= MEANS_MUCH_THE_SAME:
        meant = Message(N_("They mean much the same, whatever words they use"))
    elif told.by_meaning:
        meant = Message(N_("They are about similar things"))
    shared = words_in(about.part_text, told.stems)
    if not shared:
        nothing = Message(N_("The descriptions have no telling word in common"))
        return Reason(PARTS[0], told.points[0], meant or nothing)
    said = Message(N_("Both speak of: %(words)s"), words=", ".join(shared))
    asks, offers = quote(about.part_text, told.stems), quote(about.pledge_text, told.stems)
    return Reason(PARTS[0], told.points[0], said, meant, asks, offers)


def _subject(about: About) -> Message:
    known = SUBJECTS.get(about.subject) or ITEM_TYPES.get(about.item_type)
    if about.kind in {Kind.ADVICE, Kind.GOODS} and known is not None:
        return Message(N_("Both are about: %(what)s"), what=known)
    return Message(N_("It is what was asked for: %(kind)s"), kind=KIND_LABELS[about.kind])


def _near(way_m: int) -> Message:
    """In whole kilometres: a private place must not be found by measuring from several sides."""
    if way_m == ONLINE:
        return Message(N_("It can be done online, so the way does not matter"))
    if way_m == IN_THE_ZONE:
        return Message(N_("It is offered in the area where it is needed"))
    if way_m == IN_THE_BOROUGH:
        return Message(N_("It is offered in the whole borough"))
    if way_m < 1000:
        return Message(N_("Less than 1 km away"))
    return Message(N_("About %(km)s km away"), km=round(way_m / 1000))


def _soon(told: Told) -> Message:
    return Message(N_("It is needed until %(day)s"), day=say_date(date.fromordinal(told.last)))


def _covered(told: Told, about: About) -> Message:
    said = say_amount(about.unit, about.amount)
    if told.left == NOT_SURE:
        return Message(N_("The group is not sure how much it needs; %(amount)s to begin with"), amount=said)
    if about.amount >= told.left:
        return Message(N_("It covers all that is still needed: %(amount)s"), amount=said)
    return Message(N_("It covers %(amount)s of %(left)s"), amount=said, left=say_amount(about.unit, told.left))


def _kept(told: Told) -> Message:
    if not told.kept_of:
        return Message(N_("The provider is new here, so there is nothing to go by yet"))
    share = f"{told.kept_share // 100}%"
    if told.kept_of == 1:
        return Message(N_("%(share)s of the one promise this provider has finished is verified"), share=share)
    return Message(
        N_("%(share)s of what was due from this provider's %(count)s finished promises is verified"),
        share=share,
        count=told.kept_of,
    )


def _had(told: Told) -> Message:
    if not told.had:
        return Message(N_("This group has had nothing yet"))
    if told.had == 1:
        return Message(N_("This group has had one promise so far"))
    return Message(N_("This group has had %(count)s promises so far"), count=told.had)


def add_up(found: Sequence[Reason]) -> int:
    """The score: nothing but the sum of its parts."""
    return sum(reason.points for reason in found)


# --- words both have ----------------------------------------------------------------------------


def words_in(text: str, stems: Sequence[str]) -> list[str]:
    """The stems as the text first writes them, in the order of the stems; those it has no more are left out."""
    written: dict[str, str] = {}
    for found in _WORD.finditer(text):
        for stem in stems_of(found.group()):
            written.setdefault(stem, _as_said(text, found))
    return list(dict.fromkeys(written[stem] for stem in stems if stem in written))


def _as_said(text: str, found: re.Match[str]) -> str:
    """A word as it stands, but small where it only begins a sentence."""
    word, before = found.group(), text[: found.start()].rstrip()
    begins = not before or before[-1] in ".!?:\u2026"
    return word[0].lower() + word[1:] if begins and word[1:].islower() else word


def quote(text: str, stems: Collection[str]) -> Quote | None:
    """The stretch of a text with most of the words, and where they stand in it; None where it has none."""
    wanted = frozenset(stems)
    words = list(_WORD.finditer(text))
    telling = [bool(wanted.intersection(stems_of(word.group()))) for word in words]
    if not any(telling):
        return None
    width = min(WORDS_QUOTED, len(words))
    begins = max(range(len(words) - width + 1), key=lambda at: (sum(telling[at : at + width]), telling[at], -at))
    ends = begins + width
    pieces, marked, at = list[str](), set[int](), words[begins].start()
    if begins:
        pieces.append("… ")
    for word, tells in zip(words[begins:ends], telling[begins:ends], strict=True):
        if tells:
            pieces.append(text[at : word.start()])
            marked.add(len(pieces))
            pieces.append(word.group())
            at = word.end()
    rest = text[at:] if ends == len(words) else text[at : words[ends - 1].end()] + " …"
    return Quote((*pieces, rest.rstrip()), frozenset(marked))
