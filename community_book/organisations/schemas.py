"""Forms about organisations."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.organisations.rules import SCHEME_LABELS, NewName, NewNumber, Profile
from community_book.web import fields as f


class ProfileForm(f.FormSchema):
    makes = Profile
    description = f.long_words(
        Message(N_("What it does")),
        hint=Message(N_("In a few plain sentences. Everybody can read this.")),
        at_most=2000,
        required=False,
    )
    website = f.words(
        Message(N_("Website")),
        hint=Message(N_("Like https://www.example.org")),
        at_most=300,
        required=False,
        autocomplete="url",
    )
    version = f.version()


class NameForm(f.FormSchema):
    makes = NewName
    name = f.words(Message(N_("Name")), at_most=160, autocomplete="organization")
    version = f.version()


class NumberForm(f.FormSchema):
    makes = NewNumber
    scheme = f.one_of(
        Message(N_("Register")),
        [(scheme.value, label) for scheme, label in SCHEME_LABELS.items()],
        widget="select",
    )
    identifier = f.words(
        Message(N_("Number")), hint=Message(N_("As it is on the register")), at_most=60, width="govuk-input--width-20"
    )
    primary = f.tick(Message(N_("Show this number first")))
