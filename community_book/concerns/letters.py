"""What safeguarding officers are written: only that there is a concern, never what it says or is about."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.actor import Role
from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter
from community_book.concerns import queries


def concern_raised(reading: Session, event: Event) -> Sequence[Letter]:
    reference = queries.asked_reference(reading, int(event.payload["concern_id"]))
    if not reference:
        return []
    return [
        Letter(
            organisation_id=None,
            person_ids=(),
            roles=frozenset({str(Role.SAFEGUARDING)}),
            subject=Message(N_("There is a new concern")),
            body=(Message(N_("Somebody says that something is wrong. Sign in to read it.")),),
            about=f"concern:{reference}",
            must_reach=True,
        )
    ]
