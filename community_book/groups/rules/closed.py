"""What a group is written when its entry is closed."""

from __future__ import annotations

from community_book.base.messages import N_, Message


def closed_words(name: str, reason: str) -> tuple[Message, Message, Message]:
    """Subject and lines of the letter; officers get the first two."""
    return (
        Message(N_("The entry of %(name)s is closed"), name=name),
        Message(N_("Reason: %(reason)s"), reason=reason),
        Message(N_("What was agreed with others ends as it says there.")),
    )
