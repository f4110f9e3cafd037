"""One need: its page, on paper, and its history."""

from __future__ import annotations

from flask import render_template

from community_book.base.amounts import KIND_LABELS
from community_book.base.clock import LONDON, today, working_days_between
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.base.terms import ITEM_TYPES, SUBJECTS
from community_book.needs import queries
from community_book.needs.pages.blueprint import acts_shown, blueprint, found_need
from community_book.needs.rules import (
    NEVER_ON_OFFER,
    STATE_COLOURS,
    STATE_LABELS,
    NeedState,
    say_conditions,
    say_features,
    say_team,
    words_to_look_at,
)
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
        parts=[_part(found, place) for place in range(len(found.parts))],
        acts=acts_shown(actor, found),
        state_label=STATE_LABELS[found.state],
        state_colour=STATE_COLOURS[found.state],
        inside=inside,
        steps=steps,
        act_words=ACT_WORDS,
        hints=_hints(found) if actor.is_council or found.is_own else [],
        unanswered=_unanswered(found),
        subject={"need_id": found.id, "reference": found.reference, "part_ids": [part.id for part in found.parts]},
    )


@blueprint.get("/needs/<reference>/print")
@public
def on_paper(reference: str) -> str:
    """The need for a notice board or a meeting, without buttons."""
    found = found_need(reference)
    return render_template(
        "community_book/needs/paper.html",
        need=found,
        parts=[_part(found, place) for place in range(len(found.parts))],
        state_label=STATE_LABELS[found.state],
        address=f"{settings().public_url}/needs/{found.reference}",
    )


def _part(found: NeedView, place: int) -> dict[str, object]:
    """A part with what its page says about it in words."""
    part = found.parts[place]
    about = ITEM_TYPES.get(part.item_type) or SUBJECTS.get(part.subject)
    return {
        "part": part,
        "kind": KIND_LABELS[part.kind],
        "about": about,
        "features": say_features(part.kind, part.features),
        "conditions": say_conditions(part.conditions),
        "terms": part.conditions.get("terms", ""),
        "team": say_team(part.team_smallest, part.team_largest, part.visit_minutes),
        "coming": [session for session in part.sessions if session.day >= today()],
    }


def _hints(found: NeedView) -> list[Message]:
    """What is never on offer and may be meant here: for officers and the group, before it is opened."""
    if found.state not in {NeedState.DRAFT, NeedState.WAITING, NeedState.RETURNED}:
        return []
    return [NEVER_ON_OFFER[key] for key in words_to_look_at(found.title, found.story)]


def _unanswered(found: NeedView) -> bool:
    """Whether an open need has waited for an answer longer than it should."""
    if found.state is not NeedState.OPEN or found.first_answer_at_utc or found.opened_at_utc is None:
        return False
    opened_on = found.opened_at_utc.astimezone(LONDON).date()
    return working_days_between(opened_on, today()) >= settings().stuck_working_days
