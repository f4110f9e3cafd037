"""Saying that a suggestion is not for us: who may, and the reasons to choose from on each side."""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, Permission
from community_book.base.messages import N_, Message, Problem
from cwb.commitments.rules import Side

NOT_FOR_US = Permission("say_not_for_us", *GROUP_ROLES, *PROVIDER_ROLES)
"""Say of a suggestion of one's own pledge or need that it is not for one, and take that back."""

REASONS: dict[str, Message] = {
    "too_far": Message(N_("It is too far away")),
    "dates": Message(N_("The days or times do not suit")),
    "too_little": Message(N_("It is too little to be useful")),
    "too_much": Message(N_("It is more than we can give")),
    "not_fitting": Message(N_("It is not the kind of help that is needed")),
    "not_ours": Message(N_("It is not what we are good at")),
    "conditions": Message(N_("We cannot meet what is asked for")),
    "busy": Message(N_("We have promised enough for now")),
    "found": Message(N_("We have found other help")),
    "hosting": Message(N_("Looking after the visit would cost us too much")),
    "other": Message(N_("Another reason")),
}
REASONS_OF: dict[Side, tuple[str, ...]] = {
    Side.PROVIDER: ("too_far", "dates", "too_much", "not_ours", "conditions", "busy", "other"),
    Side.GROUP: ("too_far", "dates", "too_little", "not_fitting", "conditions", "found", "hosting", "other"),
}
"""What each side chooses from."""

SIDE_WORDS: dict[Side, Message] = {
    Side.PROVIDER: Message(N_("What providers say")),
    Side.GROUP: Message(N_("What groups say")),
}


@dataclass(frozen=True)
class NewNotForUs:
    """Why a suggestion is not for one's organisation: a reason from the list, and words where one likes."""

    reason_code: str
    words: str = ""


def check_not_for_us(new: NewNotForUs, side: Side) -> list[Problem]:
    """What is wrong with a reason."""
    if new.reason_code not in REASONS_OF[side]:
        return [Problem("reason_code", Message(N_("Choose a reason")))]
    if new.reason_code == "other" and not new.words:
        return [Problem("words", Message(N_("Say in a few words why")))]
    return []
