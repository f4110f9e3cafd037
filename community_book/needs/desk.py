"""What waits on desks because of needs."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import LONDON
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.needs import queries
from community_book.needs.rules import MODERATE_NEEDS, POST_NEED


def on_desk(reading: Session, actor: Actor) -> Sequence[DeskItem]:
    """A group's drafts and what was sent back; an officer's waiting and unanswered needs."""
    items: list[DeskItem] = []
    if actor.may(POST_NEED) and actor.organisation_id is not None and not actor.is_system:
        items += _of_group(reading, actor.organisation_id)
    if actor.may(MODERATE_NEEDS) and not actor.is_system:
        items += _of_officer(reading)
    return items


def _of_group(reading: Session, organisation_id: int) -> list[DeskItem]:
    waits = queries.waiting_on_group(reading, organisation_id)
    said = {
        "returned": (Message(N_("Needs the council sent back: change them and post again")), 2, "returned"),
        "ending": (Message(N_("Needs that end within 30 days: still needed?")), 4, "open"),
        "which": (Message(N_("Needs of which a part is promised: is it enough?")), 1, "open"),
        "draft": (Message(N_("Needs you have not posted yet")), 7, "draft"),
    }
    return [
        DeskItem(title, url_for("needs.our_needs", state=state), waits[name], urgency)
        for name, (title, urgency, state) in said.items()
        if waits[name]
    ]


def _of_officer(reading: Session) -> list[DeskItem]:
    waits = queries.waiting_on_officers(reading)
    said = {
        "waiting": (Message(N_("Needs waiting for you")), 1),
        "unanswered": (Message(N_("Open needs nobody has answered for 10 working days")), 3),
        "owed": (Message(N_("Needs nobody met: the group waits for an answer")), 2),
    }
    items = []
    for name, (title, urgency) in said.items():
        count, since = waits[name]
        if count:
            day = since.astimezone(LONDON).date() if since else None
            detail = Message(N_("The oldest since %(day)s"), day=day) if day else None
            items.append(DeskItem(title, url_for("needs.waiting", show=name), count, urgency, detail))
    return items
