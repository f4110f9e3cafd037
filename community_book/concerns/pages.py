"""Pages about concerns: saying that something is wrong, and what safeguarding officers do about it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.actor import SIGNED_IN, Actor
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.concerns import actions, queries
from community_book.concerns.rules import ABOUT, BEFORE_HOLDING, CONCERN, DONE, can_stop, subject_of
from community_book.concerns.schemas import ActForm, ConcernForm, NoteForm
from community_book.web import access, forms, paging
from community_book.web.access import public, requires
from community_book.web.database import reading

blueprint = Blueprint("concerns", __name__)


@blueprint.route("/concern", methods=["GET", "POST"])
@public
def report() -> Response | tuple[str, int]:
    about = subject_of(request.args.get("about", ""))
    form = forms.Form(ConcernForm(), values={"about": about})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.raise_concern(access.actor(), new, address=request.remote_addr or "")
            return forms.done(url_for("concerns.thanks"), Message(N_("Thank you for saying so.")))
    if form.sent:
        about = subject_of(request.form.get("about", ""))
    return forms.page(
        "community_book/concerns/report.html",
        form,
        about=ABOUT.get(about.partition(":")[0]),
        reference=about.partition(":")[2],
        back=registers.address_of(about) if about else "",
        can_stop=can_stop(about),
    )


@blueprint.get("/concern/thanks")
@public
def thanks() -> str:
    return render_template("community_book/concerns/thanks.html")


@blueprint.get("/concerns")
@requires(SIGNED_IN)
def index() -> str:
    closed = request.args.get("closed") == "yes"
    number = paging.asked_page()
    total, rows = queries.concerns(
        reading(),
        access.actor(),
        closed=closed,
        limit=paging.PER_PAGE,
        offset=(number - 1) * paging.PER_PAGE,
    )
    actions.note_reading(access.actor(), "")
    return render_template(
        "community_book/concerns/list.html",
        page=paging.Page(rows, number, total),
        closed=closed,
        labels=CONCERN.labels,
        kinds=ABOUT,
    )


@blueprint.get("/concerns/<reference>")
@requires(SIGNED_IN)
def show(reference: str) -> str:
    return _page(reference, forms.Form(NoteForm()))[0]


def _page(reference: str, form: forms.Form) -> tuple[str, int]:
    """A concern with its note form; that it was read is written down."""
    found = queries.concern(reading(), access.actor(), reference)
    actions.note_reading(access.actor(), found.reference)
    kind, _, about = found.subject.partition(":")
    return forms.page(
        "community_book/concerns/show.html",
        form,
        concern=found,
        label=CONCERN.labels[found.state],
        may=lambda act: CONCERN.allows(act, found.state) and (act != "hold" or can_stop(found.subject)),
        kind=ABOUT.get(kind),
        about=about,
        address=registers.address_of(found.subject) if found.subject else "",
        done=DONE,
        before_holding=BEFORE_HOLDING.get(kind),
    )


@blueprint.post("/concerns/<reference>/hold")
@requires(SIGNED_IN)
def hold(reference: str) -> Response:
    queries.must_see(access.actor())
    given = forms.read(ActForm(), request.form)
    actions.hold_subject(access.actor(), reference, given.words, given.version)
    return forms.done(
        url_for("concerns.show", reference=reference), Message(N_("It is on hold. Release it when it may go on."))
    )


@blueprint.post("/concerns/<reference>/release")
@requires(SIGNED_IN)
def release(reference: str) -> Response:
    queries.must_see(access.actor())
    given = forms.read(ActForm(), request.form)
    actions.release_subject(access.actor(), reference, given.words, given.version)
    return forms.done(
        url_for("concerns.show", reference=reference),
        Message(N_("It is released. Close the concern when nothing more is to be done.")),
    )


@blueprint.post("/concerns/<reference>/note")
@requires(SIGNED_IN)
def note(reference: str) -> Response | tuple[str, int]:
    queries.must_see(access.actor())
    form = forms.Form(NoteForm())
    if (given := form.read()) is not None:
        with form.acting():
            actions.add_note(access.actor(), reference, given.words, given.version)
            return forms.done(url_for("concerns.show", reference=reference), Message(N_("Noted.")))
    return _page(reference, form)


@blueprint.post("/concerns/<reference>/close")
@requires(SIGNED_IN)
def close(reference: str) -> Response:
    queries.must_see(access.actor())
    given = forms.read(ActForm(), request.form)
    actions.close_concern(access.actor(), reference, given.words, given.version)
    return forms.done(
        url_for("concerns.index"), Message(N_("The concern is closed. It is kept under closed concerns."))
    )


def desk_items(reading: Session, actor: Actor) -> list[DeskItem]:
    """For safeguarding officers: how many concerns are open."""
    count = queries.open_count(reading, actor)
    return [DeskItem(Message(N_("Concerns")), url_for("concerns.index"), count=count, urgency=0)] if count else []
