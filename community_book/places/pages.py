"""Pages about places: the zones of the borough for everybody, adding and ending a division for administrators."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.work import refuse
from community_book.places import actions, queries
from community_book.places.rules import (
    NumberedZone,
    ZoneShape,
    draw_zones,
    read_numbered_zones,
    read_zones_geojson,
)
from community_book.places.rules.permissions import RUN_ZONES
from community_book.places.schemas import NewScheme, SchemeEndForm, SchemeForm
from community_book.web import access, forms
from community_book.web.access import public, requires
from community_book.web.database import reading

blueprint = Blueprint("places", __name__)
BOUNDARY_BYTES_AT_MOST = 10 * 1024 * 1024
"""A borough in every detail has half of that; ten megabytes are read in four seconds."""


@blueprint.get("/zones")
@public
def zones() -> str:
    return render_template(
        "community_book/places/zones.html",
        shown=queries.schemes_shown(reading()),
        today=today(),
        may_run=access.actor().may(RUN_ZONES),
    )


@blueprint.route("/zones/import", methods=["GET", "POST"])
@requires(RUN_ZONES)
def import_page() -> Response | tuple[str, int]:
    form = forms.Form(SchemeForm(), values={"try_only": True})
    tried: Sequence[ZoneShape | NumberedZone] | None = None
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            found = _zones_of(new)
            if new.try_only:
                tried = found
            else:
                actions.import_zones(access.actor(), new.name, new.valid_from, found, new.source)
                return forms.done(url_for("places.zones"), Message(N_("The division is added.")))
    drawn = draw_zones([(zone.code, zone.name, zone.boundary) for zone in tried or () if isinstance(zone, ZoneShape)])
    return forms.page("community_book/places/import.html", form, tried=tried, drawn=drawn)


def _zones_of(new: NewScheme) -> Sequence[ZoneShape | NumberedZone]:
    """The zones of the file, or those typed. Raises Refused."""
    sent = forms.files("file")
    if not sent:
        typed = read_numbered_zones(new.zones)
        if not typed:
            raise refuse("file", N_("Choose a file, or type the zones one a line"))
        return typed
    if new.zones.strip():
        raise refuse("zones", N_("Give a file or type the zones, not both"))
    content = sent[0].stream.read(BOUNDARY_BYTES_AT_MOST + 1)
    if len(content) > BOUNDARY_BYTES_AT_MOST:
        most = BOUNDARY_BYTES_AT_MOST >> 20
        raise refuse(
            "file", N_("The file has more than %(most)s MB. Use a generalised edition of the boundaries"), most=most
        )
    return read_zones_geojson(
        content.decode("utf-8", errors="replace"),
        code_property=new.code_property or None,
        name_property=new.name_property or None,
    )


@blueprint.route("/zones/<reference>/end", methods=["GET", "POST"])
@requires(RUN_ZONES)
def end(reference: str) -> Response | tuple[str, int]:
    scheme = queries.scheme_by_reference(reading(), reference)
    form = forms.Form(SchemeEndForm(), values={"valid_to": scheme.valid_to, "version": scheme.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.end_scheme(access.actor(), reference, new.valid_to, new.version)
            return forms.done(url_for("places.zones"), Message(N_("The last day is kept.")))
    return forms.page("community_book/places/end.html", form, scheme=scheme)
