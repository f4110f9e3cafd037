"""As whom somebody acts here: one of their organisations, or the one an officer records for."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import SIGNED_IN
from community_book.base.messages import N_, Message
from community_book.organisations.queries import find_by_name
from community_book.people import actions
from community_book.people.pages.account import own_token
from community_book.people.pages.blueprint import blueprint
from community_book.people.rules import RECORD_FOR
from community_book.people.schemas import ActAsForm
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading

Answer = Response | str | tuple[str, int]


@blueprint.route("/act-as", methods=["GET", "POST"])
@requires(SIGNED_IN)
def act_as() -> Answer:
    actor = access.actor()
    schema = ActAsForm()
    schema.fields["organisation"].choices = [  # type: ignore[attr-defined]
        (place.organisation_reference, place.organisation_name) for place in actor.memberships
    ]
    present = {"organisation": actor.organisation_reference, "next": request.args.get("next", "")}
    form = forms.Form(schema, values=present)
    if form.sent and (chosen := form.read()) is not None:
        name = actions.act_as(actor, chosen["organisation"], token=own_token())
        return forms.done(
            forms.safe_next(chosen["next"], url_for("desks.desk")), Message(N_("You act as %(name)s now."), name=name)
        )
    return forms.page("community_book/people/act_as.html", form)


@blueprint.get("/record-for")
@requires(RECORD_FOR)
def record_for() -> Answer:
    words = request.args.get("words", "").replace("\0", "")[:100]
    return render_template(
        "community_book/people/record_for.html", words=words, found=find_by_name(reading(), words) if words else None
    )


@blueprint.post("/record-for")
@requires(RECORD_FOR)
def start_recording() -> Answer:
    name = actions.record_for(access.actor(), request.form.get("organisation", ""), token=own_token())
    return forms.done(url_for("desks.desk"), Message(N_("You record for %(name)s now."), name=name))


@blueprint.post("/record-for/stop")
@requires(SIGNED_IN)
def stop_recording() -> Answer:
    actions.stop_recording(access.actor(), token=own_token())
    return forms.done(url_for("desks.desk"), Message(N_("You act as yourself again.")))
