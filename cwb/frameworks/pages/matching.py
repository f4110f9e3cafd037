"""Suppliers without an identifier: which organisation is this?"""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.organisations.queries import find_by_name
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.frameworks import actions, queries
from cwb.frameworks.pages.blueprint import Answer, blueprint, sent_version
from cwb.frameworks.rules import MANAGE_FRAMEWORKS, UNMATCHED_LABELS


@blueprint.get("/frameworks/unmatched")
@requires(MANAGE_FRAMEWORKS)
def unmatched() -> Answer:
    return render_template(
        "cwb/frameworks/unmatched.html", suppliers=queries.unmatched(reading()), states=UNMATCHED_LABELS
    )


@blueprint.get("/frameworks/unmatched/<reference>")
@requires(MANAGE_FRAMEWORKS)
def supplier(reference: str) -> Answer:
    found = queries.unmatched_by_reference(reading(), reference)
    words = request.args.get("q", "").strip() or found.name
    organisations = find_by_name(reading(), words)
    if not organisations and "q" not in request.args:
        words = max(found.name.split(), key=len, default="")
        organisations = find_by_name(reading(), words)
    return render_template(
        "cwb/frameworks/supplier.html",
        supplier=found,
        words=words,
        organisations=[one for one in organisations if not one.is_council],
        states=UNMATCHED_LABELS,
    )


@blueprint.post("/frameworks/unmatched/<reference>/match")
@requires(MANAGE_FRAMEWORKS)
def match(reference: str) -> Answer:
    found = queries.unmatched_by_reference(reading(), reference)
    actions.match_supplier(access.actor(), found.reference, request.form.get("organisation", ""), sent_version())
    return forms.done(
        url_for("frameworks.unmatched"), Message(N_("%(name)s is matched, and admitted."), name=found.name)
    )


@blueprint.post("/frameworks/unmatched/<reference>/make")
@requires(MANAGE_FRAMEWORKS)
def make(reference: str) -> Answer:
    found = queries.unmatched_by_reference(reading(), reference)
    actions.make_organisation_of(access.actor(), found.reference, sent_version())
    return forms.done(
        url_for("frameworks.unmatched"), Message(N_("%(name)s is a new organisation, and admitted."), name=found.name)
    )


@blueprint.post("/frameworks/unmatched/<reference>/set-aside")
@requires(MANAGE_FRAMEWORKS)
def leave_out(reference: str) -> Answer:
    found = queries.unmatched_by_reference(reading(), reference)
    actions.set_aside(access.actor(), found.reference, sent_version())
    return forms.done(url_for("frameworks.unmatched"), Message(N_("%(name)s is set aside."), name=found.name))


def waiting_on_desk(session: Session, actor: Actor) -> Sequence[DeskItem]:
    """Tells officers and administrators how many suppliers wait to be matched."""
    if not actor.may(MANAGE_FRAMEWORKS):
        return []
    count = queries.waiting_count(session)
    if not count:
        return []
    return [
        DeskItem(
            Message(N_("Suppliers without a register number")),
            url_for("frameworks.unmatched"),
            count,
            urgency=6,
            detail=Message(N_("Say which organisation each is, so that it can pledge.")),
        )
    ]
