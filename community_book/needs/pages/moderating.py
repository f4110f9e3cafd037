"""What officers and safeguarding officers do with a need."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.needs import actions
from community_book.needs.pages.blueprint import blueprint, found_need
from community_book.needs.pages.shown import hints_of, part_rows
from community_book.needs.rules import HIDE_NEED, MODERATE_NEEDS, NEEDS
from community_book.needs.schemas import AnswerForm, Decision, DecisionForm, HoldForm
from community_book.needs.views import NeedView
from community_book.web import access, forms
from community_book.web.access import requires

DECIDED = {
    "open": Message(N_("Opened. The group is told.")),
    "return": Message(N_("Sent back. The group is told what to change.")),
    "decline": Message(N_("Declined. The group is told why.")),
    "merge": Message(N_("Joined. The group is told.")),
}


@blueprint.route("/needs/<reference>/decide", methods=["GET", "POST"])
@requires(MODERATE_NEEDS)
def decide(reference: str) -> Response | tuple[str, int]:
    """Open, send back, decline or join a waiting need."""
    found = found_need(reference)
    form = forms.Form(DecisionForm(), values={"version": found.version})
    if form.sent and (decision := form.read()) is not None:
        with form.acting():
            _decide(found, decision)
            return forms.done(url_for("needs.waiting"), DECIDED[decision.decision])
    if not form.sent:
        NEEDS.check("open", found.state)
    return forms.page(
        "community_book/needs/decide.html", form, need=found, parts=part_rows(found), hints=hints_of(found)
    )


def _decide(found: NeedView, decision: Decision) -> None:
    actor, reference = access.actor(), found.reference
    match decision.decision:
        case "open":
            actions.open_need(actor, reference, version=decision.version)
        case "return":
            actions.return_need(actor, reference, decision.reason, version=decision.version)
        case "decline":
            actions.decline_need(actor, reference, decision.reason, version=decision.version)
        case _:
            actions.merge_need(actor, reference, decision.into, decision.reason, version=decision.version)


@blueprint.route("/needs/<reference>/answer", methods=["GET", "POST"])
@requires(MODERATE_NEEDS)
def answer(reference: str) -> Response | tuple[str, int]:
    """Ends a need with a written answer: nothing ends in silence."""
    found = found_need(reference)
    form = forms.Form(AnswerForm(), values={"version": found.version})
    if form.sent and (said := form.read()) is not None:
        with form.acting():
            actions.close_need(access.actor(), found.reference, said.answer, version=said.version)
            return forms.done(
                url_for("needs.show", reference=found.reference), Message(N_("Closed. The group has your answer."))
            )
    if not form.sent:
        NEEDS.check("close", found.state)
    return forms.page("community_book/needs/answer.html", form, need=found)


@blueprint.route("/needs/<reference>/hold", methods=["GET", "POST"])
@requires(HIDE_NEED)
def hold(reference: str) -> Response | tuple[str, int]:
    """Takes a need out of sight, or puts it back."""
    found = found_need(reference)
    form = forms.Form(HoldForm())
    if form.sent and (said := form.read()) is not None:
        with form.acting():
            act = actions.show if found.hidden else actions.hide
            act(access.actor(), found.reference, said.reason)
            done = Message(N_("Shown again.")) if found.hidden else Message(N_("Hidden. Its group reads “on hold”."))
            return forms.done(url_for("needs.show", reference=found.reference), done)
    return forms.page("community_book/needs/hold.html", form, need=found)
