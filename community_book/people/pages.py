"""Pages about people: signing in and out, the account."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from community_book.base.actor import SIGNED_IN
from community_book.people import actions
from community_book.people.schemas import SignIn
from community_book.web import access, forms
from community_book.web import sign_in as browser
from community_book.web.access import public, requires

blueprint = Blueprint("people", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | tuple[str, int]:
    form = forms.Form(SignIn())
    back_to = request.args.get("next")
    if form.sent and (credentials := form.read()) is not None:
        with form.acting():
            token = actions.sign_in(access.actor(), credentials, address=request.remote_addr or "")
            browser.start(token)
            return redirect(forms.safe_next(back_to, "/"), 303)
    return forms.page("community_book/people/sign_in.html", form)


@blueprint.post("/sign-out")
@requires(SIGNED_IN)
def sign_out() -> Response:
    token = browser.session_token()
    if token:
        actions.sign_out(access.actor(), token)
    browser.end()
    return redirect("/", 303)


@blueprint.get("/account")
@requires(SIGNED_IN)
def account() -> str:
    return render_template("community_book/people/account.html")
