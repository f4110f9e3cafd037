"""Writing a need down: which kind, then its form; saving, posting, changing, copying."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.amounts import KIND_LABELS, Kind
from community_book.base.clock import today
from community_book.base.errors import NotThere, Refused
from community_book.base.messages import N_, Message
from community_book.needs import actions, queries
from community_book.needs.pages.blueprint import blueprint, own_need
from community_book.needs.pages.parts import card
from community_book.needs.pages.words import amount_typed, own_place_words, posted_words
from community_book.needs.rules import (
    KIND_EXAMPLES,
    KINDS_ASKED,
    NEVER_ON_OFFER,
    POST_NEED,
    NeedState,
    NewNeed,
    asked_of,
    check_new,
    pattern_of,
    say_how_much,
    say_when,
    words_to_look_at,
)
from community_book.needs.schemas import NeedForm, form_values
from community_book.needs.views import NeedView, PartWanted, SessionWanted
from community_book.places.queries import find_postcode, schemes_in_use, zone_choices, zones, zones_at
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading

SAVED = Message(N_("Saved as a draft. You find it under “Our needs”."))
CHANGED = Message(N_("Changed."))
COPIED = Message(N_("Copied into a new draft. Say when you need it this time, then post it."))


@blueprint.get("/needs/new")
@requires(POST_NEED)
def choose_kind() -> str:
    """Step 1: which kind of help."""
    kinds = [(str(kind), KIND_LABELS[kind], KIND_EXAMPLES[kind]) for kind in KINDS_ASKED]
    organisation_id = access.actor().organisation_id
    counted = queries.counted_needs(reading(), organisation_id) if organisation_id is not None else []
    return render_template("community_book/needs/kinds.html", kinds=kinds, counted=counted)


@blueprint.route("/needs/new/<kind>", methods=["GET", "POST"])
@requires(POST_NEED)
def write(kind: str) -> Response | tuple[str, int]:
    """Step 2: the form of the kind; saves a draft, shows how it will look, or posts."""
    if kind not in {str(one) for one in KINDS_ASKED}:
        raise NotThere
    chosen = Kind(kind)
    form = _form(chosen, {"how": "" if chosen in {Kind.ROOM, Kind.VEHICLE, Kind.EQUIPMENT} else "any"})
    return _answer(form, chosen)


@blueprint.route("/needs/<reference>/edit", methods=["GET", "POST"])
@requires(POST_NEED)
def edit(reference: str) -> Response | tuple[str, int]:
    """Changes a draft or a posted need; one that asks for several things on a page of its own."""
    found = own_need(reference)
    if len(found.parts) > 1:
        return card(found)
    written = found.as_written()
    values = form_values(written, found.part.picked_zones)
    values["amount"] = amount_typed(found.part)
    form = _form(found.part.kind, values)
    return _answer(form, found.part.kind, found)


@blueprint.post("/needs/<reference>/copy")
@requires(POST_NEED)
def copy(reference: str) -> Response:
    """A new draft like an earlier need."""
    found = own_need(reference)
    fresh = actions.copy_need(access.actor(), found.reference)
    return forms.done(url_for("needs.edit", reference=fresh), COPIED)


@blueprint.post("/needs/new/<kind>/possible-help")
@requires(POST_NEED)
def help_while_writing(kind: str) -> Response:
    """What may help with a need that is being typed, for the page to show beside it; nothing is kept."""
    if kind not in {str(one) for one in KINDS_ASKED}:
        raise NotThere
    new: NewNeed | None = _form(Kind(kind), {}).read()
    told = new is not None and new.title and (new.subject or kind != Kind.ADVICE)
    if new is None or not told or (kind == Kind.GOODS and not new.item_type):
        return Response(status=204)  # what fits cannot be told yet
    try:
        draft = _as_it_will_be(new)
    except Refused:  # half of it is typed: there is more to come
        return Response(status=204)
    return Response(render_template("community_book/needs/possible_help.html", draft=draft), mimetype="text/html")


def _form(kind: Kind, values: dict[str, object]) -> forms.Form:
    schema = NeedForm(kind)
    schema.fields["zone"].choices = zone_choices(reading())  # type: ignore[attr-defined]
    return forms.Form(schema, values={"where": "ours", "every_weeks": "1", "at_once": 1, "dbs": "none", **values})


def _answer(form: forms.Form, kind: Kind, found: NeedView | None = None) -> Response | tuple[str, int]:
    """What the form's three buttons do; the page again with what is wrong or with the preview."""
    wish = request.form.get("_act", "post")
    is_draft = found is None or found.state in {NeedState.DRAFT, NeedState.RETURNED}
    preview: PartWanted | None = None
    preview_words: dict[str, Message] = {}
    looked_at: tuple[str, ...] = ()
    if form.sent and (new := form.read()) is not None:
        looked_at = words_to_look_at(new.title, new.story)
        with form.acting():
            if wish == "preview":
                problems = check_new(replace(new, none_of_these=True), today(), changing=not is_draft)
                if problems:
                    raise Refused(*problems)
                preview = _as_it_will_be(new)
                preview_words = _preview_words(new)
            else:
                return _done(form, new, wish if is_draft else "change", found)
    return forms.page(
        "community_book/needs/write.html",
        form,
        kind=kind,
        kind_label=KIND_LABELS[kind],
        need=found,
        is_draft=is_draft,
        own_place=own_place_words(),
        never=list(NEVER_ON_OFFER.values()),
        looked_at=[NEVER_ON_OFFER[key] for key in looked_at],
        preview=preview,
        preview_words=preview_words,
        has_zones=bool(form.schema.fields["zone"].choices),  # type: ignore[attr-defined]
    )


