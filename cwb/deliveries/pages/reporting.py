"""Saying what happened: from a promise or a pledge in one or two taps; putting a report right; taking it back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from community_book.base.clock import today
from community_book.base.errors import WrongState
from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from cwb.commitments.rules import STATE_LABELS as PROMISE_LABELS
from cwb.deliveries import actions, queries, saying
from cwb.deliveries.pages.room import back, blueprint, received, seen_for, version
from cwb.deliveries.rules import REPORT_DELIVERY, Answer
from cwb.deliveries.schemas import (
    NOT_USED,
    FilesForm,
    LeftEarlyForm,
    WhyForm,
    own_report_form,
    own_report_of,
    report_form,
    report_of,
)
from cwb.deliveries.views import DeliveryView, SessionChoice, ToReport, WaitingFile


def references(kept: Sequence[WaitingFile]) -> list[str]:
    return [file.reference for file in kept]


def _begin(promise: ToReport, sessions: Sequence[SessionChoice]) -> dict[str, Any]:
    """What the form of a promise begins with: every date ticked, or all that is left, today."""
    ids = [str(session.id) for session in sessions]
    return {
        "used": ids,
        "offered": ",".join(ids),
        "rest": NOT_USED,
        "happened_on": min(today(), promise.last_day),
        "amount": promise.left or None,
    }


@blueprint.route("/promises/<reference>/what-happened", methods=["GET", "POST"])
@requires(REPORT_DELIVERY)
def report(reference: str) -> Response | tuple[str, int]:
    promise = queries.promise_to_report(reading(), access.actor(), reference, _month())
    if not promise.is_live:
        raise WrongState(
            Message(
                N_("This promise is %(state)s, so nothing more can be reported on it."),
                state=PROMISE_LABELS[promise.state],
            )
        )
    form = forms.Form(report_form(promise, promise.sessions), values=_begin(promise, promise.sessions))
    kept = received(form, f"commitment:{promise.commitment_reference}")
    if form.sent and (typed := form.read()) is not None and not form.problems:
        with form.acting():
            made = actions.report(
                access.actor(), promise.commitment_reference, report_of(typed), waiting=references(kept)
            )
            return back(made, Message(N_("Thank you. What you said is kept, and the other side is told.")))
    shown = [(one.day.year, one.day.month) for one in promise.sessions][:1]
    return forms.page(
        "cwb/deliveries/report.html",
        form,
        promise=promise,
        amending=None,
        kept_files=kept,
        month=saying.say_month(*shown[0]) if shown else None,
        months=[(f"{y}-{m:02}", saying.say_month(y, m)) for y, m in promise.months if (y, m) not in shown],
    )


def _month() -> tuple[int, int] | None:
    """The month asked for in the address, like 2026-11; None where it makes no sense."""
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", request.args.get("month", ""), re.ASCII)
    return (int(found[1]), int(found[2])) if found else None


@blueprint.route("/pledges/<reference>/what-was-done", methods=["GET", "POST"])
@requires(REPORT_DELIVERY)
def report_own(reference: str) -> Response | tuple[str, int]:
    pledge = queries.pledge_to_report(reading(), access.actor(), reference)
    form = forms.Form(own_report_form(pledge), values={"happened_on": today()})
    kept = received(form, f"pledge:{pledge.pledge_reference}")
    if form.sent and (typed := form.read()) is not None and not form.problems:
        with form.acting():
            made = actions.report_own(
                access.actor(), pledge.pledge_reference, own_report_of(typed), waiting=references(kept)
            )
            return back(made, Message(N_("Thank you. What you said is kept. The council verifies it next.")))
    return forms.page("cwb/deliveries/report_own.html", form, pledge=pledge, amending=None, kept_files=kept)


@blueprint.route("/deliveries/<reference>/put-right", methods=["GET", "POST"])
@requires(REPORT_DELIVERY)
def amend(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "amend")
    if view.commitment_reference:
        promise = queries.promise_to_report(reading(), access.actor(), view.commitment_reference)
        mine = [line.id for line in view.used]
        sessions = queries.sessions_to_amend(promise, mine, today())
        form = forms.Form(report_form(promise, sessions), values=_now(view, sessions))
        kept = received(form, view.subject)
        if form.sent and (typed := form.read()) is not None and not form.problems:
            with form.acting():
                new = report_of(typed)
                actions.amend(access.actor(), view.reference, new, waiting=references(kept), version=typed["version"])
                return _amended(view.reference)
        return forms.page(
            "cwb/deliveries/report.html",
            form,
            promise=promise,
            amending=view,
            month=None,
            months=[],
            kept_files=kept,
        )
    pledge = queries.pledge_to_report(reading(), access.actor(), view.pledge_reference)
    form = forms.Form(own_report_form(pledge), values=_now(view, ()))
    kept = received(form, view.subject)
    if form.sent and (typed := form.read()) is not None and not form.problems:
        with form.acting():
            own = own_report_of(typed)
            actions.amend(access.actor(), view.reference, own, waiting=references(kept), version=typed["version"])
            return _amended(view.reference)
    return forms.page("cwb/deliveries/report_own.html", form, pledge=pledge, amending=view, kept_files=kept)


def _amended(reference: str) -> Response:
    return back(reference, Message(N_("Your report is put right, and the other side is asked again.")))


def _now(view: DeliveryView, sessions: Sequence[SessionChoice]) -> dict[str, Any]:
    """A report as it stands, for putting it right."""
    return {
        **vars(view),
        "used": [str(line.id) for line in view.used],
        "offered": ",".join(str(session.id) for session in sessions),
        "rest": NOT_USED,
        "amount": view.stated or None,
        "first_day": view.first_day if view.first_day != view.happened_on else None,
        "share_basis_points": view.share_basis_points if view.share_basis_points != 10_000 else None,
    }


@blueprint.route("/deliveries/<reference>/take-back", methods=["GET", "POST"])
@requires(REPORT_DELIVERY)
def withdraw(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "withdraw")
    form = forms.Form(WhyForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.withdraw(access.actor(), view.reference, reason=new["reason"], version=new["version"])
            return back(view.reference, Message(N_("The report is taken back. It counts nothing any more.")))
    return forms.page("cwb/deliveries/withdraw.html", form, delivery=view, sentence=saying.say_report(view))


@blueprint.route("/deliveries/<reference>/left-early", methods=["GET", "POST"])
@requires(REPORT_DELIVERY)
def leave_out(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "leave_out")
    form = forms.Form(LeftEarlyForm(), values={"version": view.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.leave_out(access.actor(), view.reference, Answer(**new))
            return back(view.reference, Message(N_("They are left out. The others still count.")))
    return forms.page("cwb/deliveries/left_early.html", form, delivery=view, sentence=saying.say_report(view))


@blueprint.route("/deliveries/<reference>/files", methods=["GET", "POST"])
@requires(REPORT_DELIVERY)
def add_files(reference: str) -> Response | tuple[str, int]:
    view = seen_for(reference, "add_evidence")
    form = forms.Form(FilesForm(), values={"version": view.version})
    kept = received(form, view.subject)
    if form.sent and (new := form.read()) is not None and not form.problems:
        with form.acting():
            actions.add_evidence(
                access.actor(),
                view.reference,
                waiting=references(kept),
                people_agreed=new["people_agreed"],
                version=new["version"],
            )
            return back(view.reference, Message(N_("The files are kept with the report.")))
    return forms.page(
        "cwb/deliveries/files.html", form, delivery=view, sentence=saying.say_report(view), kept_files=kept
    )


@blueprint.post("/deliveries/<reference>/add-the-rest")
@requires(REPORT_DELIVERY)
def add_surplus(reference: str) -> Response:
    actions.add_surplus(access.actor(), reference, version=version())
    return back(reference, Message(N_("The rest is added to what was agreed, and counts.")))
