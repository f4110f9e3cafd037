"""What was suspended, closed and merged, until when each can be undone, and what came of undoing it."""

from __future__ import annotations

from flask import render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.web import access, downloads, forms, paging
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.continuity import actions, queries
from cwb.continuity.pages.room import blueprint
from cwb.continuity.rules import (
    CHANGE_LABELS,
    DEED_LABELS,
    SEE_UNDERTAKINGS,
    SUSPEND_PROVIDER,
    THING_LABELS,
    UNDOES,
    Deed,
    Fate,
)

FILTERS: dict[str, Message] = {
    "": Message(N_("All")),
    "undoable": Message(N_("Can be undone")),
    "undone": Message(N_("Undone")),
    str(Deed.SUSPEND): Message(N_("Suspended")),
    str(Deed.CLOSE_GROUP): Message(N_("Closed")),
    str(Deed.MERGE): Message(N_("Merged")),
}
CHANGES_ON_A_PAGE = 50
INSTEAD_ON_A_PAGE = 8
IN_A_FILE = 5_000


def _asked() -> str:
    asked = request.args.get("which", "")
    return asked if asked in FILTERS else ""


@blueprint.get("/undertakings")
@requires(SEE_UNDERTAKINGS)
def index() -> str:
    """Every act over many rooms, newest first."""
    number, only = paging.asked_page(), _asked()
    total, rows = queries.undertakings(reading(), access.actor(), number, paging.PER_PAGE, on=today(), only=only)
    return render_template(
        "cwb/continuity/undertakings.html",
        page=paging.Page(rows, number, total),
        deeds=DEED_LABELS,
        filters=FILTERS,
        only=only,
        today=today(),
    )


@blueprint.get("/undertakings.csv")
@requires(SEE_UNDERTAKINGS)
def index_csv() -> Response:
    """The same list as a table."""
    _, rows = queries.undertakings(reading(), access.actor(), 1, IN_A_FILE, on=today(), only=_asked())
    return downloads.csv_answer(
        "suspended-closed-merged.csv",
        ("reference", "what", "organisation", "done_at_utc", "until", "undone_at_utc", "changed", "back", "not_back"),
        [
            [
                one.reference,
                str(one.deed),
                one.organisation_name,
                one.at_utc.isoformat(),
                one.until.isoformat(),
                one.undone_at_utc.isoformat() if one.undone_at_utc else "",
                one.changes,
                one.back,
                one.kept,
            ]
            for one in rows
        ],
    )


@blueprint.get("/undertakings/<reference>")
@requires(SEE_UNDERTAKINGS)
def show(reference: str) -> str:
    """One act: what it changed, thing by thing, and what is back."""
    number = paging.asked_page()
    found, changes = queries.undertaking(reading(), access.actor(), reference, number, CHANGES_ON_A_PAGE)
    return render_template(
        "cwb/continuity/undertaking.html",
        one=found,
        page=paging.Page(changes, number, found.changes, CHANGES_ON_A_PAGE),
        deeds=DEED_LABELS,
        things=THING_LABELS,
        labels=CHANGE_LABELS,
        may_propose=access.actor().may(SUSPEND_PROVIDER),
        may_undo=access.actor().may(UNDOES[found.deed]) and found.can_be_undone(today()),
    )


@blueprint.post("/undertakings/<reference>/undo")
@requires(SUSPEND_PROVIDER)
def undo(reference: str) -> Response:
    back, kept = actions.undo(access.actor(), reference)
    if kept:
        said = Message(N_("Undone. Back as before: %(back)s. Not back: %(kept)s; below is why."), back=back, kept=kept)
    else:
        said = Message(N_("Undone. Everything is back as before."))
    return forms.done(url_for("continuity.show", reference=reference), said)


@blueprint.get("/undertakings/<reference>/instead")
@requires(SUSPEND_PROVIDER)
def instead(reference: str) -> str:
    """Other help for what a suspension stopped, each with its button."""
    found = queries.undertaking_view(reading(), access.actor(), reference)
    stopped = [] if found.is_undone else queries.stopped_by(reading(), found)
    number = min(paging.asked_page(), max(1, -(-len(stopped) // INSTEAD_ON_A_PAGE)))
    first = (number - 1) * INSTEAD_ON_A_PAGE
    shown = stopped[first : first + INSTEAD_ON_A_PAGE]
    return render_template(
        "cwb/continuity/instead.html",
        one=found,
        page=paging.Page(shown, number, len(stopped), INSTEAD_ON_A_PAGE),
        instead=queries.other_help(reading(), access.actor(), shown, provider_id=found.organisation_id),
        Fate=Fate,
    )


@blueprint.post("/undertakings/<reference>/instead")
@requires(SUSPEND_PROVIDER)
def propose(reference: str) -> Response:
    promise, pledge = request.form.get("promise", ""), request.form.get("pledge", "")
    made = actions.propose_instead(access.actor(), reference, promise, pledge)
    said = Message(N_("Proposed to both sides as %(reference)s. It is agreed when both say yes."), reference=made)
    return forms.done(url_for("continuity.instead", reference=reference), said)


def waiting_for(session: Session, actor: Actor) -> list[DeskItem]:
    """For officers: acts that can still be undone."""
    if not actor.may(SUSPEND_PROVIDER):
        return []
    total = queries.count_undoable(session, today())
    if not total:
        return []
    title = Message(N_("Suspended, closed or merged lately: each can be undone as a whole"))
    return [DeskItem(title, url_for("continuity.index", which="undoable"), total, 8)]
