"""One need: its page, on paper, and its history."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template

from community_book.base.clock import today, working_days_between
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.needs import queries
from community_book.needs.pages.blueprint import acts_shown, blueprint, found_need
from community_book.needs.pages.shown import hints_of, part_rows
from community_book.needs.rules import STATE_COLOURS, STATE_LABELS, NeedState
from community_book.needs.views import NeedView
from community_book.web import access
from community_book.web.access import public
from community_book.web.database import reading

ACT_WORDS: dict[str, Message] = {
    "need.save": Message(N_("saved as a draft")),
    "need.copy": Message(N_("copied from an earlier need")),
    "need.post": Message(N_("posted")),
    "need.change": Message(N_("changed")),
    "need.open": Message(N_("opened")),
    "need.return": Message(N_("sent back")),
    "need.decline": Message(N_("declined")),
    "need.merge": Message(N_("joined with another need")),
    "need.close": Message(N_("closed with an answer")),
    "need.pause": Message(N_("paused")),
    "need.resume": Message(N_("opened again")),
    "need.withdraw": Message(N_("taken back")),
    "need.still_needed": Message(N_("said to be still needed")),
    "need.keep_one": Message(N_("kept one of several")),
    "need.keep_asking": Message(N_("said to be needed in all its parts")),
    "need.add_part": Message(N_("asked for one thing more")),
    "need.change_part": Message(N_("changed in one of its parts")),
    "need.drop_part": Message(N_("asked for one thing less")),
    "need.ask_still_needed": Message(N_("asked whether it is still needed")),
    "need.expire": Message(N_("ended, its last day was over")),
    "need.hide": Message(N_("put on hold")),
    "need.show": Message(N_("shown again")),
}
"""What was done, for a need's history; acts of other rooms are told on their own pages."""


@blueprint.get("/needs/<reference>")
@public
def show(reference: str) -> str:
    """A need: for everybody its public fields, for its group and the council all of it."""
    found, actor = found_need(reference), access.actor()
    inside = found.is_own or found.sees_all
    steps = [step for step in queries.history(reading(), found) if step.act in ACT_WORDS] if inside else []
    return render_template(
        "community_book/needs/need.html",
        need=found,
        parts=part_rows(found),
        acts=acts_shown(actor, found),
        state_label=STATE_LABELS[found.state],
        state_colour=STATE_COLOURS[found.state],
        inside=inside,
        steps=steps,
        act_words=ACT_WORDS,
        hints=hints_of(found) if inside else [],
        unanswered=_unanswered(found),
        subject={"need_id": found.id, "reference": found.reference, "part_ids": [part.id for part in found.parts]},
    )


@blueprint.get("/needs/<reference>/print")
@public
def on_paper(reference: str) -> str:
    """The need for a notice board or a meeting, without buttons: the place only where everybody may know it."""
    found = found_need(reference)
    parts = [part if part.is_public_place else replace(part, place_label="", postcode="") for part in found.parts]
    found = replace(found, parts=tuple(parts))
    return render_template(
        "community_book/needs/paper.html",
        need=found,
        parts=part_rows(found),
        state_label=STATE_LABELS[found.state],
        address=f"{settings().public_url}/needs/{found.reference}",
    )


def _unanswered(found: NeedView) -> bool:
    """Whether an open need has waited for an answer longer than it should."""
    if found.state is not NeedState.OPEN or found.first_answer_at_utc or found.opened_on is None:
        return False
    return working_days_between(found.opened_on, today()) >= settings().stuck_working_days
