"""Forms of matching: why a suggestion is not for us, a letter to providers."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.web import fields as f
from cwb.commitments.rules import Side
from cwb.matching.rules import REASONS, REASONS_OF, NewNotForUs


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
