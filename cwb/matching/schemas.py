"""Forms of matching: why a suggestion is not for us, a letter to providers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.messages import N_, Message
from community_book.web import fields as f
from cwb.commitments.rules import Side
from cwb.matching.rules import REASONS, REASONS_OF, NewNotForUs
from cwb.matching.rules.rounds import KINDS_OF_A_ROUND, NewRound


class NotForUsForm(f.FormSchema):
    """Why it is not for us; each side has its own reasons."""

    makes = NewNotForUs
    reason_code = f.one_of(Message(N_("Why is it not for you?")), small=True)
    words = f.long_words(
        Message(N_("In your own words")),
        hint=Message(N_("The council reads this; the other side is not told. Leave out people's names.")),
        at_most=500,
        required=False,
        rows=3,
    )

    def __init__(self, side: Side) -> None:
        super().__init__()
        f.offer(self, "reason_code", [(code, REASONS[code]) for code in REASONS_OF[side]])


@dataclass(frozen=True)
class TypedLetter:
    """A letter to providers as an officer has read and changed it."""

    subject: str
    words: str
    to: list[str]


class LetterForm(f.FormSchema):
    """A letter to the providers concerned, drafted by the site, read and sent by an officer."""

    makes = TypedLetter
    subject = f.words(Message(N_("Subject")), at_most=160)
    words = f.long_words(
        Message(N_("Letter")),
        hint=Message(N_("It is sent as it stands here, under the council's name. Leave out people's names.")),
        at_most=4000,
        rows=14,
    )
    to = f.some_of(Message(N_("To whom?")), required=True, small=True)


@dataclass(frozen=True)
class TypedRound:
    """What an officer typed to start a round."""

    scheme: str
    kinds: list[str]

    @property
    def as_new(self) -> NewRound:
        return NewRound(int(self.scheme), tuple(Kind(kind) for kind in self.kinds))


class RoundForm(f.FormSchema):
    """Which division of the borough shares are compared in, and which kinds of help take part."""

    makes = TypedRound
    scheme = f.one_of(
        Message(N_("Which zones should have their fair share?")),
        hint=Message(N_("Zones that get the smallest share of what they ask for are raised first.")),
        small=True,
    )
    kinds = f.some_of(
        Message(N_("Which kinds of help?")),
        [(kind.value, KIND_LABELS[kind]) for kind in KINDS_OF_A_ROUND],
        hint=Message(N_("Leave all of them empty for every kind.")),
        no_optional=True,
        small=True,
    )

    def __init__(self, schemes: Iterable[tuple[int, str]]) -> None:
        super().__init__()
        f.offer(self, "scheme", [(str(scheme_id), name) for scheme_id, name in schemes])
