"""A group's own buttons on a posted need, and the reminder's link."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.needs import actions, queries
from community_book.needs.pages.blueprint import blueprint, own_need, sent_version
from community_book.needs.pages.shown import part_rows
from community_book.needs.rules import NEEDS, POST_NEED, STILL_NEEDED_LINK, WHICH_LINK, NeedState
from community_book.needs.schemas import TakeBackForm
from community_book.needs.views import NeedView
from community_book.web import access, forms
from community_book.web.access import by_link, requires
from community_book.web.database import reading

TAKEN_BACK = Message(N_("Taken back. Nobody can offer help for it any more."))
KEPT = Message(N_("Kept. You no longer ask for the others."))
GO_ON = Message(N_("Thank you. You go on asking for all of them."))
CUT = Message(N_("You ask for no more than is promised already. What is promised goes on."))


def _page_of(found: NeedView) -> str:
    return url_for("needs.show", reference=found.reference)


@blueprint.post("/needs/<reference>/pause")
@requires(POST_NEED)
def pause(reference: str) -> Response:
    found = own_need(reference)
    actions.pause_need(access.actor(), found.reference, version=sent_version())
    return forms.done(_page_of(found), Message(N_("Paused. It is out of the list until you open it again.")))


@blueprint.post("/needs/<reference>/resume")
@requires(POST_NEED)
def resume(reference: str) -> Response:
    found = own_need(reference)
    actions.resume_need(access.actor(), found.reference, version=sent_version())
    return forms.done(_page_of(found), Message(N_("Open again.")))


@blueprint.post("/needs/<reference>/keep-one")
@requires(POST_NEED)
def keep_one(reference: str) -> Response:
    found = own_need(reference)
    actions.keep_one_part(access.actor(), found.reference, _part_sent(), version=sent_version())
    return forms.done(_page_of(found), KEPT)


@blueprint.post("/needs/<reference>/keep-asking")
@requires(POST_NEED)
def keep_asking(reference: str) -> Response:
    found = own_need(reference)
    actions.keep_asking(access.actor(), found.reference, version=sent_version())
    return forms.done(_page_of(found), GO_ON)


@blueprint.route("/needs/which/<token>", methods=["GET", "POST"])
@by_link(WHICH_LINK)
def which(token: str) -> Response | str:
    """The letter's link: is what is promised of one thing enough? Reading changes nothing, its buttons do."""
    actor = access.actor()
    reference = (actor.link_subject or "").removeprefix("need:")
    found = queries.need(reading(), actor, reference)
    if request.method == "POST":
        if request.form.get("answer") == "keep":
            actions.keep_one_part(actor, reference, _part_sent())
            said = KEPT
        else:
            actions.keep_asking(actor, reference)
            said = GO_ON
        return render_template("community_book/needs/told.html", need=found, told=said)
    NEEDS.check("keep_asking", found.state)
    if not found.asked_which:
        said = Message(N_("This was answered already, or is not asked any more. Nothing has changed."))
        return render_template("community_book/needs/told.html", need=found, told=said)
    return render_template("community_book/needs/which_link.html", need=found, parts=part_rows(found), token=token)


def _part_sent() -> int:
    """The part a button was about. Raises NotThere when it is no number."""
    typed = request.form.get("part", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 18):
        raise NotThere
    return int(typed)


@blueprint.route("/needs/<reference>/take-back", methods=["GET", "POST"])
@requires(POST_NEED)
def take_back(reference: str) -> Response | tuple[str, int]:
    """Asks once more before a need is taken back, and lets the group say why."""
    found = own_need(reference)
    form = forms.Form(TakeBackForm(), values={"version": found.version})
    if form.sent and (said := form.read()) is not None:
        with form.acting():
            state = actions.withdraw_need(access.actor(), found.reference, said.reason, version=said.version)
            return forms.done(_page_of(found), TAKEN_BACK if state is NeedState.WITHDRAWN else CUT)
    if not form.sent:
        NEEDS.check("withdraw", found.state)
    return forms.page("community_book/needs/take_back.html", form, need=found)


@blueprint.route("/needs/still-needed/<token>", methods=["GET", "POST"])
@by_link(STILL_NEEDED_LINK)
def still_needed(token: str) -> Response | str:
    """The reminder's link: reading changes nothing, its buttons do."""
    actor = access.actor()
    reference = (actor.link_subject or "").removeprefix("need:")
    found = queries.need(reading(), actor, reference)
    if request.method == "POST":
        if request.form.get("answer") == "no":
            state = actions.say_not_needed(actor, reference)
            said = TAKEN_BACK if state is NeedState.WITHDRAWN else CUT
        else:
            actions.say_still_needed(actor, reference)
            said = Message(N_("Thank you. It stays open until its last day."))
        return render_template("community_book/needs/told.html", need=found, told=said)
    NEEDS.check("still_needed", found.state)
    return render_template("community_book/needs/still_needed.html", need=found, token=token)
