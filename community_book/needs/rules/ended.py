"""What a group is written when its need has ended."""

from __future__ import annotations

from community_book.base.messages import N_, Message
from community_book.needs.rules.states import NeedState

_ENDED: dict[str, Message] = {
    NeedState.DECLINED: Message(N_("Your need was not taken up: %(title)s")),
    NeedState.MERGED: Message(N_("Your need was joined with another: %(title)s")),
    NeedState.CLOSED: Message(N_("An answer to your need: %(title)s")),
    NeedState.EXPIRED: Message(N_("The last day of your need has passed: %(title)s")),
    NeedState.MET: Message(N_("Your need is met: %(title)s")),
    NeedState.MET_IN_PART: Message(N_("Your need is met in part: %(title)s")),
}
_WHAT_NOW: dict[str, Message] = {
    NeedState.DECLINED: Message(N_("You can post another need at any time, or ask the council about this one.")),
    NeedState.EXPIRED: Message(
        N_("Nobody could help in time. The council will write to you. You can copy the need and post it again.")
    ),
    NeedState.MET: Message(N_("All that you asked for was done. Thank you for telling us.")),
    NeedState.MET_IN_PART: Message(N_("A part of it was done. For the rest, copy the need and post it again.")),
}


def end_words(how: str, title: str, reason: str, merged_into: str = "") -> tuple[Message, ...]:
    """Subject and lines of the letter about how a need ended; nothing where none is written."""
    if how not in _ENDED:
        return ()
    body = []
    if reason:
        body += [Message(N_("The council writes:")), Message("%(reason)s", reason=reason)]
    if how == NeedState.MERGED and merged_into:
        body.append(Message(N_("The other need is %(reference)s."), reference=merged_into))
    if how in _WHAT_NOW:
        body.append(_WHAT_NOW[how])
    return (Message(_ENDED[how].template, title=title), *body)
