"""What of promises waits on a desk."""

from __future__ import annotations

from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from cwb.commitments import queries
from cwb.commitments.rules import ANSWER_PROMISE, PROPOSE_PROMISE


def waiting_for(reading: Session, actor: Actor) -> list[DeskItem]:
    """Answers that wait, dates this week, what is late; for officers what is stuck and what was declined often."""
    is_side, is_officer = actor.may(ANSWER_PROMISE), actor.may(PROPOSE_PROMISE)
    if actor.is_system or not (is_side or is_officer):
        return []
    found = _of_a_side(reading, actor) if is_side else []
    return [*found, *_of_an_officer(reading, actor)] if is_officer else found


def _of_a_side(reading: Session, actor: Actor) -> list[DeskItem]:
    counts = queries.counts(reading, actor, today() + timedelta(days=7))
    found = []
    if counts.to_answer:
        found.append(
            DeskItem(
                Message(N_("Offers and requests that wait for your answer")),
                url_for("commitments.index", answer="yes"),
                counts.to_answer,
                1,
                Message(N_("They lapse after ten working days.")),
            )
        )
    if counts.changes:
        found.append(
            DeskItem(
                Message(N_("Changes of promises that wait for your answer")),
                url_for("commitments.index", answer="change"),
                counts.changes,
                1,
                Message(N_("Nothing changes until you agree.")),
            )
        )
    if counts.late:
        found.append(
            DeskItem(
                Message(N_("Promises nobody has said yet what happened")),
                url_for("commitments.index", late="late"),
                counts.late,
                2,
            )
        )
    if counts.coming:
        found.append(DeskItem(Message(N_("Dates this week")), url_for("commitments.coming"), counts.coming, 6))
    if counts.with_others:
        found.append(
            DeskItem(
                Message(N_("Offers and requests that wait for the other side")),
                url_for("commitments.index", answer="theirs"),
                counts.with_others,
                7,
            )
        )
    return found


def _of_an_officer(reading: Session, actor: Actor) -> list[DeskItem]:
    stuck, overdue = queries.late_counts(reading, actor)
    found = []
    if overdue:
        found.append(
            DeskItem(
                Message(N_("Promises 30 working days late: stop them early?")),
                url_for("commitments.index", late="overdue"),
                overdue,
                1,
            )
        )
    if stuck:
        found.append(DeskItem(Message(N_("Stuck promises")), url_for("commitments.index", late="stuck"), stuck, 3))
    if often := queries.count_declined_often(reading):
        found.append(
            DeskItem(Message(N_("Needs declined three times")), url_for("commitments.declined_often"), often, 2)
        )
    return found
