"""Invitations: looked up, taken back, accepted."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import ROLE_LABELS
from community_book.base.errors import NotAllowed, NotThere
from community_book.base.messages import N_, Message
from community_book.people import actions, queries
from community_book.people.pages.account import own_token
from community_book.people.pages.blueprint import blueprint
from community_book.people.pages.signing_in import user_agent
from community_book.people.rules import INVITATION_LINK, INVITE, may_manage
from community_book.people.schemas import NewAccountForm
from community_book.web import access, forms
from community_book.web import sign_in as browser
from community_book.web.access import by_link, requires
from community_book.web.database import reading

Answer = Response | str | tuple[str, int]


@blueprint.get("/invitations/<reference>")
@requires(INVITE)
def invitation(reference: str) -> Answer:
    """Where an invitation can be seen: on the members page of its organisation."""
    found = queries.invitation(reading(), reference=reference)
    if not may_manage(access.actor(), found.organisation_id):
        raise NotThere
    return redirect(url_for("people.members", reference=found.organisation_reference), 303)


@blueprint.post("/invitations/<reference>/withdraw")
@requires(INVITE)
def withdraw_invitation(reference: str) -> Answer:
    organisation = actions.withdraw_invitation(access.actor(), reference)
    return forms.done(url_for("people.members", reference=organisation), Message(N_("The invitation is taken back.")))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@by_link(INVITATION_LINK)
def accept_invitation(token: str) -> Answer:
    link, signed_in = access.actor(), browser.actor_of_request()
    found = queries.invitation(reading(), reference=(link.link_subject or "").partition(":")[2])
    shown = {"invitation": found, "role": ROLE_LABELS[found.role]}
    if signed_in is not None:
        if signed_in.email != link.email:
            raise NotAllowed(
                Message(
                    N_("This invitation is for another address than the one you are signed in with. Sign out first.")
                )
            )
        if request.method == "POST":
            name = actions.accept_invitation(signed_in.for_form(link.form_key), link, token=own_token())
            return forms.done(url_for("people.act_as"), Message(N_("You belong to %(name)s now."), name=name))
        return render_template("community_book/people/accept.html", **shown)
    if queries.addresses_by_email(reading(), link.email) is not None:
        if request.method == "POST":
            raise NotAllowed(Message(N_("Sign in with this address first, then open the link again.")))
        return render_template(
            "community_book/people/accept_sign_in.html", sign_in=url_for("people.sign_in", next=request.path), **shown
        )
    form = forms.Form(NewAccountForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            session, name = actions.accept_with_new_account(link, new, user_agent=user_agent())
            browser.start(session)
            return forms.done(
                url_for("desks.desk"), Message(N_("Your account is made, and you belong to %(name)s."), name=name)
            )
    return forms.page("community_book/people/accept_new.html", form, **shown)
