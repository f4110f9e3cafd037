"""One-tap answers: what a signed link in a letter opens. Opening changes nothing; the button does."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from community_book.base.clock import today
from community_book.base.errors import NotThere
from community_book.base.messages import Message
from community_book.web import access, forms
from community_book.web.access import by_link
from community_book.web.database import reading
from cwb.deliveries import actions, queries, saying
from cwb.deliveries.pages.answering import CONFIRMED, PART_CONFIRMED, QUERIED, answer_of, part_form
from cwb.deliveries.pages.one import hand_out
from cwb.deliveries.pages.room import blueprint, version
from cwb.deliveries.rules import Answer, NewReport
from cwb.deliveries.schemas import WhyForm
from cwb.deliveries.views import DeliveryView, ToReport


def _linked() -> DeliveryView:
    subject = access.actor().link_subject or ""
    return queries.delivery(reading(), access.actor(), subject.removeprefix("delivery:"))


@blueprint.route("/what-happened/<token>", methods=["GET", "POST"])
@by_link(queries.LINK_ACT)
def answer(token: str) -> Response | str | tuple[str, int]:
    """It happened, a part of it did, it did not: three buttons, no account."""
    view = _linked()
    asked = request.form.get("_act", "")
    part, why = part_form(view), forms.Form(WhyForm(), values={"version": view.version})
    form = part if asked == "part" else why
    if request.method == "POST":
        who = access.actor()
        if asked == "yes":
            actions.confirm(who, view.reference, version=version())
            return _answered(view.reference, CONFIRMED)
        if asked == "part" and (typed := part.read()) is not None:
            with part.acting():
                actions.confirm_in_part(who, view.reference, answer_of(typed))
                return _answered(view.reference, PART_CONFIRMED)
        if asked == "no" and (new := why.read()) is not None:
            with why.acting():
                actions.query(who, view.reference, Answer(amount=0, **new))
                return _answered(view.reference, QUERIED)
        if asked not in {"yes", "part", "no"}:
            raise NotThere
    return forms.page(
        "cwb/deliveries/answer.html",
        form,
        part=part,
        why=why,
        asked=asked,
        delivery=view,
        token=token,
        sentence=saying.say_report(view),
        next_step=saying.say_next(view),
        saying=saying,
    )


@blueprint.get("/what-happened/<token>/files/<uuid:uuid>")
@by_link(queries.LINK_ACT)
def answer_file(token: str, uuid: UUID) -> Response:
    """A file of the report the link asks about."""
    return hand_out(queries.evidence_file(reading(), access.actor(), uuid), inline=request.args.get("view") == "1")


def _answered(reference: str, said: Message) -> str:
    view = queries.delivery(reading(), access.actor(), reference)
    return render_template(
        "cwb/deliveries/answered.html", delivery=view, said_now=said, sentence=saying.say_report(view)
    )


@blueprint.route("/tell-what-happened/<token>", methods=["GET", "POST"])
@by_link(queries.REPORT_LINK)
def tell(token: str) -> Response | str | tuple[str, int]:
    """A side says with one tap that it all happened as agreed; everything else takes the form."""
    subject = (access.actor().link_subject or "").removeprefix("commitment:")
    promise = queries.promise_to_report(reading(), access.actor(), subject)
    if request.method == "POST":
        reference = actions.report(access.actor(), promise.commitment_reference, _as_agreed(promise))
        view = queries.delivery(reading(), access.actor(), reference) if _sees(reference) else None
        return render_template("cwb/deliveries/told.html", promise=promise, delivery=view)
    return render_template("cwb/deliveries/tell.html", promise=promise, token=token, what=_as_agreed(promise))


def _sees(reference: str) -> bool:
    return queries.sees_in_full(reading(), access.actor(), reference)


def _as_agreed(promise: ToReport) -> NewReport:
    """All the dates that are over, or all that is left, on the day it was to be done by."""
    if promise.has_sessions:
        return NewReport(used=tuple(session.id for session in promise.sessions))
    return NewReport(happened_on=min(today(), promise.last_day), amount=promise.left)
