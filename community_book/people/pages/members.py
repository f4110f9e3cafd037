"""Who belongs to an organisation: seen by its people, looked after by its leads and by administrators."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.actor import GROUP_ROLES, PROVIDER_ROLES, ROLE_LABELS, SIGNED_IN, Role
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.organisations.queries import organisation_by_reference
from community_book.organisations.views import OrganisationView
from community_book.people import actions, queries
from community_book.people.pages.blueprint import blueprint
from community_book.people.rules import INVITE, ROLE_HINTS, may_give, may_manage, roles_for
from community_book.people.schemas import InvitationForm, RolesForm
from community_book.people.views import PersonView
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading

Answer = Response | str | tuple[str, int]


def _managed(reference: str) -> OrganisationView:
    """An organisation the actor looks after; anybody else's is not there."""
    organisation = organisation_by_reference(reading(), reference)
    if not may_manage(access.actor(), organisation.id):
        raise NotThere
    return organisation


def _roles_to_give(organisation: OrganisationView) -> list[Role]:
    """What the actor may hand out there, in the order of the roles; by what the organisation is to the site."""
    fitting = roles_for(is_council=organisation.is_council) & may_give(access.actor().roles)
    kinds = registers.bodies_of(reading(), organisation.id)
    if "group" in kinds and "provider" not in kinds:
        fitting -= PROVIDER_ROLES
    if "provider" in kinds and "group" not in kinds:
        fitting -= GROUP_ROLES
    return [role for role in Role if role in fitting]


@blueprint.get("/organisations/<reference>/people")
@requires(SIGNED_IN)
def members(reference: str) -> Answer:
    actor = access.actor()
    organisation = organisation_by_reference(reading(), reference)
    return render_template(
        "community_book/people/members.html",
        organisation=organisation,
        people=queries.members(reading(), actor, organisation.id),
        invitations=queries.open_invitations(reading(), actor, organisation.id),
        manages=may_manage(actor, organisation.id),
        labels=ROLE_LABELS,
    )


@blueprint.route("/organisations/<reference>/people/invite", methods=["GET", "POST"])
@requires(INVITE)
def invite(reference: str) -> Answer:
    organisation = _managed(reference)
    schema = InvitationForm()
    schema.fields["role"].choices = [  # type: ignore[attr-defined]
        (role.value, ROLE_LABELS[role]) for role in (Role if request.method == "POST" else _roles_to_give(organisation))
    ]
    form = forms.Form(schema)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.invite(access.actor(), organisation.reference, new)
            return forms.done(
                url_for("people.members", reference=organisation.reference),
                Message(N_("An invitation is on its way to %(email)s."), email=new.email),
            )
    schema.fields["role"].choices = [  # type: ignore[attr-defined]
        (role.value, ROLE_LABELS[role], *((ROLE_HINTS[role],) if role in ROLE_HINTS else ()))
        for role in _roles_to_give(organisation)
    ]
    return forms.page("community_book/people/invite.html", form, organisation=organisation)


def _person_there(organisation: OrganisationView, person_reference: str) -> PersonView:
    """One of its people; for administrators anybody with an account."""
    people = queries.members(reading(), access.actor(), organisation.id)
    found = next((person for person in people if person.reference == person_reference), None)
    if found is not None:
        return found
    other = queries.account_by_reference(reading(), access.actor(), person_reference)
    return PersonView(other.id, other.reference, other.name, other.email, frozenset())


@blueprint.route("/organisations/<reference>/people/<person_reference>/roles", methods=["GET", "POST"])
@requires(INVITE)
def roles(reference: str, person_reference: str) -> Answer:
    organisation = _managed(reference)
    person = _person_there(organisation, person_reference)
    schema = RolesForm()
    to_give = _roles_to_give(organisation)
    shown = [role for role in Role if role in to_give or role in person.roles & may_give(access.actor().roles)]
    schema.fields["roles"].choices = [(role.value, ROLE_LABELS[role]) for role in shown]  # type: ignore[attr-defined]
    form = forms.Form(schema, values={"roles": [role.value for role in person.roles]})
    if form.sent and (chosen := form.read()) is not None:
        with form.acting():
            kept = person.roles - set(shown)
            actions.set_roles(
                access.actor(), organisation.reference, person.reference, {Role(r) for r in chosen["roles"]} | kept
            )
            return forms.done(
                url_for("people.members", reference=organisation.reference),
                Message(N_("The roles of %(name)s are changed."), name=person.name),
            )
    return forms.page(
        "community_book/people/roles.html", form, organisation=organisation, person=person, labels=ROLE_LABELS
    )


@blueprint.post("/organisations/<reference>/people/<person_reference>/end")
@requires(INVITE)
def end_membership(reference: str, person_reference: str) -> Answer:
    organisation = _managed(reference)
    person = _person_there(organisation, person_reference)
    actions.set_roles(access.actor(), organisation.reference, person.reference, frozenset())
    return forms.done(
        url_for("people.members", reference=organisation.reference),
        Message(N_("%(name)s does not belong to %(place)s any more."), name=person.name, place=organisation.name),
    )
