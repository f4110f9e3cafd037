"""Signing in by password or by mailed link, and signing out."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import SIGNED_IN
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.people import actions
from community_book.people.pages.blueprint import blueprint
from community_book.people.rules import CONFIRM_EMAIL_LINK, SIGN_IN_LINK
from community_book.people.schemas import AskForLink, SignIn
from community_book.web import access, forms
from community_book.web import sign_in as browser
from community_book.web.access import by_link, public, requires

Answer = Response | str | tuple[str, int]


def user_agent() -> str:
    return request.headers.get("User-Agent", "")[:400]


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Answer:
    back_to = forms.safe_next(request.args.get("next"), url_for("desks.desk"))
    if request.method != "POST" and access.actor().is_signed_in:
        return redirect(back_to, 303)
    form = forms.Form(SignIn())
    if form.sent and (credentials := form.read()) is not None:
        with form.acting():
            token = actions.sign_in(
                access.actor(), credentials, address=request.remote_addr or "", user_agent=user_agent()
            )
            browser.start(token)
            return redirect(back_to, 303)
    return forms.page("community_book/people/sign_in.html", form)


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@public
def ask_for_link() -> Answer:
    form = forms.Form(AskForLink())
    if form.sent and (asked := form.read()) is not None:
        actions.ask_for_link(access.actor(), asked["email"], address=request.remote_addr or "")
        return forms.done(
            url_for("people.sign_in"),
            Message(
                N_(
                    "If an account has this address, a link to sign in is on its way to it. "
                    "It works once, for %(minutes)s minutes. Look among your emails, also the unwanted ones."
                ),
                minutes=settings().sign_in_link_minutes,
            ),
        )
    return forms.page("community_book/people/ask_for_link.html", form)


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@by_link(SIGN_IN_LINK)
def sign_in_by_link(token: str) -> Answer:
    if request.method == "POST":
        browser.start(actions.sign_in_by_link(access.actor(), user_agent=user_agent()))
        return redirect(url_for("desks.desk"), 303)
    return render_template("community_book/people/link_sign_in.html")


@blueprint.route("/email/<token>", methods=["GET", "POST"])
@by_link(CONFIRM_EMAIL_LINK)
def confirm_email(token: str) -> Answer:
    if request.method == "POST":
        actions.confirm_email(access.actor())
        return forms.done(url_for("people.account"), Message(N_("Your new email address counts from now on.")))
    return render_template("community_book/people/link_email.html", email=access.actor().email)


@blueprint.post("/sign-out")
@requires(SIGNED_IN)
def sign_out() -> Answer:
    token = browser.session_token()
    if token:
        actions.sign_out(access.actor(), token)
    browser.end()
    return redirect("/", 303)
