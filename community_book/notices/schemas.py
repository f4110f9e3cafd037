"""The form that takes a code from a letter."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.messages import N_, Message
from community_book.web import fields as f


@dataclass(frozen=True)
class TypedCode:
    """A code as somebody typed it."""

    code: str


class CodeForm(f.FormSchema):
    makes = TypedCode
    code = f.words(
        Message(N_("The code on your letter")),
        hint=Message(N_("Nine letters and digits, such as K7Q-M2X-VDH. Small letters will do.")),
        at_most=40,
        width="govuk-input--width-10",
        autocomplete="off",
    )
