"""A delivery's own page, the public one of it, and its files."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request
from werkzeug.wrappers import Response as Answer

from community_book.base.errors import NotThere
from community_book.base.files import store
from community_book.web import access
from community_book.web.access import public, requires
from community_book.web.database import reading
from cwb.deliveries import queries, rules, saying
from cwb.deliveries.pages.room import blueprint
from cwb.deliveries.rules import DECIDE_DELIVERY, SEE_DELIVERIES
from cwb.deliveries.views import EvidenceFile

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@blueprint.get("/deliveries/<reference>")
@public
def show(reference: str) -> str:
    """Everything for both sides and the council; for everybody else what is public of a verified one, or 404."""
    actor = access.actor()
    if not queries.sees_in_full(reading(), actor, reference):
        found = queries.public_delivery(reading(), reference)
        return render_template("cwb/deliveries/public.html", delivery=found.row, found=found, saying=saying)
    view = queries.delivery(reading(), actor, reference)
    return render_template(
        "cwb/deliveries/show.html",
        delivery=view,
        sentence=saying.say_report(view),
        next_step=saying.say_next(view),
        saying=saying,
        flag_labels=rules.FLAG_LABELS,
        bases=rules.WHAT_IT_RESTED_ON,
        is_council=actor.is_council,
    )


@blueprint.get("/evidence/<uuid:uuid>")
@requires(SEE_DELIVERIES)
def evidence(uuid: UUID) -> Answer:
    """A file, to those who see its delivery; `?view=1` shows our own re-encoded pictures inline."""
    return hand_out(queries.evidence_file(reading(), access.actor(), uuid), inline=request.args.get("view") == "1")


@blueprint.get("/evidence/<uuid:uuid>/beside/<uuid:other>")
@requires(DECIDE_DELIVERY)
def beside(uuid: UUID, other: UUID) -> str:
    """Two pictures side by side, for whoever decides whether they are one."""
    pictures = queries.pictures_beside(reading(), access.actor(), uuid, other)
    return render_template("cwb/deliveries/beside.html", pictures=pictures, labels=rules.STATE_LABELS)


def hand_out(file: EvidenceFile, *, inline: bool) -> Answer:
    """The file as it lies in the store: never run, never kept by the browser, its type never guessed."""
    try:
        content = store().get(file.sha256)
    except (FileNotFoundError, ValueError) as error:
        raise NotThere from error
    response = Response(content, content_type=file.media_type)
    shown = inline and file.media_type.startswith("image/")
    response.headers.set(
        "Content-Disposition", "inline" if shown else "attachment", filename=file.name.rpartition("/")[2]
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
