"""It happened, a part of it did, it did not: by the sides' own pages; and an appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.access import requires
from cwb.deliveries import actions, rules, saying
from cwb.deliveries.pages.room import back, blueprint, seen_for, version
from cwb.deliveries.rules import ANSWER_DELIVERY, APPEAL_DELIVERY, Answer
from cwb.deliveries.schemas import PartForm, ReasonForm, WhyForm, part_fields, reason_form
from cwb.deliveries.views import DeliveryView

CONFIRMED = Message(N_("Thank you. What happened is confirmed, and the other side is told."))
PART_CONFIRMED = Message(N_("Thank you. The part that happened is confirmed, and the other side is told."))
QUERIED = Message(N_("Thank you. The other side is told, and puts it right, takes it back, or the council decides."))


def answer_of(typed: dict[str, Any]) -> Answer:
    """What a filled form for a part says."""
    used = tuple(int(key) for key in typed["used"]) if "used" in typed else None
    return Answer(amount=typed.get("amount"), used=used, reason=typed["reason"], version=typed["version"])


def part_form(view: DeliveryView) -> forms.Form:
    """The form that asks how much of a report is right, with all its dates ticked."""
    schema = part_fields(PartForm(), view.unit, view.used)
    return forms.Form(schema, values={"used": [str(line.id) for line in view.used], "version": view.version})


@blueprint.post("/deliveries/<reference>/it-happened")
@requires(ANSWER_DELIVERY)
def confirm(reference: str) -> Response:
    actions.confirm(access.actor(), reference, version=version())
    return back(reference, CONFIRMED)


@blueprint.route("/deliveries/<reference>/a-part-happened", methods=["GET", "POST"])
@requires(ANSWER_DELIVERY)
def confirm_in_part(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "confirm_in_part")
    form = part_form(view)
    if form.sent and (typed := form.read()) is not None:
        with form.acting():
            actions.confirm_in_part(access.actor(), view.reference, answer_of(typed))
            return back(view.reference, PART_CONFIRMED)
    return forms.page("cwb/deliveries/part.html", form, delivery=view, sentence=saying.say_report(view))


@blueprint.route("/deliveries/<reference>/it-did-not-happen", methods=["GET", "POST"])
@requires(ANSWER_DELIVERY)
def did_not_happen(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "query")
    form = forms.Form(WhyForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.query(access.actor(), view.reference, Answer(amount=0, **new))
            return back(view.reference, QUERIED)
    return forms.page("cwb/deliveries/did_not_happen.html", form, delivery=view, sentence=saying.say_report(view))


@blueprint.route("/deliveries/<reference>/something-is-not-right", methods=["GET", "POST"])
@requires(ANSWER_DELIVERY)
def query(reference: str) -> Response | tuple[str, int]:
    return query_page(reference, QUERIED)


def query_page(
    reference: str, said: Message, then: Callable[[Message], Response] | None = None
) -> Response | tuple[str, int]:
    """The form of a query, for a side and for the council; `then` says where it leads."""
    view = seen_for(reference, "query")
    is_side = view.who in {rules.Who.PROVIDER, rules.Who.GROUP}
    asks = Message(N_("What is not right?")) if is_side else Message(N_("What do you want to know?"))
    form = forms.Form(reason_form(asks), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.query(access.actor(), view.reference, Answer(**new))
            return then(said) if then else back(view.reference, said)
    return forms.page("cwb/deliveries/query.html", form, delivery=view, sentence=saying.say_report(view))


@blueprint.route("/deliveries/<reference>/appeal", methods=["GET", "POST"])
@requires(APPEAL_DELIVERY)
def appeal(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "appeal")
    form = forms.Form(ReasonForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.appeal(access.actor(), view.reference, reason=new["reason"], version=new["version"])
            return back(view.reference, Message(N_("Your appeal is made. Somebody else decides.")))
    return forms.page("cwb/deliveries/appeal.html", form, delivery=view, sentence=saying.say_report(view))
