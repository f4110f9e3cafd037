"""What every page of the room uses: the blueprint, the version a button stands on, the way back."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.database import reading
from cwb.commitments import queries, rules
from cwb.commitments.views import CommitmentView

blueprint = Blueprint("commitments", __name__)


def version() -> int | None:
    """The version a one-button form stands on; None for what is no version."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def back(reference: str, said: Message) -> Response:
    """To the promise's page, with a sentence."""
    return forms.done(url_for("commitments.show", reference=reference), said)


def seen_for(reference: str, act: str) -> CommitmentView:
    """The promise, where the actor may do the act now; so that no form is shown in vain."""
    view = queries.commitment(reading(), access.actor(), reference)
    if view.side is None:
        raise NotAllowed(Message(N_("You can read this promise; what is done with it is for others.")))
    rules.check(act, view.standing, view.side)
    return view
