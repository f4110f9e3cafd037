"""What groups put on a desk: asks that wait for officers, an entry for its people, to be confirmed by its leads."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.base.settings import settings
from community_book.groups import queries
from community_book.groups.queries.moderation import own_standing
from community_book.groups.rules import EDIT_GROUP, MODERATE_GROUPS, RUN_ACTIVITIES, GroupState, ask_again_on

NOW, TODAY, INFORMATION = 0, 2, 8


def desk_items(reading: Session, actor: Actor) -> list[DeskItem]:
    """At most three items: for officers the asks and what is said of entries, for a group's people their own entry."""
    items = []
    if actor.may(MODERATE_GROUPS):
        count, days = queries.waiting_count(reading)
        if count:
            late = days >= settings().answer_working_days
            items.append(
                DeskItem(
                    Message(N_("Groups that ask to be listed")),
                    url_for("groups.waiting"),
                    count=count,
                    urgency=NOW if late else TODAY,
                    detail=_waited(days),
                )
            )
        said, days = queries.reports_waiting_count(reading)
        if said:
            late = days >= settings().answer_working_days
            items.append(
                DeskItem(
                    Message(N_("Entries claimed or not right")),
                    url_for("groups.waiting"),
                    count=said,
                    urgency=NOW if late else TODAY,
                    detail=_waited(days),
                )
            )
    if actor.may(RUN_ACTIVITIES) and (own := own_standing(reading, actor)) is not None:
        reference, state, confirmed_on = own
        address = url_for("groups.show", reference=reference)
        if state is GroupState.SUSPENDED:
            items.append(DeskItem(Message(N_("Your entry is suspended")), address, urgency=NOW))
        elif state in {GroupState.LISTED, GroupState.PAUSED}:
            due = actor.may(EDIT_GROUP) and today() >= ask_again_on(confirmed_on, settings().freshness_days)
            items.append(
                DeskItem(
                    Message(N_("Is your entry still right?")) if due else Message(N_("Your group's entry")),
                    address,
                    urgency=TODAY if due else INFORMATION,
                    detail=Message(N_("Last confirmed on %(day)s"), day=confirmed_on),
                )
            )
    return items


def _waited(days: int) -> Message | None:
    if days == 1:
        return Message(N_("The oldest has waited 1 working day."))
    return Message(N_("The oldest has waited %(days)s working days."), days=days) if days else None
