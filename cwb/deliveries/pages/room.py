"""What every page of the room uses: the blueprint, the version a button stands on, sent files, the way back."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message, Problem
from community_book.web import access, forms
from community_book.web.database import reading
from cwb.deliveries import actions, queries, rules
from cwb.deliveries.actions.evidence import GONE
from cwb.deliveries.rules import SentFile
from cwb.deliveries.views import DeliveryView, WaitingFile

blueprint = Blueprint("deliveries", __name__)
KEPT_AT_MOST = 100


def version() -> int | None:
    """The version a one-button form stands on; None for what is no version."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def back(reference: str, said: Message) -> Response:
    """To the delivery's page, with a sentence."""
    return forms.done(url_for("deliveries.show", reference=reference), said)


def seen_for(reference: str, *acts: str) -> DeliveryView:
    """The delivery, where the actor may do one of the acts now; so that no form is shown in vain."""
    view = queries.delivery(reading(), access.actor(), reference)
    if view.may.isdisjoint(acts):
        if view.who is None:
            raise NotAllowed(Message(N_("You can read this report; what is done with it is for others.")))
        rules.check(acts[0], view.case, view.who)
    return view


def sent_files() -> list[SentFile]:
    """The files of a form; each is read only when its turn comes."""
    return [_sent(file) for file in forms.files()]


def received(form: forms.Form, about: str) -> tuple[WaitingFile, ...]:
    """The files of a form that was sent: those kept from before and still ticked, and those that came with it now.

    What is wrong with any becomes a problem of the form; the others stay kept while it is put right. `about` is what
    the form is for, such as "pledge:P-7K2M9Q".
    """
    if not form.sent:
        return ()
    ticked = list(dict.fromkeys(request.form.getlist("kept")))[:KEPT_AT_MOST]
    form.schema.fields["kept"].choices = [(reference, reference) for reference in ticked]  # type: ignore[attr-defined]
    new, problems = actions.receive_files(access.actor(), about, sent_files()) if forms.files() else ([], [])
    form.problems += problems
    waiting = queries.waiting_files(reading(), access.actor(), [*ticked, *new])
    if len(waiting) < len(ticked) + len(new):
        form.problems.append(Problem("files", GONE))
    return waiting


def _sent(file: FileStorage) -> SentFile:
    return SentFile(file.filename or "", file.stream.read)
