"""The public page of pillars and measures, and the forms that reword them."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import PurePath

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.base.work import refuse
from community_book.web import access, fields, forms
from community_book.web.access import public, requires
from community_book.web.database import reading
from cwb.pillars import actions, queries
from cwb.pillars.rules import BROKERED_LABELS, CONFIRMED_LABELS, EDIT_MEASURES, SHOWN_UNDER, UNIT_LABELS, read_pack
from cwb.pillars.schemas import MeasureForm, PackForm, PillarForm
from cwb.pillars.views import MeasureView

blueprint = Blueprint("pillars", __name__)
Answer = Response | str | tuple[str, int]


def _version() -> int | None:
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


@blueprint.get("/pillars")
@public
def show() -> Answer:
    may_edit = access.actor().may(EDIT_MEASURES)
    measures = queries.measures(reading(), retired=may_edit)
    parts: dict[int, list[tuple[str, list[MeasureView]]]] = {}
    for number, of_pillar in groupby(measures, key=lambda measure: measure.pillar_number):
        ordered = sorted(
            of_pillar, key=lambda measure: list(SHOWN_UNDER).index(measure.shown_under or "help_to_groups")
        )
        parts[number] = [(under, list(found)) for under, found in groupby(ordered, key=lambda one: one.shown_under)]
    return render_template(
        "cwb/pillars/show.html",
        pillars=queries.pillars(reading()),
        parts=parts,
        may_edit=may_edit,
        shown_under=SHOWN_UNDER,
        units=UNIT_LABELS,
        brokered=BROKERED_LABELS,
        confirmed=CONFIRMED_LABELS,
    )


PACK_BYTES_AT_MOST = 5 * 1024 * 1024


@blueprint.route("/pillars/load", methods=["GET", "POST"])
@requires(EDIT_MEASURES)
def load() -> Answer:
    """Measures from the pack that comes with the site, or from a file of the council's own."""
    form = forms.Form(PackForm(), values={"pack": "starter"})
    lines: list[Message] = []
    if form.sent and (asked := form.read()) is not None:
        with form.acting():
            content, name = _pack_sent(asked["pack"])
            found = read_pack(content)
            lines = [row.says() for row in found.bad]
            if lines:
                raise refuse("file", N_("This file cannot be taken in; nothing was saved. See the list below."))
            done = actions.load_measures(access.actor(), found.rows, name)
            return forms.done(
                url_for("pillars.show"),
                Message(
                    N_("The measures are loaded: %(added)s new, %(changed)s changed, %(same)s as they were."),
                    added=len(done.added),
                    changed=len(done.changed),
                    same=len(done.same),
                ),
            )
    return forms.page("cwb/pillars/load.html", form, lines=lines[:100], known=len(queries.measures(reading())))


def _pack_sent(pack: str) -> tuple[bytes, str]:
    """The content of the pack and what it is called. Raises Refused."""
    if pack == "starter":
        return actions.STARTER_PACK.read_bytes(), actions.STARTER_PACK_NAME
    sent = forms.files("file")
    if not sent:
        raise refuse("file", N_("Choose a file"))
    content = sent[0].stream.read(PACK_BYTES_AT_MOST + 1)
    if len(content) > PACK_BYTES_AT_MOST:
        raise refuse("file", N_("The file has more than 5 MB: it is no pack of measures"))
    return content, re.sub(r"[^A-Za-z0-9._-]", "", PurePath(sent[0].filename or "").stem)[:40] or "pack"


@blueprint.route("/pillars/<int:number>/words", methods=["GET", "POST"])
@requires(EDIT_MEASURES)
def reword(number: int) -> Answer:
    pillar = queries.pillar(reading(), number)
    form = forms.Form(PillarForm(), values=pillar)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.reword_pillar(access.actor(), number, new)
            return forms.done(url_for("pillars.show") + f"#pillar-{number}", Message(N_("The pillar is reworded.")))
    return forms.page("cwb/pillars/reword.html", form, pillar=pillar)


@blueprint.route("/measures/<reference>/edit", methods=["GET", "POST"])
@requires(EDIT_MEASURES)
def edit(reference: str) -> Answer:
    measure = queries.measure_by_reference(reading(), reference)
    schema = MeasureForm()
    asked = schema.fields["two_verifiers_above"]
    if isinstance(asked, fields.Amount):
        asked.unit = measure.unit
    form = forms.Form(schema, values=measure)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.edit_measure(access.actor(), reference, new)
            return forms.done(_address(measure), Message(N_("%(code)s is changed."), code=measure.code))
    return forms.page("cwb/pillars/edit.html", form, measure=measure)


@blueprint.post("/measures/<reference>/retire")
@requires(EDIT_MEASURES)
def retire(reference: str) -> Answer:
    measure = queries.measure_by_reference(reading(), reference)
    actions.retire_measure(access.actor(), reference, _version())
    return forms.done(
        _address(measure), Message(N_("%(code)s takes no new pledges. Its figures stay."), code=measure.code)
    )


@blueprint.post("/measures/<reference>/bring-back")
@requires(EDIT_MEASURES)
def bring_back(reference: str) -> Answer:
    measure = queries.measure_by_reference(reading(), reference)
    actions.bring_back_measure(access.actor(), reference, _version())
    return forms.done(_address(measure), Message(N_("%(code)s is in use again."), code=measure.code))


def _address(measure: MeasureView) -> str:
    return address_of_measure(measure.reference)


def address_of_measure(reference: str) -> str:
    """Where a measure is shown."""
    return f"{url_for('pillars.show')}#{reference}"


def address_of_pillar(number: str) -> str:
    """Where a pillar is shown."""
    return f"{url_for('pillars.show')}#pillar-{number}"
