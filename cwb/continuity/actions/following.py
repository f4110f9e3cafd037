"""What follows over the rooms when a concern or a suspended group stops something. Subscribers of events."""

from __future__ import annotations

from community_book.base.outbox import Event
from community_book.base.work import Work
from community_book.concerns.queries import is_held
from community_book.needs.actions import hide_need, show_need
from cwb.commitments.actions import hold_commitment, release_commitment
from cwb.commitments.queries import ids_not_over
from cwb.continuity import queries
from cwb.continuity.rules import CONCERN, SUSPENDED
from cwb.pledges.actions import put_back_on_offer, take_off_offer


def after_concern_held(work: Work, event: Event) -> None:
    """Subscriber: a concern stops what it is about: promises are held, a need is hidden, a pledge is off offer."""
    subject = str(event.payload["subject"])
    if subject.startswith("pledge:"):
        take_off_offer(work, subject.removeprefix("pledge:"))
    for commitment_id in queries.promises_about(work, subject):
        if hold_commitment(work, commitment_id, why=CONCERN, about=subject):
            work.record("commitment.hold", subject, facts={"why": CONCERN})
    need_id = queries.need_about(work, subject) if subject.startswith("need:") else None
    if need_id is not None:
        hide_need(work, need_id)


def after_concern_released(work: Work, event: Event) -> None:
    """Subscriber: the safeguarding officer lets it go on; what a suspension stops stays stopped."""
    subject = str(event.payload["subject"])
    if subject.startswith("pledge:") and queries.may_go_on(work, subject):
        put_back_on_offer(work, subject.removeprefix("pledge:"))
    for commitment_id in queries.promises_about(work, subject):
        if release_commitment(work, commitment_id, why=CONCERN, about=subject):
            work.record("commitment.release", subject, facts={"why": CONCERN})
    need_id = queries.need_about(work, subject) if subject.startswith("need:") else None
    if need_id is not None:
        show_need(work, need_id)


def after_group_suspended(work: Work, event: Event) -> None:
    """Subscriber: a suspended group asks for nothing meanwhile: its needs are hidden, its promises on hold."""
    group_id, about = int(event.payload["organisation_id"]), f"group:{event.payload['reference']}"
    for commitment_id in ids_not_over(work, group_id=group_id):
        if hold_commitment(work, commitment_id, why=SUSPENDED, about=about):
            work.record("commitment.hold", about, facts={"why": SUSPENDED})
    for need in queries.needs_of_group(work, group_id):
        hide_need(work, need.id)


def after_group_suspension_lifted(work: Work, event: Event) -> None:
    """Subscriber: the group asks again; what a concern hides stays hidden."""
    group_id, about = int(event.payload["organisation_id"]), f"group:{event.payload['reference']}"
    for commitment_id in ids_not_over(work, group_id=group_id):
        if release_commitment(work, commitment_id, why=SUSPENDED, about=about):
            work.record("commitment.release", about, facts={"why": SUSPENDED})
    for need in queries.needs_of_group(work, group_id):
        if not is_held(work, need.subject):
            show_need(work, need.id)
