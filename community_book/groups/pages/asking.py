"""Asking to list a group, and answering what the council wants to know."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.actor import SIGNED_IN
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.base.references import SHAPE, tidy_reference
from community_book.base.settings import settings
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import ANSWER_LINK, GroupState, NewGroup, register_of
from community_book.groups.schemas import AnswerForm, AskForm
from community_book.groups.views import Alike
from community_book.places.queries import zone_choices
from community_book.web import access, forms
from community_book.web.access import by_link, public, requires
from community_book.web.database import reading
from community_book.web.fields import offer


@blueprint.route("/groups/ask", methods=["GET", "POST"])
@public
def ask() -> Response | tuple[str, int]:
    schema = AskForm()
    offer(schema, "zone", zone_choices(reading()))
    who = access.actor()
    mine = {"contact_name": who.name, "contact_email": who.email} if who.is_signed_in and not who.is_council else None
    form = forms.Form(schema, values=mine)
    alike: list[Alike] = []
    if form.sent and (new := form.read()) is not None:
        alike = _alike(new)
        with form.acting():
            reference = actions.ask_to_list(access.actor(), new, address=request.remote_addr or "")
            return forms.done(
                url_for("groups.asked", reference=reference), Message(N_("Thank you. We have your request."))
            )
    return forms.page("community_book/groups/ask.html", form, alike=alike)


def _alike(new: NewGroup) -> list[Alike]:
    try:
        scheme, number = register_of(new)
    except Refused:
        scheme = number = ""
    return queries.alike(reading(), new.name, scheme, number)


@blueprint.get("/groups/asked/<reference>")
@public
def asked(reference: str) -> str:
    tidy = tidy_reference(reference)
    state = queries.state_of_ask(reading(), tidy if SHAPE.match(tidy) else "")
    return render_template(
        "community_book/groups/asked.html",
        reference=tidy,
        days=settings().answer_working_days,
        is_answered=state not in {GroupState.ASKED_FOR, GroupState.MORE_WANTED},
        is_listed=state in {GroupState.LISTED, GroupState.PAUSED},
    )


@blueprint.route("/groups/answer/<token>", methods=["GET", "POST"])
@by_link(ANSWER_LINK)
def answer_by_link(token: str) -> Response | tuple[str, int]:
    reference = (access.actor().link_subject or "").partition(":")[2]
    return _answer(reference)


@blueprint.route("/groups/<reference>/answer", methods=["GET", "POST"])
@requires(SIGNED_IN)
def answer(reference: str) -> Response | tuple[str, int]:
    return _answer(reference)


def _answer(reference: str) -> Response | tuple[str, int]:
    question = queries.question(reading(), access.actor(), reference)
    form = forms.Form(AnswerForm())
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.answer_more_wanted(access.actor(), reference, given.answer)
            return forms.done(
                url_for("groups.asked", reference=reference), Message(N_("Thank you. We have your answer."))
            )
    return forms.page("community_book/groups/answer.html", form, question=question)
