"""What of pledges waits on a desk."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from cwb.pledges import queries
from cwb.pledges.rules import LOG_PLEDGES, MODERATE_PLEDGES


def waiting_for(reading: Session, actor: Actor) -> list[DeskItem]:
    """A provider's returned pledges, drafts and pledges that end soon; an officer's queue."""
    found = []
    if actor.may(LOG_PLEDGES) and actor.organisation_id is not None:
        counts = queries.own_counts(reading, actor.organisation_id)
        for state, title, urgency in (
            ("returned", Message(N_("Pledges returned with a question")), 1),
            ("draft", Message(N_("Drafts of pledges, not posted yet")), 6),
        ):
            if counts[state]:
                found.append(DeskItem(title, url_for("pledges.own", state=state), counts[state], urgency))
        if counts["ending"]:
            found.append(
                DeskItem(
                    Message(N_("Pledges whose last day is near")),
                    url_for("pledges.own", state="offered"),
                    counts["ending"],
                    4,
                    Message(N_("Still on offer? Say so, or choose a later last day.")),
                )
            )
    if actor.may(MODERATE_PLEDGES) and (count := queries.waiting_count(reading)):
        found.append(DeskItem(Message(N_("Pledges that wait to go on offer")), url_for("pledges.waiting"), count, 2))
    return found
