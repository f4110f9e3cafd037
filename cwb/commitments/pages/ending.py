"""Finishing, stopping early, calling off; on hold and on again."""

from __future__ import annotations

from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.access import requires
from cwb.commitments import actions, saying
from cwb.commitments.pages.room import back, blueprint, seen_for, version
from cwb.commitments.rules import END_PROMISE, HOLD_PROMISE
from cwb.commitments.schemas import CallOffForm, HoldForm, StopForm


@blueprint.post("/promises/<reference>/complete")
@requires(END_PROMISE)
def complete(reference: str) -> Response:
    actions.complete(access.actor(), reference, version=version())
    return back(reference, Message(N_("It is completed. Thank you both.")))


@blueprint.route("/promises/<reference>/stop", methods=["GET", "POST"])
@requires(END_PROMISE)
def stop(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "end_short")
    form = forms.Form(StopForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.end_short(
                access.actor(), reference, reason_code=new.reason_code, reason=new.reason, version=new.version
            )
            return back(reference, Message(N_("It is stopped. What did not happen is free again.")))
    return forms.page("cwb/commitments/stop.html", form, promise=view, sentence=saying.say_promise(view))


@blueprint.route("/promises/<reference>/call-off", methods=["GET", "POST"])
@requires(END_PROMISE)
def call_off(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "cancel")
    form = forms.Form(CallOffForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.cancel(access.actor(), reference, reason=new.reason, version=new.version)
            return back(reference, Message(N_("It is called off. The other side is told, with your words.")))
    return forms.page("cwb/commitments/call_off.html", form, promise=view, sentence=saying.say_promise(view))


@blueprint.route("/promises/<reference>/hold", methods=["GET", "POST"])
@requires(HOLD_PROMISE)
def hold(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "hold")
    form = forms.Form(HoldForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.hold(access.actor(), reference, reason=new.reason, version=new.version)
            return back(reference, Message(N_("It is on hold. Both sides see that, and no reason.")))
    return forms.page("cwb/commitments/hold.html", form, promise=view, sentence=saying.say_promise(view))


@blueprint.post("/promises/<reference>/release")
@requires(HOLD_PROMISE)
def release(reference: str) -> Response:
    actions.release(access.actor(), reference, version=version())
    return back(reference, Message(N_("The council's hold is ended.")))
