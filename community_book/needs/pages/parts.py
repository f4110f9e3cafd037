"""Several things in one need: choosing the kind of the next, its form, the card above them all."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.amounts import KIND_LABELS, KINDS_WITH_SESSIONS, Kind
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.needs import actions, queries
from community_book.needs.pages.blueprint import blueprint, own_need, sent_version
from community_book.needs.pages.shown import part_rows
from community_book.needs.pages.words import amount_typed, own_place_words, posted_words
from community_book.needs.rules import (
    KIND_EXAMPLES,
    KINDS_ASKED,
    NEEDS,
    NEVER_ON_OFFER,
    PARTS_AT_MOST,
    POST_NEED,
    NeedState,
    words_to_look_at,
)
from community_book.needs.schemas import CardForm, PartForm, TypedPart, form_values
from community_book.needs.views import NeedView, PartView
from community_book.places.queries import zone_choices
from community_book.web import access, fields, forms
from community_book.web.access import requires
from community_book.web.database import reading

ADDED = Message(N_("Added to your need."))
CHANGED = Message(N_("Changed."))
SAVED = Message(N_("Saved as a draft. You find it under “Our needs”."))
TAKEN_OUT = Message(N_("Taken out."))
STOPPED = Message(N_("You no longer ask for it. What is promised of it goes on."))
DRAFTS = frozenset({NeedState.DRAFT, NeedState.RETURNED})


@blueprint.get("/needs/<reference>/parts/new")
@requires(POST_NEED)
def choose_part(reference: str) -> str:
    """Which kind of help is asked for as well."""
    found = own_need(reference)
    NEEDS.check("add_part", found.state)
    kinds = [(str(kind), KIND_LABELS[kind], KIND_EXAMPLES[kind]) for kind in KINDS_ASKED]
    return render_template(
        "community_book/needs/part_kinds.html", need=found, kinds=kinds, is_full=len(found.parts) >= PARTS_AT_MOST,
        most=PARTS_AT_MOST, parts=part_rows(found),
    )  # fmt: skip


@blueprint.route("/needs/<reference>/parts/new/<kind>", methods=["GET", "POST"])
@requires(POST_NEED)
def add_part(reference: str, kind: str) -> Response | tuple[str, int]:
    """The form of one thing more; its days and its place begin as those of the first."""
    found = own_need(reference)
    if kind not in {str(one) for one in KINDS_ASKED}:
        raise NotThere
    chosen, first = Kind(kind), form_values(found.part.as_written(), found.part.picked_zones)
    same = {name: first[name] for name in ("first_day", "last_day", "where", "postcode", "zone", "confidential")}
    if same["where"] == "online":
        same["where"] = "ours"
    how = "" if chosen in KINDS_WITH_SESSIONS else "any"
    form = _form(chosen, {"how": how, "version": found.version, **same}, asks_combine=_may_combine(found, adding=True))
    if not form.sent:
        NEEDS.check("add_part", found.state)
    if form.sent and (typed := form.read()) is not None:
        with form.acting():
            said: TypedPart = typed
            actions.add_part(
                access.actor(), found.reference, said.part, combine=said.combine or None, version=said.version
            )
            return forms.done(_after(found), ADDED)
    return _page(form, chosen, found, None)


@blueprint.route("/needs/<reference>/parts/<int:position>", methods=["GET", "POST"])
@requires(POST_NEED)
def edit_part(reference: str, position: int) -> Response | tuple[str, int]:
    """Changes one of several things."""
    found = own_need(reference)
    part = _part_at(found, position)
    values = form_values(part.as_written(), part.picked_zones)
    values |= {"amount": amount_typed(part), "version": found.version}
    form = _form(part.kind, values, asks_combine=False)
    if not form.sent:
        NEEDS.check("save" if found.state in DRAFTS else "change", found.state)
    if form.sent and (typed := form.read()) is not None:
        with form.acting():
            actions.change_part(access.actor(), found.reference, position, typed.part, version=typed.version)
            return forms.done(_after(found), CHANGED)
    return _page(form, part.kind, found, part)


@blueprint.get("/needs/<reference>/parts/<int:position>/drop")
@requires(POST_NEED)
def drop_part(reference: str, position: int) -> str:
    """Asks once more before one thing is taken out of a need."""
    found = own_need(reference)
    NEEDS.check("drop_part", found.state)
    part = _part_at(found, position)
    row = part_rows(found)[found.parts.index(part)]
    return render_template("community_book/needs/drop_part.html", need=found, row=row, is_draft=found.state in DRAFTS)


@blueprint.post("/needs/<reference>/parts/<int:position>/drop")
@requires(POST_NEED)
def drop_part_now(reference: str, position: int) -> Response:
    found = own_need(reference)
    actions.drop_part(access.actor(), found.reference, position, version=sent_version())
    return forms.done(_after(found), TAKEN_OUT if found.state in DRAFTS else STOPPED)


def card(found: NeedView) -> Response | tuple[str, int]:
    """The page of a need that asks for several things: its words, how they go together, each with its links."""
    is_draft = found.state in DRAFTS
    schema = CardForm(found.combine, may_combine=_may_combine(found, adding=False))
    form = forms.Form(schema, values=found)
    looked_at: tuple[str, ...] = ()
    if not form.sent:
        NEEDS.check("save" if is_draft else "change", found.state)
    if form.sent and (new := form.read()) is not None:
        looked_at = words_to_look_at(new.title, new.story)
        wish = request.form.get("_act", "post") if is_draft else "change"
        with form.acting():
            actor, show = access.actor(), url_for("needs.show", reference=found.reference)
            if wish == "post":
                actions.post_card(actor, found.reference, new)
                state = queries.need(reading(), access.actor(), found.reference).state
                return forms.done(show, posted_words(state))
            if wish == "change":
                actions.change_card(actor, found.reference, new)
                return forms.done(show, CHANGED)
            actions.save_card(actor, found.reference, new)
            if wish == "add":
                return forms.done(url_for("needs.choose_part", reference=found.reference), SAVED)
            return forms.done(show, SAVED)
    return forms.page(
        "community_book/needs/card.html",
        form,
        need=found,
        parts=part_rows(found),
        is_draft=is_draft,
        may_add=len(found.parts) < PARTS_AT_MOST,
        never=list(NEVER_ON_OFFER.values()),
        looked_at=[NEVER_ON_OFFER[key] for key in looked_at],
    )


def _may_combine(found: NeedView, *, adding: bool) -> bool:
    """Whether it is asked how the parts go together: with the second, and later until something is promised."""
    return (not adding or len(found.parts) == 1) and not any(part.committed or part.closed for part in found.parts)


def _part_at(found: NeedView, position: int) -> PartView:
    part = next((part for part in found.parts if part.position == position), None)
    if part is None:
        raise NotThere
    return part


def _after(found: NeedView) -> str:
    """Where one goes on: a draft to its card with the button that posts it, else to the need."""
    return url_for("needs.edit" if found.state in DRAFTS else "needs.show", reference=found.reference)


def _form(kind: Kind, values: dict[str, object], *, asks_combine: bool) -> forms.Form:
    schema = PartForm(kind, asks_combine=asks_combine)
    fields.offer(schema, "zone", zone_choices(reading()))
    return forms.Form(schema, values={"where": "ours", "every_weeks": "1", "at_once": 1, "dbs": "none", **values})


def _page(form: forms.Form, kind: Kind, found: NeedView, part: PartView | None) -> tuple[str, int]:
    return forms.page(
        "community_book/needs/part.html",
        form,
        kind=kind,
        kind_label=KIND_LABELS[kind],
        need=found,
        part=part,
        is_draft=found.state in DRAFTS,
        asks_combine=form.schema.fields["combine"].required,
        own_place=own_place_words(),
    )
