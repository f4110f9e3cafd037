"""Answering: accept, accept on a condition, ask a committee, decline, take back."""

from __future__ import annotations

from werkzeug.wrappers import Response

from community_book.base.clock import add_working_days, today
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.commitments import actions, queries, saying
from cwb.commitments.pages.room import back, blueprint, seen_for, version
from cwb.commitments.rules import ANSWER_PROMISE, END_PROMISE, CommitmentState
from cwb.commitments.schemas import CommitteeForm, ConditionForm, DeclineForm


def _said_yes(reference: str) -> Response:
    view = queries.commitment(reading(), access.actor(), reference)
    if view.state is CommitmentState.AGREED:
        return back(reference, Message(N_("It is agreed. You both see now whom to speak to.")))
    return back(reference, Message(N_("Thank you. It is agreed as soon as the other side says yes too.")))


@blueprint.post("/promises/<reference>/accept")
@requires(ANSWER_PROMISE)
def accept(reference: str) -> Response:
    actions.accept(access.actor(), reference, version=version())
    return _said_yes(reference)


@blueprint.post("/promises/<reference>/yes-for-good")
@requires(ANSWER_PROMISE)
def meet(reference: str) -> Response:
    actions.meet(access.actor(), reference, version=version())
    return _said_yes(reference)


@blueprint.route("/promises/<reference>/condition", methods=["GET", "POST"])
@requires(ANSWER_PROMISE)
def condition(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "accept_on_condition")
    form = forms.Form(ConditionForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.accept_on_condition(
                access.actor(), reference, condition=new.condition, by_day=new.by_day, version=new.version
            )
            return back(reference, Message(N_("It is kept for you. Say yes here when your condition is met.")))
    return forms.page("cwb/commitments/condition.html", form, promise=view, sentence=saying.say_promise(view))


@blueprint.route("/promises/<reference>/committee", methods=["GET", "POST"])
@requires(ANSWER_PROMISE)
def committee(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "ask_committee")
    most = add_working_days(today(), settings().committee_working_days)
    form = forms.Form(CommitteeForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.ask_committee(access.actor(), reference, by_day=new.by_day, words=new.words, version=new.version)
            return back(reference, Message(N_("It is kept until then. Say yes or no here when they have met.")))
    return forms.page(
        "cwb/commitments/committee.html", form, promise=view, sentence=saying.say_promise(view), most=most
    )


@blueprint.route("/promises/<reference>/decline", methods=["GET", "POST"])
@requires(ANSWER_PROMISE)
def decline(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "decline")
    form = forms.Form(DeclineForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.decline(
                access.actor(), reference, reason_code=new.reason_code, reason=new.reason, version=new.version
            )
            return back(reference, Message(N_("You have declined. The other side is told, with your words.")))
    return forms.page("cwb/commitments/decline.html", form, promise=view, sentence=saying.say_promise(view))


@blueprint.post("/promises/<reference>/take-back")
@requires(END_PROMISE)
def take_back(reference: str) -> Response:
    actions.take_back(access.actor(), reference, version=version())
    return back(reference, Message(N_("It is taken back.")))
