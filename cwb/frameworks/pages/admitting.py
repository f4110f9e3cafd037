"""Admitting an organisation by hand, changing its lots and zones, ending its place."""

from __future__ import annotations

from flask import render_template, request, url_for

from community_book.base import audit
from community_book.base.messages import N_, Message
from community_book.organisations.queries import find_by_name, organisation_by_reference
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.fields import FormSchema, offer
from cwb.frameworks import actions, queries
from cwb.frameworks.pages.blueprint import Answer, blueprint
from cwb.frameworks.rules import ADMISSIONS, MANAGE_ADMISSIONS, SEE_ADMISSIONS, STATE_LABELS, SUSPENSION_LABELS
from cwb.frameworks.schemas import AdmitForm, ChangeForm, EndForm
from cwb.frameworks.views import FrameworkView


def _offered(schema: FormSchema, framework: FrameworkView) -> FormSchema:
    offer(schema, "lots", [(lot.reference, f"{lot.number}. {lot.title}") for lot in framework.lots])
    offer(schema, "zones", [(zone.reference, zone.name) for zone in framework.zones])
    return schema


@blueprint.route("/frameworks/<reference>/admit", methods=["GET", "POST"])
@requires(MANAGE_ADMISSIONS)
def admit(reference: str) -> Answer:
    framework = queries.framework_by_reference(reading(), reference)
    words = request.args.get("q", "")
    chosen = request.form.get("organisation", "") or request.args.get("organisation", "")
    organisation = organisation_by_reference(reading(), chosen) if chosen else None
    form = forms.Form(_offered(AdmitForm(), framework), values={"organisation": chosen, "name": words})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            made = actions.admit_organisation(access.actor(), framework.reference, new)
            return forms.done(url_for("frameworks.place", reference=made), Message(N_("It is admitted.")))
    return forms.page(
        "cwb/frameworks/admit.html",
        form,
        framework=framework,
        organisation=organisation,
        words=words,
        found=find_by_name(reading(), words) if words and not chosen else [],
        is_new="new" in request.args or (form.sent and organisation is None),
    )


@blueprint.get("/admissions/<reference>")
@requires(SEE_ADMISSIONS)
def place(reference: str) -> Answer:
    found = queries.admission_by_reference(reading(), reference)
    actor = access.actor()
    return render_template(
        "cwb/frameworks/place.html",
        place=found,
        states=STATE_LABELS,
        suspended=queries.why_suspended(reading(), actor, found.id),
        classes=SUSPENSION_LABELS,
        may_change=actor.may(MANAGE_ADMISSIONS),
        history=audit.history(reading(), f"admission:{found.reference}", limit=30),
    )


@blueprint.route("/admissions/<reference>/change", methods=["GET", "POST"])
@requires(MANAGE_ADMISSIONS)
def change(reference: str) -> Answer:
    found = queries.admission_by_reference(reading(), reference)
    framework = queries.framework_by_reference(reading(), found.framework_reference)
    now = {
        "lots": [lot.reference for lot in found.lots],
        "zones": [zone.reference for zone in found.zones],
        "version": found.version,
    }
    form = forms.Form(_offered(ChangeForm(), framework), values=now)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.change_admission(access.actor(), found.reference, new)
            return forms.done(url_for("frameworks.place", reference=found.reference), Message(N_("It is changed.")))
    ADMISSIONS.check("change", found.state)
    return forms.page("cwb/frameworks/change.html", form, place=found, framework=framework)


@blueprint.route("/admissions/<reference>/end", methods=["GET", "POST"])
@requires(MANAGE_ADMISSIONS)
def end(reference: str) -> Answer:
    found = queries.admission_by_reference(reading(), reference)
    form = forms.Form(EndForm(), values=found)
    if form.sent and (asked := form.read()) is not None:
        with form.acting():
            actions.end_place(access.actor(), found.reference, asked.reason, asked.version)
            return forms.done(
                url_for("frameworks.place", reference=found.reference), Message(N_("The place has ended."))
            )
    ADMISSIONS.check("end", found.state)
    return forms.page("cwb/frameworks/end.html", form, place=found)