def _done(form: forms.Form, new: NewNeed, wish: str, found: NeedView | None) -> Response:
    actor = access.actor()
    reference = found.reference if found is not None else None
    if wish == "change" and reference is not None:
        actions.change_need(actor, reference, new)
        return forms.done(url_for("needs.show", reference=reference), CHANGED)
    if wish in {"draft", "add"}:
        saved = actions.save_need(actor, new, reference=reference)
        return forms.done(url_for("needs.choose_part" if wish == "add" else "needs.show", reference=saved), SAVED)
    posted = actions.post_need(actor, new, reference=reference)
    state = queries.need(reading(), access.actor(), posted).state
    return forms.done(url_for("needs.show", reference=posted), posted_words(state))


def _preview_words(new: NewNeed) -> dict[str, Message]:
    asked = asked_of(new)
    return {
        "how_much": say_how_much(
            new.unit,
            asked.amount,
            is_about=new.is_about,
            smallest_useful=asked.smallest_useful,
            sessions=len(asked.sessions),
        ),
        "when": say_when(asked.first_day, asked.last_day, pattern_of(new)),
    }


def _as_it_will_be(new: NewNeed) -> PartWanted:
    """The part as it would stand once it is open, for showing it and the help there may be."""
    actor, asked = access.actor(), asked_of(new)
    place_id, own_zones, easting, northing = queries.own_place(reading(), actor.organisation_id or 0)
    found_zones = own_zones
    if new.where == "other":
        place_id, found_zones, easting, northing = 0, {}, None, None
        picked = zones(reading(), new.zone)
        found_zones = {zone.scheme_id: zone.id for zone in picked.values()}
        point = find_postcode(reading(), new.postcode) if new.postcode else None
        if point is not None:
            in_use = [scheme.id for scheme in schemes_in_use(reading(), today())]
            found_zones |= zones_at(reading(), point.latitude_millionths, point.longitude_millionths, in_use)
            if not new.confidential:
                easting, northing = point.easting, point.northing
    return PartWanted(
        part_id=0,
        need_id=0,
        need_reference="",
        need_title=new.title,
        need_story=new.story,
        group_id=actor.organisation_id or 0,
        group_name=actor.organisation_name,
        state=NeedState.DRAFT,
        kind=new.kind,
        unit=new.unit,
        item_type=new.item_type,
        subject=new.subject,
        amount=asked.amount,
        committed=0,
        left=asked.amount,
        smallest_useful=asked.smallest_useful,
        first_day=asked.first_day or today(),
        last_day=asked.last_day or today() + timedelta(days=90),
        place_id=place_id,
        zones=found_zones,
        easting=easting,
        northing=northing,
        online=new.online,
        features=new.features,
        conditions=new.conditions,
        team_smallest=new.team_smallest,
        team_largest=new.team_largest,
        visit_minutes=new.visit_minutes,
        hosting_cost_pence=new.hosting_cost_pence,
        sessions=tuple(
            SessionWanted(-number, s.day, s.starts_minute, s.ends_minute, s.at_once, s.at_once)
            for number, s in enumerate(asked.sessions, start=1)
        ),
        posted_on=today(),
        group_committed_count=0,
        pattern=pattern_of(new),
    )
