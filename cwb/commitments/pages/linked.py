"""One-tap answers: what a signed link in a letter opens. Opening changes nothing; the button does."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.access import by_link
from community_book.web.database import reading
from cwb.commitments import actions, queries, rules, saying
from cwb.commitments.pages.one import shown
from cwb.commitments.pages.room import blueprint, version
from cwb.commitments.rules import ANSWER_CHANGE_LINK, ANSWER_OFFER_LINK, CommitmentState
from cwb.commitments.schemas import DeclineForm
from cwb.commitments.views import CommitmentView


def _linked() -> CommitmentView:
    subject = access.actor().link_subject or ""
    return queries.commitment(reading(), access.actor(), subject.removeprefix("commitment:"))


@blueprint.route("/promises/answer/<token>", methods=["GET", "POST"])
@by_link(ANSWER_OFFER_LINK)
def answer(token: str) -> Response | str | tuple[str, int]:
    view = _linked()
    form = forms.Form(DeclineForm(), values={"version": view.version})
    if form.sent and request.form.get("_act") == "accept":
        actions.accept(access.actor(), view.reference, version=version())
        return _answered(view.reference)
    if form.sent and request.form.get("_act") == "yes":
        actions.meet(access.actor(), view.reference, version=version())
        return _answered(view.reference)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.decline(
                access.actor(), view.reference, reason_code=new.reason_code, reason=new.reason, version=new.version
            )
            return _answered(view.reference)
    return forms.page("cwb/commitments/answer.html", form, **shown(view))


@blueprint.route("/promises/answer-change/<token>", methods=["GET", "POST"])
@by_link(ANSWER_CHANGE_LINK)
def answer_change(token: str) -> Response | str:
    view = _linked()
    change = view.open_change
    if request.method == "POST":
        if change is None:
            raise NotThere
        answers = {"agree": actions.agree_change, "decline": actions.decline_change}
        act = answers.get(request.form.get("_act", ""))
        if act is None:
            raise NotThere
        act(access.actor(), view.reference, change.reference)
        return _answered(view.reference)
    return render_template("cwb/commitments/answer_change.html", **shown(view))


def _answered(reference: str) -> str:
    """The page after an answer by link: the link is used up, so everything is said here."""
    view = queries.commitment(reading(), access.actor(), reference)
    said = {
        CommitmentState.AGREED: Message(N_("It is agreed. Both sides are told whom to speak to.")),
        CommitmentState.DECLINED: Message(N_("You have declined. The other side is told, with your words.")),
    }.get(view.state, Message(N_("Thank you. Your answer is noted, and the other side is told.")))
    return render_template(
        "cwb/commitments/answered.html", outcome=said, state=rules.STATE_LABELS[view.state], **_rest(view)
    )


def _rest(view: CommitmentView) -> dict[str, object]:
    return {"promise": view, "sentence": saying.say_promise(view)}
