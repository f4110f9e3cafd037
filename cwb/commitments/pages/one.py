"""One promise: what was agreed, its dates, how far it is, what can be done now, words between the two sides."""

from __future__ import annotations

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from community_book.base import audit
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.commitments import actions, queries, rules, saying
from cwb.commitments.pages.room import back, blueprint
from cwb.commitments.rules import SEE_PROMISES, WRITE_MESSAGE, SessionState
from cwb.commitments.schemas import MessageForm
from cwb.commitments.views import CommitmentView


def _page(view: CommitmentView, form: forms.Form) -> tuple[str, int]:
    past = audit.history(reading(), f"commitment:{view.reference}")
    return render_template("cwb/commitments/show.html", form=form, history=saying.told(past, view), **shown(view)), (
        form.status
    )


def shown(view: CommitmentView) -> dict[str, Any]:
    """What a page shows of a promise, beside its form."""
    terms = view.terms
    change = view.open_change
    return {
        "promise": view,
        "sentence": saying.say_promise(view),
        "heading": saying.say_heading(view),
        "state": saying.say_state(view),
        "colour": rules.STATE_COLOURS.get(view.state, "grey"),
        "reason": saying.say_reason(view),
        "hosting": saying.say_hosting(view),
        "sessions": [(one, saying.say_one_session(one), rules.SESSION_LABELS[one.state]) for one in terms.sessions],
        "planned": SessionState.PLANNED,
        "change": change,
        "change_words": saying.say_change(change, terms.unit) if change else None,
        "past_changes": [
            (one, saying.say_change(one, terms.unit), saying.CHANGE_LABELS[one.state])
            for one in view.changes
            if one is not change
        ],
        "notes": [
            (note, saying.say_one_session(note.session) if note.session else None, saying.NOTE_LABELS[note.outcome])
            for note in view.notes
        ],
        "lateness": rules.LATENESS_LABELS[view.lateness],
        "percent": round(100 * terms.reported / terms.amount) if terms.amount else 0,
        "on": today(),
        "is_open": view.standing.stage in rules.OPEN,
        "is_live": view.standing.stage in rules.LIVE,
    }


@blueprint.get("/promises/<reference>")
@requires(SEE_PROMISES)
def show(reference: str) -> tuple[str, int]:
    return _page(queries.commitment(reading(), access.actor(), reference), forms.Form(MessageForm()))


@blueprint.post("/promises/<reference>/messages")
@requires(WRITE_MESSAGE)
def write(reference: str) -> Response | tuple[str, int]:
    form = forms.Form(MessageForm())
    if (new := form.read()) is not None:
        with form.acting():
            actions.write_message(access.actor(), reference, new.text)
            return back(reference, Message(N_("Your message was sent.")))
    return _page(queries.commitment(reading(), access.actor(), reference), form)
