"""What a provider is written about its suspension. No reason: that stays with the council."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from cwb.continuity.rules import Deed


def _to_provider(event: Event, subject: Message, *body: Message) -> list[Letter]:
    return [
        Letter(
            organisation_id=int(event.payload["organisation_id"]),
            person_ids=(),
            subject=subject,
            body=body,
            about=f"organisation:{event.payload['reference']}",
            roles=frozenset(str(role) for role in PROVIDER_ROLES),
        )
    ]


def suspended_words() -> tuple[Message, ...]:
    """Subject and lines of the letter to a provider that is suspended: no reason, and what it means for it."""
    return (
        Message(N_("Your place on the framework is suspended")),
        Message(N_("Your pledges are paused, and offers that were not agreed are over.")),
        Message(N_("For each promise that is on hold you get a notice. What has none goes on as agreed.")),
        Message(N_("What you have delivered stays counted. Questions? Call the council.")),
    )


def suspended(_: Session, event: Event) -> Sequence[Letter]:
    """To the provider: its place is suspended."""
    return _to_provider(event, *suspended_words())


def lifted(_: Session, event: Event) -> Sequence[Letter]:
    """To the provider: the suspension is over."""
    return _to_provider(
        event,
        Message(N_("Your suspension is lifted")),
        Message(N_("Your pledges are on offer again, and promises that were on hold for it go on.")),
    )


def undone(_: Session, event: Event) -> Sequence[Letter]:
    """To a provider whose suspension was undone, and to groups that are two again.

    A group whose closing was undone hears from the Book itself.
    """
    if event.payload["deed"] == Deed.MERGE:
        return parted(_, event)
    if event.payload["deed"] != Deed.SUSPEND:
        return []
    return _to_provider(
        event,
        Message(N_("Your suspension was undone")),
        Message(N_("Your pledges are on offer again, and promises that were on hold for it go on.")),
        Message(N_("Offers that ended with it wait for their answer again, where both sides still have the amount.")),
    )


def merged_words(name: str, reference: str) -> tuple[Message, ...]:
    """Subject and lines of the letter to a group that was in the Book twice."""
    return (
        Message(N_("Your group has one entry in the Book now")),
        Message(
            N_(
                "%(name)s (%(reference)s) was the same group. Its needs and promises are with yours.",
            ),
            name=name,
            reference=reference,
        ),
        Message(N_("Nothing is lost, and nothing has to be agreed again. Is that wrong? Tell the council.")),
    )


def _to_group(organisation_id: int, reference: str, subject: Message, *body: Message) -> Letter:
    roles = frozenset(str(role) for role in GROUP_ROLES)
    return Letter(organisation_id, (), subject, body, f"organisation:{reference}", roles=roles)


def merged(_: Session, event: Event) -> Sequence[Letter]:
    """To the group that stays, whose people are those of both."""
    words = merged_words(str(event.payload["name"]), str(event.payload["going_reference"]))
    return [_to_group(int(event.payload["organisation_id"]), str(event.payload["reference"]), *words)]


def parted(_: Session, event: Event) -> Sequence[Letter]:
    """To both groups whose merging was undone."""
    subject = Message(N_("Two entries that were made one are two again"))
    said = Message(N_("Each has its own needs and promises again. What was begun since stays where it was begun."))
    both = (("organisation_id", "reference"), ("into_id", "into_reference"))
    return [_to_group(int(event.payload[key]), str(event.payload[ref]), subject, said) for key, ref in both]


LETTERS = {
    "ProviderSuspended": suspended,
    "ProviderSuspensionLifted": lifted,
    "UndertakingUndone": undone,
    "GroupsMerged": merged,
}
"""Which letters an event leads to; wiring hangs them up."""
