"""Reasons people choose from, and what is said about hosting."""

from __future__ import annotations

from enum import StrEnum

from community_book.base.messages import N_, Message

DECLINE_REASONS: dict[str, Message] = {
    "dates": Message(N_("The dates do not suit")),
    "place": Message(N_("The place does not suit")),
    "not_fitting": Message(N_("It is not the kind of help that is needed")),
    "found": Message(N_("Help was found elsewhere, or is no longer needed")),
    "too_little": Message(N_("It is too little to be useful")),
    "too_much": Message(N_("It is more than can be managed")),
    "hosting": Message(N_("Looking after the visit would cost too much")),
    "conditions": Message(N_("The conditions cannot be met")),
    "other": Message(N_("Another reason")),
}

END_REASONS: dict[str, Message] = {
    "enough": Message(N_("What was done is enough")),
    "provider": Message(N_("The provider cannot go on")),
    "group": Message(N_("The group cannot go on, or no longer needs it")),
    "no_word": Message(N_("Nobody has said for a long time what happened")),
    "other": Message(N_("Another reason")),
}


class Hosting(StrEnum):
    """Who bears what the group spends on a visit."""

    NONE = "none"
    PART = "part"
    PAID = "paid"


HOSTING_LABELS: dict[Hosting, Message] = {
    Hosting.PAID: Message(N_("The provider pays it in full")),
    Hosting.PART: Message(N_("The provider pays part of it")),
    Hosting.NONE: Message(N_("The provider does not pay it")),
}
