"""Changing what was agreed, and saying that a date did not take place."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from community_book.base.errors import NotThere, WrongState
from community_book.base.messages import N_, Message
from community_book.web import access, fields, forms
from community_book.web.access import requires
from cwb.commitments import actions, saying
from cwb.commitments.pages.room import back, blueprint, seen_for
from cwb.commitments.rules import CHANGE_PROMISE, NewChange
from cwb.commitments.schemas import CHANGE_FORMS, NoteForm
from cwb.commitments.views import CommitmentView, SessionView

TITLES: dict[str, Message] = {
    "amount": Message(N_("Propose another amount")),
    "dates": Message(N_("Propose other days")),
    "move": Message(N_("Propose another day or time")),
    "drop": Message(N_("Propose to give up a date")),
}


def _session(view: CommitmentView) -> SessionView | None:
    typed = request.args.get("session", "")
    known = {str(session.id): session for session in view.terms.sessions}
    return known.get(typed)


def _values(view: CommitmentView, session: SessionView | None) -> dict[str, Any]:
    terms = view.terms
    return {
        "version": view.version,
        "amount": terms.amount,
        "first_day": terms.first_day,
        "last_day": terms.last_day,
        "starts_minute": session.starts_minute if session else None,
    }


@blueprint.route("/promises/<reference>/change/<any(amount, dates, move, drop):what>", methods=["GET", "POST"])
@requires(CHANGE_PROMISE)
def change(reference: str, what: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "propose_change")
    session = _session(view)
    if what in {"move", "drop"} and session is None:
        raise NotThere
    if what in {"amount", "dates"} and view.terms.sessions:
        raise WrongState(Message(N_("This promise goes by dates. Move a date, or give one up, on its page.")))
    schema = CHANGE_FORMS[what]()
    if isinstance(amount := schema.fields.get("amount"), fields.Amount):
        amount.unit = view.terms.unit
    form = forms.Form(schema, values=_values(view, session))
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.propose_change(
                access.actor(),
                reference,
                NewChange(what=what, session_id=session.id if session else None, **vars(new)),
            )
            return back(reference, Message(N_("Your change is proposed. It is made when the other side agrees.")))
    return forms.page(
        "cwb/commitments/change.html",
        form,
        promise=view,
        title=TITLES[what],
        session_words=saying.say_one_session(session) if session else None,
        names=[name for name in schema.fields if name != "version"],
    )


@blueprint.post("/promises/<reference>/changes/<change_reference>/agree")
@requires(CHANGE_PROMISE)
def agree_change(reference: str, change_reference: str) -> Response:
    actions.agree_change(access.actor(), reference, change_reference)
    return back(reference, Message(N_("The change is agreed and made.")))


@blueprint.post("/promises/<reference>/changes/<change_reference>/decline")
@requires(CHANGE_PROMISE)
def decline_change(reference: str, change_reference: str) -> Response:
    actions.decline_change(access.actor(), reference, change_reference)
    return back(reference, Message(N_("You have declined the change. All stays as it was.")))


@blueprint.post("/promises/<reference>/changes/<change_reference>/take-back")
@requires(CHANGE_PROMISE)
def take_back_change(reference: str, change_reference: str) -> Response:
    actions.take_back_change(access.actor(), reference, change_reference)
    return back(reference, Message(N_("Your change is taken back.")))


@blueprint.route("/promises/<reference>/did-not-happen", methods=["GET", "POST"])
@requires(CHANGE_PROMISE)
def did_not_happen(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "say_did_not_happen")
    session = _session(view)
    if view.terms.sessions and session is None:
        raise NotThere
    form = forms.Form(NoteForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.say_did_not_happen(
                access.actor(), reference, session_id=session.id if session else None, text=new.text
            )
            return back(reference, Message(N_("Thank you for saying so. The other side is told.")))
    return forms.page(
        "cwb/commitments/did_not_happen.html",
        form,
        promise=view,
        session_words=saying.say_one_session(session) if session else None,
    )


@blueprint.post("/promises/<reference>/notes/<int:note_id>/agree")
@requires(CHANGE_PROMISE)
def agree_did_not_happen(reference: str, note_id: int) -> Response:
    actions.agree_did_not_happen(access.actor(), reference, note_id)
    return back(reference, Message(N_("It counts as not used.")))
