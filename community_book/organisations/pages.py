"""An organisation's public page, and the forms that change it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import Role
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.organisations import actions, queries
from community_book.organisations.rules import EDIT_ORGANISATION, RENAME_ORGANISATION
from community_book.organisations.schemas import NameForm, NumberForm, ProfileForm
from community_book.organisations.views import OrganisationView
from community_book.web import access, forms
from community_book.web.access import public, requires
from community_book.web.database import reading

blueprint = Blueprint("organisations", __name__)
Answer = Response | str | tuple[str, int]


def _may_edit(organisation: OrganisationView) -> bool:
    actor = access.actor()
    return actor.may(EDIT_ORGANISATION) and (
        actor.organisation_id == organisation.id or actor.has_role(Role.ADMINISTRATOR)
    )


@blueprint.get("/organisations/<reference>")
@public
def show(reference: str) -> Answer:
    organisation = queries.organisation_by_reference(reading(), reference)
    if organisation.is_closed and (stays := queries.stands_for(reading(), reference)) is not None:
        return redirect(url_for("organisations.show", reference=stays), 302)
    actor = access.actor()
    return render_template(
        "community_book/organisations/show.html",
        organisation=organisation,
        may_edit=_may_edit(organisation),
        may_rename=actor.may(RENAME_ORGANISATION),
        sees_people=actor.organisation_id == organisation.id
        or actor.has_role(Role.ADMINISTRATOR, Role.OFFICER, Role.AUDITOR),
    )


@blueprint.route("/organisations/<reference>/edit", methods=["GET", "POST"])
@requires(EDIT_ORGANISATION)
def edit(reference: str) -> Answer:
    organisation = queries.organisation_by_reference(reading(), reference)
    if not _may_edit(organisation):
        raise NotThere
    form = forms.Form(ProfileForm(), values=organisation)
    if form.sent and (profile := form.read()) is not None:
        with form.acting():
            actions.edit_profile(access.actor(), organisation.reference, profile)
            return _shown(organisation, Message(N_("The page is changed.")))
    return forms.page("community_book/organisations/edit.html", form, organisation=organisation)


@blueprint.route("/organisations/<reference>/name", methods=["GET", "POST"])
@requires(RENAME_ORGANISATION)
def rename(reference: str) -> Answer:
    organisation = queries.organisation_by_reference(reading(), reference)
    form = forms.Form(NameForm(), values=organisation)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.rename_organisation(access.actor(), organisation.reference, new)
            return _shown(organisation, Message(N_("The name is changed.")))
    return forms.page("community_book/organisations/name.html", form, organisation=organisation)


@blueprint.route("/organisations/<reference>/numbers", methods=["GET", "POST"])
@requires(RENAME_ORGANISATION)
def numbers(reference: str) -> Answer:
    organisation = queries.organisation_by_reference(reading(), reference)
    form = forms.Form(NumberForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.add_register_number(access.actor(), organisation.reference, new)
            return _shown(organisation, Message(N_("The register number is added.")))
    return forms.page("community_book/organisations/numbers.html", form, organisation=organisation)


@blueprint.post("/organisations/<reference>/numbers/drop")
@requires(RENAME_ORGANISATION)
def drop_number(reference: str) -> Answer:
    organisation = queries.organisation_by_reference(reading(), reference)
    actions.drop_register_number(access.actor(), organisation.reference, request.form.get("number", ""))
    return _shown(organisation, Message(N_("The register number is taken off.")))


def _shown(organisation: OrganisationView, message: Message) -> Response:
    return forms.done(url_for("organisations.show", reference=organisation.reference), message)
