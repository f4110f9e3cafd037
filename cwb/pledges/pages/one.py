"""A pledge's own page, and what its provider does from there."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base import audit
from community_book.base.clock import today
from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, say_session
from community_book.base.terms import DBS_LEVELS, FEATURES, ITEM_TYPES, SUBJECTS
from community_book.places.queries import place
from community_book.web import access, forms
from community_book.web.access import by_link, public, requires
from community_book.web.database import reading
from cwb.ledger.queries import latest_readings
from cwb.ledger.rules import LEVEL_LABELS, level_result
from cwb.pledges import actions, queries
from cwb.pledges.pages.history import told
from cwb.pledges.pages.room import blueprint
from cwb.pledges.rules import LOG_PLEDGES, MACHINE, MODERATE_PLEDGES
from cwb.pledges.schemas import (
    CutForm,
    DaysForm,
    DropDaysForm,
    MoreForm,
    PauseForm,
    ReturnForm,
    WithdrawForm,
    day_values,
)
from cwb.pledges.views import PledgeView
from cwb.rates.queries import rates_spoken_of
from cwb.rates.rules import old_before


def _version() -> int | None:
    """The version a one-button form stands on; None for what is no version."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _back(pledge: PledgeView | str, said: Message) -> Response:
    reference = pledge if isinstance(pledge, str) else pledge.reference
    return forms.done(url_for("pledges.show", reference=reference), said)


@blueprint.get("/pledges/<reference>")
@public
def show(reference: str) -> str:
    actor = access.actor()
    pledge = queries.pledge(reading(), actor, reference)
    shown: dict[str, Any] = {}
    if pledge.place_id is not None:
        shown["place"] = place(reading(), pledge.place_id)
    if pledge.sees_figures:
        shown["figures"] = queries.figures(reading(), pledge)
        shown["history"] = told(audit.history(reading(), pledge.subject_string), pledge)
    if pledge.is_level:
        latest = latest_readings(reading(), [pledge.id]).get(pledge.id)
        shown["latest"] = latest
        result = level_result(
            (latest.part, latest.whole, latest.read_on) if latest else None,
            pledge.share_basis_points or 0,
            on=today(),
            old_before=old_before(rates_spoken_of(reading(), [pledge.measure_id]).get(pledge.measure_id, ()), today()),
        )
        shown["result"] = LEVEL_LABELS[result]
    return render_template(
        "cwb/pledges/show.html",
        pledge=pledge,
        is_officer=actor.may(MODERATE_PLEDGES),
        on=today(),
        features=[(feature, pledge.features.get(feature.key)) for feature in FEATURES.get(pledge.kind, ())],
        subject=SUBJECTS.get(pledge.subject),
        item_type=ITEM_TYPES.get(pledge.item_type),
        dbs=DBS_LEVELS.get(str(pledge.conditions.get("dbs", "none"))),
        **shown,
    )


def _own(reference: str, act: str) -> PledgeView:
    """The acting provider's pledge, when the act is possible now; so that a form is not shown in vain."""
    pledge = queries.pledge(reading(), access.actor(), reference)
    if not pledge.is_own:
        raise NotAllowed(Message(N_("This pledge belongs to another provider, so only they can change it.")))
    MACHINE.check(act, pledge.state)
    return pledge


@blueprint.post("/pledges/<reference>/post")
@requires(LOG_PLEDGES)
def post(reference: str) -> Response:
    actions.post_pledge(access.actor(), reference, _version())
    pledge = queries.pledge(reading(), access.actor(), reference)
    if pledge.state == "waiting":
        return _back(pledge, Message(N_("Your pledge is posted. The council looks at it first.")))
    return _back(pledge, Message(N_("Your pledge is on offer. We look for groups that need it.")))


