"""What is told to a provider about its place on a framework. Why it ends is not part of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from community_book.base.messages import N_, Message
from community_book.base.outbox import Event
from community_book.base.registered import Letter


def admitted(_reading: Session, event: Event) -> Sequence[Letter]:
    """It is admitted, and can log what it pledges."""
    name = event.payload["framework_name"]
    return [
        _letter(
            event,
            Message(N_("You are admitted to %(name)s"), name=name),
            Message(N_("You can now log what you pledge to give back to the borough.")),
        )
    ]


def changed(_reading: Session, event: Event) -> Sequence[Letter]:
    """Its lots or zones are others."""
    name = event.payload["framework_name"]
    return [
        _letter(
            event,
            Message(N_("Your lots or zones on %(name)s have changed"), name=name),
            Message(N_("The page of the framework shows what they are now. Ask the council if something is wrong.")),
        )
    ]


def ended(_reading: Session, event: Event) -> Sequence[Letter]:
    """Its place has ended."""
    name = event.payload["framework_name"]
    return [
        _letter(
            event,
            Message(N_("Your place on %(name)s has ended"), name=name),
            Message(N_("What is agreed already stays until the council speaks to you about it.")),
        )
    ]


def _letter(event: Event, subject: Message, body: Message) -> Letter:
    return Letter(
        organisation_id=int(event.payload["organisation_id"]),
        person_ids=(),
        subject=subject,
        body=(body,),
        about=f"framework:{event.payload['framework_reference']}",
    )
