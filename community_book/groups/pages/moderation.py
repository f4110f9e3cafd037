"""What officers see and decide: asks that wait, suspending, trust, handing over."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.settings import settings
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import ENTRY, KIND_LABELS, MODERATE_GROUPS, SEE_WAITING_GROUPS, SIZE_BANDS
from community_book.groups.schemas import (
    DeclineForm,
    HandOverForm,
    QuestionForm,
    SuspendForm,
    TrustForm,
    VersionForm,
)
from community_book.organisations.rules import SCHEME_LABELS, Scheme
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.paging import PER_PAGE, Page, asked_page


@blueprint.get("/groups/waiting")
@requires(SEE_WAITING_GROUPS)
def waiting() -> str:
    number = asked_page()
    total, asks = queries.waiting(reading(), access.actor(), limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    reports = queries.reports_waiting(reading(), access.actor(), limit=PER_PAGE + 1) if number == 1 else []
    return render_template(
        "community_book/groups/waiting.html",
        page=Page(asks, number, total),
        reports=reports[:PER_PAGE],
        more_reports=len(reports) > PER_PAGE,
        kinds=KIND_LABELS,
        labels=ENTRY.labels,
        days=settings().answer_working_days,
    )


@blueprint.get("/groups/waiting/<reference>")
@requires(SEE_WAITING_GROUPS)
def waiting_one(reference: str) -> str | Response:
    try:
        ask = queries.ask(reading(), access.actor(), reference)
    except NotThere:  # listed meanwhile: notices and mail still lead here
        queries.state_of_ask(reading(), reference)
        return redirect(url_for("groups.show", reference=reference), 303)
    return render_template(
        "community_book/groups/waiting_one.html",
        ask=ask,
        label=ENTRY.labels[ask.state],
        labels=ENTRY.labels,
        register=SCHEME_LABELS[Scheme(ask.scheme)] if ask.scheme else None,
        size=SIZE_BANDS.get(ask.size_band),
        may=lambda act: access.actor().may(MODERATE_GROUPS) and not ask.is_own and ENTRY.allows(act, ask.state),
        alike=queries.alike(reading(), ask.name, ask.scheme, ask.identifier, also_waiting=True, but=ask.id),
        known=queries.known_by_number(reading(), ask),
        days=settings().answer_working_days,
    )


def _version() -> int | None:
    version: int | None = forms.read(VersionForm(), request.form).version
    return version


@blueprint.post("/groups/waiting/<reference>/list")
@requires(MODERATE_GROUPS)
def list_group(reference: str) -> Response:
    actions.list_group(access.actor(), reference, _version())
    return forms.done(
        url_for("groups.show", reference=reference),
        Message(N_("The group is listed. Its contact is invited to sign in.")),
    )


@blueprint.route("/groups/waiting/<reference>/more", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def more(reference: str) -> Response | tuple[str, int]:
    ask = queries.ask(reading(), access.actor(), reference)
    form = forms.Form(QuestionForm(), values={"version": ask.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.want_more(access.actor(), reference, given.reason, given.version)
            return forms.done(url_for("groups.waiting"), Message(N_("Your question is on its way.")))
    return forms.page(
        "community_book/groups/reason.html",
        form,
        title=Message(N_("Ask for more")),
        name=ask.name,
        button=Message(N_("Send the question")),
        back_to=url_for("groups.waiting_one", reference=reference),
    )


@blueprint.route("/groups/waiting/<reference>/decline", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def decline(reference: str) -> Response | tuple[str, int]:
    ask = queries.ask(reading(), access.actor(), reference)
    form = forms.Form(DeclineForm(), values={"version": ask.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.decline_group(access.actor(), reference, given.reason, given.version)
            return forms.done(url_for("groups.waiting"), Message(N_("Declined, and the asker is told why.")))
    return forms.page(
        "community_book/groups/reason.html",
        form,
        title=Message(N_("Decline to list it")),
        name=ask.name,
        button=Message(N_("Decline and tell them")),
        back_to=url_for("groups.waiting_one", reference=reference),
    )


@blueprint.route("/groups/<reference>/suspend", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def suspend(reference: str) -> Response | tuple[str, int]:
    group = queries.group(reading(), access.actor(), reference)
    form = forms.Form(SuspendForm(), values={"version": group.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.suspend_group(access.actor(), reference, given.reason, given.version)
            return forms.done(url_for("groups.show", reference=reference), Message(N_("The entry is suspended.")))
    return forms.page(
        "community_book/groups/reason.html",
        form,
        title=Message(N_("Suspend this entry")),
        name=group.name,
        button=Message(N_("Suspend it")),
        back_to=url_for("groups.show", reference=reference),
    )


@blueprint.post("/groups/<reference>/lift")
@requires(MODERATE_GROUPS)
def lift(reference: str) -> Response:
    actions.lift_suspension(access.actor(), reference, _version())
    return forms.done(url_for("groups.show", reference=reference), Message(N_("The suspension is lifted.")))


@blueprint.post("/groups/<reference>/trust")
@requires(MODERATE_GROUPS)
def trust(reference: str) -> Response:
    given = forms.read(TrustForm(), request.form)
    actions.set_trusted(access.actor(), reference, given.trusted, given.version)
    said = (
        Message(N_("From now on this group's needs open at once."))
        if given.trusted
        else Message(N_("From now on this group's needs wait for an officer."))
    )
    return forms.done(url_for("groups.show", reference=reference), said)


@blueprint.route("/groups/<reference>/hand-over", methods=["GET", "POST"])
@requires(MODERATE_GROUPS)
def hand_over(reference: str) -> Response | tuple[str, int]:
    group = queries.group(reading(), access.actor(), reference)
    form = forms.Form(HandOverForm(), values={"version": group.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.hand_over(
                access.actor(),
                reference,
                new.name,
                new.email,
                new.proof,
                telephone=new.telephone,
                version=new.version,
            )
            return forms.done(
                url_for("groups.show", reference=reference), Message(N_("Handed over. The new lead is invited."))
            )
    return forms.page("community_book/groups/hand_over.html", form, group=group)