@blueprint.route("/pledges/<reference>/add", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def add(reference: str) -> Response | tuple[str, int]:
    pledge = _own(reference, "add")
    schema = MoreForm()
    schema.in_unit(pledge.unit)
    form = forms.Form(schema, values={"version": pledge.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.add_to_pledge(access.actor(), reference, given.amount, given.version)
            return _back(pledge, Message(N_("Thank you. The pledge is larger now.")))
    return forms.page("cwb/pledges/add.html", form, pledge=pledge)


@blueprint.route("/pledges/<reference>/cut", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def cut(reference: str) -> Response | tuple[str, int]:
    pledge = _own(reference, "cut")
    schema = CutForm()
    schema.in_unit(pledge.unit)
    form = forms.Form(schema, values={"version": pledge.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.cut_pledge(access.actor(), reference, given.amount, given.reason, given.version)
            return _back(pledge, Message(N_("The pledge is cut. What is promised goes on.")))
    return forms.page("cwb/pledges/cut.html", form, pledge=pledge)


@blueprint.route("/pledges/<reference>/days", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def add_days(reference: str) -> Response | tuple[str, int]:
    pledge = _own(reference, "add_sessions")
    form = forms.Form(DaysForm(pledge), values=day_values(pledge, today()))
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.add_days(access.actor(), reference, new)
            return _back(pledge, Message(N_("The days are added.")))
    return forms.page("cwb/pledges/days.html", form, pledge=pledge)


@blueprint.route("/pledges/<reference>/days/out", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def drop_days(reference: str) -> Response | tuple[str, int]:
    pledge = _own(reference, "drop_session")
    schema = DropDaysForm()
    free = [session for session in pledge.sessions if not session.is_booked and session.day >= today()]
    schema.choose(
        [(str(one.id), say_session(Session(one.day, one.starts_minute, one.ends_minute, one.at_once))) for one in free]
    )
    form = forms.Form(schema, values={"version": pledge.version})
    if form.sent and (out := form.read()) is not None:
        with form.acting():
            actions.drop_days(access.actor(), reference, out.session_ids, out.reason, out.version)
            return _back(pledge, Message(N_("The days are taken out.")))
    return forms.page("cwb/pledges/days_out.html", form, pledge=pledge, free=free)


@blueprint.route("/pledges/<reference>/pause", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def pause(reference: str) -> Response | tuple[str, int]:
    pledge = _own(reference, "pause")
    form = forms.Form(PauseForm(), values={"version": pledge.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.pause_pledge(access.actor(), reference, given.reason, given.version)
            return _back(pledge, Message(N_("The pledge is paused. Put it back on offer whenever it suits you.")))
    return forms.page("cwb/pledges/pause.html", form, pledge=pledge)


@blueprint.post("/pledges/<reference>/resume")
@requires(LOG_PLEDGES)
def resume(reference: str) -> Response:
    actions.resume_pledge(access.actor(), reference, _version())
    return _back(reference, Message(N_("The pledge is on offer again.")))


@blueprint.route("/pledges/<reference>/withdraw", methods=["GET", "POST"])
@requires(LOG_PLEDGES)
def withdraw(reference: str) -> Response | tuple[str, int]:
    pledge = _own(reference, "withdraw")
    form = forms.Form(WithdrawForm(), values={"version": pledge.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.withdraw_pledge(access.actor(), reference, given.reason, given.version)
            return _back(pledge, Message(N_("The pledge is withdrawn. What is promised goes on.")))
    return forms.page("cwb/pledges/withdraw.html", form, pledge=pledge)


@blueprint.post("/pledges/<reference>/still-on-offer")
@requires(LOG_PLEDGES)
def still_on_offer(reference: str) -> Response:
    actions.answer_still_on_offer(access.actor(), reference, still=True)
    return _back(reference, Message(N_("Thank you. It stays on offer until its last day.")))


@blueprint.route("/answer/still-on-offer/<token>", methods=["GET", "POST"])
@by_link("pledge.still_on_offer")
def still_by_link(token: str) -> str | tuple[str, int]:
    """The one-tap answer to the reminder: opening changes nothing, its buttons do."""
    actor = access.actor()
    reference = str(actor.link_subject).partition(":")[2]
    pledge = queries.pledge(reading(), actor, reference)
    answer = request.form.get("answer")
    if request.method == "POST" and answer in {"yes", "no"}:
        actions.answer_still_on_offer(actor, reference, still=answer == "yes")
        return render_template("cwb/pledges/still_answered.html", pledge=pledge, still=answer == "yes")
    return render_template("cwb/pledges/still.html", pledge=pledge, token=token), 422 if answer else 200


@blueprint.post("/pledges/<reference>/offer")
@requires(MODERATE_PLEDGES)
def offer(reference: str) -> Response:
    actions.offer_pledge(access.actor(), reference, _version())
    return _back(reference, Message(N_("The pledge is on offer.")))


@blueprint.route("/pledges/<reference>/return", methods=["GET", "POST"])
@requires(MODERATE_PLEDGES)
def give_back(reference: str) -> Response | tuple[str, int]:
    pledge = queries.pledge(reading(), access.actor(), reference)
    MACHINE.check("return", pledge.state)
    form = forms.Form(ReturnForm(), values={"version": pledge.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.return_pledge(access.actor(), reference, given.reason, given.version)
            return forms.done(
                url_for("pledges.waiting"), Message(N_("The pledge went back to the provider with your question."))
            )
    return forms.page("cwb/pledges/return.html", form, pledge=pledge)
