"""Forms of acts that reach over rooms."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.web import fields as f
from cwb.continuity.rules import Klass, Merging, Reason, Suspension


class SuspensionForm(f.FormSchema):
    """Why a provider is suspended, and which promises are to be held."""

    makes = Suspension
    klass = f.one_of(
        Message(N_("Why is it suspended?")),
        [
            (
                Klass.SAFETY,
                Message(N_("Safety")),
                Message(N_("Everything in which people meet, or use the provider's rooms and vehicles, stops at once")),
            ),
            (Klass.OTHER, Message(N_("Another reason")), Message(N_("You choose promise by promise"))),
        ],
    )
    hold = f.some_of(Message(N_("Which promises should stop?")), small=True)
    chosen = f.hidden(at_most=20_000)
    reason = f.long_words(
        Message(N_("The reason")), hint=Message(N_("Only the council sees it. Others see “on hold”.")), at_most=1000
    )


class MergeForm(f.FormSchema):
    """Which entry of the same group stays."""

    makes = Merging
    into = f.words(
        Message(N_("Which entry stays?")),
        hint=Message(N_("Its reference, like O-7K2M9Q. It stands on the organisation's page.")),
        at_most=20,
    )


class ReasonForm(f.FormSchema):
    """Words to those concerned."""

    makes = Reason
    reason = f.long_words(
        Message(N_("What should the members and the helpers be told?")),
        hint=Message(N_("This is the answer to every open need of the group.")),
        at_most=1000,
    )
