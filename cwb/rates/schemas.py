"""The forms about rates."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.web import fields as f
from cwb.rates.rules import Attestation


class RatesForm(f.FormSchema):
    """The file comes beside it."""


class AttestForm(f.FormSchema):
    makes = Attestation
    pays = f.one_of(
        Message(N_("Do you pay it to everybody it is meant for?")),
        [("yes", Message(N_("Yes, we pay it"))), ("not_yet", Message(N_("Not yet")))],
    )
    paid_from = f.a_date(Message(N_("If yes: from which day?")), required=False)
    why = f.long_words(
        Message(N_("If not yet: why, and when do you expect to?")),
        hint=Message(N_("The council reads this. Leave out names of people.")),
        at_most=1000,
        rows=3,
        required=False,
    )
    version = f.version()
