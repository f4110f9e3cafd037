"""A person's own account."""

from __future__ import annotations

import json

from flask import Response as FlaskResponse
from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.actor import SIGNED_IN
from community_book.base.clock import today
from community_book.base.messages import N_, Message
from community_book.base.work import refuse
from community_book.people import actions, queries
from community_book.people.pages.blueprint import blueprint
from community_book.people.rules import MAIL_RHYTHMS
from community_book.people.schemas import DetailsForm, EraseForm, NewEmailForm, NewPasswordForm
from community_book.web import access, forms
from community_book.web import sign_in as browser
from community_book.web.access import requires
from community_book.web.database import reading

Answer = Response | str | tuple[str, int]


def own_token() -> str:
    return browser.session_token() or ""


@blueprint.get("/account")
@requires(SIGNED_IN)
def account() -> Answer:
    actor = access.actor()
    return render_template(
        "community_book/people/account.html",
        account=queries.account(reading(), actor),
        rhythms=MAIL_RHYTHMS,
        sessions=queries.sessions_of(reading(), actor, this_token_hash=queries.token_hash(own_token())),
    )


@blueprint.route("/account/details", methods=["GET", "POST"])
@requires(SIGNED_IN)
def details() -> Answer:
    form = forms.Form(DetailsForm(), values=queries.account(reading(), access.actor()))
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.change_details(access.actor(), new)
            return forms.done(url_for("people.account"), Message(N_("Your details are changed.")))
    return forms.page("community_book/people/details.html", form)


@blueprint.route("/account/email", methods=["GET", "POST"])
@requires(SIGNED_IN)
def email() -> Answer:
    found = queries.account(reading(), access.actor())
    form = forms.Form(NewEmailForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.ask_new_email(access.actor(), new)
            return forms.done(
                url_for("people.account"),
                Message(N_("We have written to the new address. It counts when you open the link in that email.")),
            )
    return forms.page("community_book/people/email.html", form, account=found)


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(SIGNED_IN)
def password() -> Answer:
    found = queries.account(reading(), access.actor())
    form = forms.Form(NewPasswordForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.change_password(access.actor(), new, token=own_token())
            return forms.done(
                url_for("people.account"),
                Message(N_("Your password is changed. Every other browser has been signed out.")),
            )
    return forms.page("community_book/people/password.html", form, account=found)


@blueprint.post("/account/sessions/<int:session_id>/end")
@requires(SIGNED_IN)
def end_session(session_id: int) -> Answer:
    actions.end_session(access.actor(), session_id)
    return forms.done(url_for("people.account"), Message(N_("That browser is signed out.")))


@blueprint.post("/account/leave/<reference>")
@requires(SIGNED_IN)
def leave(reference: str) -> Answer:
    actions.leave(access.actor(), reference)
    return forms.done(url_for("people.account"), Message(N_("You have left. Your other organisations stay.")))


@blueprint.get("/account/held")
@requires(SIGNED_IN)
def held() -> Answer:
    """What is held about the person, one room's part at a time; the file has all of them."""
    parts = sorted(registers.persons_data())
    part = request.args.get("part", "")
    part = part if part in parts else parts[0]
    return render_template(
        "community_book/people/held.html",
        parts=parts,
        part=part,
        held=queries.held_about(reading(), access.actor(), part)[part],
    )


@blueprint.get("/account/held.json")
@requires(SIGNED_IN)
def held_file() -> FlaskResponse:
    body = json.dumps(queries.held_about(reading(), access.actor()), default=str, ensure_ascii=False, indent=2)
    answer = FlaskResponse(body + "\n", content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="what-we-hold-{today():%Y-%m-%d}.json"'
    return answer


@blueprint.route("/account/erase", methods=["GET", "POST"])
@requires(SIGNED_IN)
def erase() -> Answer:
    form = forms.Form(EraseForm())
    alone = queries.sole_leads_of(reading(), queries.account(reading(), access.actor()).id)
    if form.sent and (answer := form.read()) is not None:
        with form.acting():
            if not answer["understood"]:
                raise refuse("understood", N_("Tick the box if you want your account erased"))
            actions.erase(access.actor())
            browser.end()
            return forms.done("/", Message(N_("Your account is erased. Thank you for what you did here.")))
    return forms.page("community_book/people/erase.html", form, alone=alone)
