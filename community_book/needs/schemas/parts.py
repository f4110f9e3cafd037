"""Forms of a need that asks for several things: one further part, and the card above them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import post_load

from community_book.base.amounts import Kind
from community_book.base.messages import N_, Message
from community_book.needs.rules import ALL, ANY, COMBINE_LABELS, NewCard, NewPart
from community_book.needs.schemas.posting import NeedForm, as_said
from community_book.web import fields as f

COMBINE_CHOICES: list[f.Choice] = [
    (ANY, COMBINE_LABELS[ANY], Message(N_("When one is promised in full, you no longer ask for the others."))),
    (ALL, COMBINE_LABELS[ALL], Message(N_("You are helped when all of it is done."))),
]


@dataclass(frozen=True)
class TypedPart:
    """One further part as typed; `combine` is empty where it was not asked."""

    part: NewPart
    combine: str = ""
    version: int | None = None


class PartForm(NeedForm):
    """One further part of a need: the questions of its kind without the words of the card.

    Loads to a `TypedPart`. `asks_combine` asks how the parts go together, where the second is added.
    """

    combine = f.one_of(
        Message(N_("How does it go with what you ask for already?")),
        COMBINE_CHOICES,
        required=False,
        no_optional=True,
    )

    def __init__(self, kind: Kind, *, asks_combine: bool = False, **options: Any) -> None:
        super().__init__(kind, **options)
        self.fields["combine"].required = asks_combine
        for name in ("title", "story", "none_of_these"):
            for held in (self.fields, self.load_fields, self.dump_fields, self.declared_fields):
                held.pop(name, None)

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        combine, version = values.pop("combine", ""), values.pop("version", None)
        return TypedPart(NewPart(kind=self.kind, **as_said(values)), combine, version)


class CardForm(f.FormSchema):
    """The words above the parts of a need that asks for several things, and how they go together."""

    title = f.words(Message(N_("What do you need, in a few words?")), at_most=100, required=False, no_optional=True)
    story = f.long_words(
        Message(N_("Tell people a little more")),
        hint=Message(
            N_("What is it for, and who is it good for? Everybody can read this, so leave out people's names.")
        ),
        at_most=2000,
        required=False,
        no_optional=True,
    )
    combine = f.one_of(
        Message(N_("Do you need any of these, or all of them?")),
        COMBINE_CHOICES,
    )
    none_of_these = f.tick(Message(N_("Our need is none of these")))
    version = f.version()

    def __init__(self, combine: str, *, may_combine: bool, **options: Any) -> None:
        super().__init__(**options)
        self.stands = combine
        if not may_combine:
            for held in (self.fields, self.load_fields, self.dump_fields, self.declared_fields):
                held.pop("combine", None)

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        return NewCard(**{"combine": self.stands, **values})
