"""What people are written about suggestions: once, when the first fits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, system
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from cwb.matching import queries


def first_fit(reading: Session, event: Event) -> Sequence[Letter]:
    """To the provider of a pledge, or the groups of parts, for which something fits for the first time."""
    site = system("letters")
    pledge_id = event.payload.get("pledge_id")
    if pledge_id is not None:
        found = queries.suggestions(reading, site, pledge_id=int(pledge_id), limit=1)
        return [
            Letter(
                organisation_id=one.provider_id,
                person_ids=(),
                subject=Message(N_("A group needs what you pledged: “%(title)s”"), title=one.need_title),
                body=(
                    Message(N_("It seems to fit your pledge “%(title)s”."), title=one.pledge_title),
                    Message(N_("Look at it and offer what suits you both. Nothing is promised yet.")),
                ),
                about=f"pledge:{one.pledge_reference}",
                roles=frozenset(PROVIDER_ROLES),
            )
            for one in found
        ]
    part_ids = [int(part_id) for part_id in event.payload.get("part_ids", ())]
    letters, told = [], set()
    for one in queries.suggestions(reading, site, part_ids=part_ids, limit=50):
        if one.need_reference in told:
            continue
        told.add(one.need_reference)
        letters.append(
            Letter(
                organisation_id=one.group_id,
                person_ids=(),
                subject=Message(N_("Possible help for “%(title)s”"), title=one.need_title),
                body=(
                    Message(
                        N_("%(who)s offers “%(title)s”, and it seems to fit."),
                        who=one.provider_name,
                        title=one.pledge_title,
                    ),
                    Message(N_("Look at it and ask for it if you like. Nothing is promised yet.")),
                ),
                about=f"need:{one.need_reference}",
                roles=frozenset(GROUP_ROLES),
            )
        )
    return letters


def providers_written(reading: Session, event: Event) -> Sequence[Letter]:
    """To each provider an officer wrote to: the letter in the officer's words."""
    try:
        found = queries.provider_letter(reading, system("letters"), str(event.payload["reference"]))
    except NotThere:  # taken out of the database since
        return []
    body = tuple(Message("%(text)s", text=paragraph) for paragraph in found.words.split("\n\n") if paragraph.strip())
    return [
        Letter(
            organisation_id=organisation_id,
            person_ids=(),
            subject=Message("%(subject)s", subject=found.subject),
            body=body,
            about=f"letter:{found.reference}",
            roles=frozenset(PROVIDER_ROLES),
        )
        for organisation_id, _ in found.to
    ]
