"""Claiming an entry, saying that it is wrong, and what officers answer."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import KIND_LABELS, MODERATE_GROUPS, REPORT, SEE_WAITING_GROUPS, ReportKind
from community_book.groups.schemas import AcceptForm, ClaimForm, DeclineReportForm, ReportForm
from community_book.web import access, forms
from community_book.web.access import public, requires
from community_book.web.database import reading


@blueprint.route("/groups/<reference>/claim", methods=["GET", "POST"])
@public
def claim(reference: str) -> Response | tuple[str, int]:
    who = access.actor()
    group = queries.group(reading(), who, reference)
    form = forms.Form(ClaimForm(), values={"name": who.name, "email": who.email} if who.is_signed_in else None)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.claim_group(access.actor(), reference, new, address=request.remote_addr or "")
            return forms.done(
                url_for("groups.show", reference=reference),
                Message(
                    N_("Thank you. The council looks at it and answers you within %(days)s working days."),
                    days=settings().answer_working_days,
                ),
            )
    return forms.page("community_book/groups/claim.html", form, group=group)


@blueprint.route("/groups/<reference>/not-right", methods=["GET", "POST"])
@public
def not_right(reference: str) -> Response | tuple[str, int]:
    who = access.actor()
    group = queries.group(reading(), who, reference)
    form = forms.Form(ReportForm(), values={"name": who.name, "email": who.email} if who.is_signed_in else None)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.report_wrong(access.actor(), reference, new, address=request.remote_addr or "")
            return forms.done(
                url_for("groups.show", reference=reference), Message(N_("Thank you. The council looks at it."))
            )
    return forms.page("community_book/groups/not_right.html", form, group=group)


@blueprint.get("/groups/said/<reference>")
@requires(SEE_WAITING_GROUPS)
def said(reference: str) -> str:
    report = queries.report(reading(), access.actor(), reference)
    may_decide = access.actor().may(MODERATE_GROUPS) and not report.is_own and REPORT.allows("accept", report.state)
    return render_template(
        "community_book/groups/said.html",
        report=report,
        kind=KIND_LABELS[report.kind],
        label=REPORT.labels[report.state],
        may_decide=may_decide,
        days=settings().answer_working_days,
    )


@blueprint.route("/groups/said/<reference>/accept", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def accept_said(reference: str) -> Response | tuple[str, int]:
    report = queries.report(reading(), access.actor(), reference)
    form = forms.Form(AcceptForm(), values={"version": report.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.accept_report(access.actor(), reference, given.answer, given.version)
            return forms.done(
                url_for("groups.waiting"),
                Message(N_("Accepted. They are invited to lead the group."))
                if report.kind is ReportKind.CLAIM
                else Message(N_("Put right. Thank you.")),
            )
    return forms.page("community_book/groups/decide.html", form, report=report, accepting=True)


@blueprint.route("/groups/said/<reference>/decline", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def decline_said(reference: str) -> Response | tuple[str, int]:
    report = queries.report(reading(), access.actor(), reference)
    form = forms.Form(DeclineReportForm(), values={"version": report.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.decline_report(access.actor(), reference, given.answer, given.version)
            return forms.done(url_for("groups.waiting"), Message(N_("Declined, with your words.")))
    return forms.page("community_book/groups/decide.html", form, report=report, accepting=False)
