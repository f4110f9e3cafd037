"""Guided pages: everything an act over rooms reaches, the letters it writes and what it costs, before it is done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from community_book.base.clock import today
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message
from community_book.groups.rules import closed_words
from community_book.needs.rules import NeedState, end_words
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.fields import SomeOf
from cwb.commitments.queries import before_stopping, letters_ahead
from cwb.commitments.rules import CommitmentState
from cwb.commitments.views import LetterAhead
from cwb.continuity import actions, queries
from cwb.continuity.letters import suspended_words
from cwb.continuity.pages.plans import (
    DO_IT,
    OF_CLOSING,
    OF_SUSPENDING,
    STEP_LABELS,
    Step,
    asked_step,
    decided,
    totals_of_closing,
    totals_of_needs,
    totals_of_suspension,
)
from cwb.continuity.pages.room import blueprint
from cwb.continuity.rules import (
    CLOSE_GROUP_FOR_IT,
    COLUMN_LABELS,
    FATE_COUNTS,
    FATE_LABELS,
    SUSPEND_PROVIDER,
    Fate,
    Klass,
)
from cwb.continuity.schemas import ReasonForm, SuspensionForm
from cwb.continuity.views import Affected, Body

KLASS_LABELS = {
    Klass.SAFETY: Message(N_("For safety")),
    Klass.OTHER: Message(N_("For another reason")),
}
BECOMES = {
    Fate.HELD: CommitmentState.ON_HOLD,
    Fate.LAPSES: CommitmentState.LAPSED,
    Fate.ENDS: CommitmentState.ENDED_SHORT,
}
"""What becomes of a promise that somebody is written to about."""


def _klass() -> Klass:
    asked = request.values.get("klass", "")
    return Klass(asked) if asked in set(Klass) else Klass.SAFETY


@blueprint.route("/organisations/<reference>/suspend", methods=["GET", "POST"])
@requires(SUSPEND_PROVIDER)
def suspend(reference: str) -> Response | tuple[str, int]:
    """What a suspension reaches, step by step; the last button does it."""
    provider = queries.body(reading(), access.actor(), reference, SUSPEND_PROVIDER)
    klass, step = _klass(), asked_step(OF_SUSPENDING)
    promises = queries.promises_of_provider(reading(), provider.id, klass)
    form = forms.Form(SuspensionForm(), values={"klass": klass})
    hold = form.schema.fields["hold"]
    if isinstance(hold, SomeOf):
        hold.choices = [(one.reference, one.title) for one in promises if one.fate is Fate.CHOICE]
    if step.name == DO_IT and (new := form.read()) is not None:
        with form.acting():
            undertaking = actions.suspend_provider(access.actor(), reference, new)
            return forms.done(url_for("continuity.show", reference=undertaking), _said(undertaking))
    ticked = {*request.form.getlist("hold"), *request.form.get("chosen", "").split()}
    chosen = {one.reference for one in promises if one.fate is Fate.CHOICE and one.reference in ticked}
    then = decided(promises, chosen)
    step = Step("", 1) if step.name == DO_IT else step
    return forms.page(
        "cwb/continuity/suspend.html",
        form,
        provider=provider,
        klass=klass,
        klasses=KLASS_LABELS,
        chosen=chosen,
        has_choice=any(one.fate is Fate.CHOICE for one in promises),
        choices={one.reference for one in promises if one.fate is Fate.CHOICE},
        weeks=queries.WEEKS,
        fates=FATE_LABELS,
        fates_of_many=FATE_COUNTS,
        columns=COLUMN_LABELS,
        **_steps(OF_SUSPENDING, step),
        **_of_suspension(step, provider, then),
    )


def _said(reference: str) -> Message:
    """What was done, counted as it was done."""
    view = queries.undertaking_view(reading(), access.actor(), reference)
    counts = queries.counts_of(reading(), view.id)
    return Message(
        N_(
            "The provider is suspended. Promises on hold: %(held)s. Pledges paused: %(paused)s. "
            "All of it can be undone here; a suspension that is over is lifted on the provider's page."
        ),
        held=counts.get("held", 0),
        paused=counts.get("paused", 0),
    )


def _steps(names: tuple[str, ...], step: Step) -> dict[str, Any]:
    at = names.index(step.name)
    return {
        "steps": [(name, STEP_LABELS[name]) for name in names],
        "step": step.name,
        "next_step": names[at + 1] if at + 1 < len(names) else None,
        "step_labels": STEP_LABELS,
    }


def _of_suspension(step: Step, provider: Body, promises: list[Affected]) -> dict[str, Any]:
    """What one step of a suspension shows."""
    on = today()
    match step.name:
        case "promises":
            return {"page": step.of(promises)}
        case "pledges":
            return {"page": step.of(queries.pledges_of_provider(reading(), provider.id))}
        case "reports" | "dates":
            return {"page": _reports_or_dates(step, provider_id=provider.id)}
        case "letters":
            return {"page": _letters_of_suspension(step, provider, promises)}
        case "instead":
            page = step.of([one for one in promises if one.fate in {Fate.HELD, Fate.LAPSES}])
            found = queries.other_help(reading(), access.actor(), page.items, provider_id=provider.id)
            return {"page": page, "instead": found}
        case _:
            pledges = queries.pledges_of_provider(reading(), provider.id)
            reports, dates = queries.how_many(reading(), provider_id=provider.id, on=on)
            return {
                "counts": Counter(one.fate for one in [*promises, *pledges]),
                "totals": totals_of_suspension(promises, pledges),
                "reports": reports,
                "dates": dates,
            }


def _reports_or_dates(step: Step, *, provider_id: int | None = None, group_id: int | None = None) -> Any:
    whose: Any = {"provider_id": provider_id, "group_id": group_id}
    on = today()
    reports, dates = queries.how_many(reading(), **whose, on=on)
    paging = {"number": step.number, "per_page": step.per_page}
    if step.name == "reports":
        return step.page(queries.reports_waiting(reading(), **whose, **paging), reports)
    return step.page(queries.dates_to_come(reading(), **whose, on=on, **paging), dates)


def _letters_of_suspension(step: Step, provider: Body, promises: list[Affected]) -> Any:
    """The letter to the provider, then one to both sides of each promise that is held or ends."""
    subject, *body = suspended_words()
    own = LetterAhead((provider.name,), subject, tuple(body), f"organisation:{provider.reference}")
    return _letters(step, [own], promises, "", "")


def _letters(step: Step, first: list[LetterAhead], promises: list[Affected], reason_code: str, reason: str) -> Any:
    """A page of letters: some that are in hand, then those about promises, of which only the page's are made."""
    told = [one for one in promises if one.fate in BECOMES and _is_told(one)]
    page = step.of([*first, *told])
    becomes = {one.id: BECOMES[one.fate] for one in page.items if isinstance(one, Affected)}
    ahead = letters_ahead(reading(), becomes, today(), reason_code=reason_code, reason=reason) if becomes else []
    letters = [one for one in page.items if isinstance(one, LetterAhead)] + ahead
    return step.page(letters, page.total)


def _is_told(one: Affected) -> bool:
    """A promise that is on hold already is held for one more reason, and nobody is written to again."""
    return not (one.fate is Fate.HELD and one.stands == CommitmentState.ON_HOLD)


@blueprint.post("/organisations/<reference>/lift")
@requires(SUSPEND_PROVIDER)
def lift(reference: str) -> Response:
    actions.lift_provider(access.actor(), reference)
    return forms.done(
        url_for("organisations.show", reference=reference),
        Message(N_("The suspension is lifted: what it held and paused goes on.")),
    )


@blueprint.route("/organisations/<reference>/close-group", methods=["GET", "POST"])
@requires(CLOSE_GROUP_FOR_IT)
def close_group(reference: str) -> Response | tuple[str, int]:
    """What closing a group reaches, step by step; the last button does it."""
    group = queries.body(reading(), access.actor(), reference, CLOSE_GROUP_FOR_IT)
    step = asked_step(OF_CLOSING)
    form = forms.Form(ReasonForm())
    if step.name == DO_IT and (new := form.read()) is not None:
        with form.acting():
            undertaking = actions.close_group(access.actor(), reference, new.reason)
            return forms.done(
                url_for("continuity.show", reference=undertaking),
                Message(N_("The group is closed, and everybody concerned will be told. All of it can be undone here.")),
            )
    step = Step("", 1) if step.name == DO_IT else step
    return forms.page(
        "cwb/continuity/close_group.html",
        form,
        group=group,
        weeks=queries.WEEKS,
        fates=FATE_LABELS,
        fates_of_many=FATE_COUNTS,
        columns=COLUMN_LABELS,
        **_steps(OF_CLOSING, step),
        **_of_closing(step, group),
    )


def _of_closing(step: Step, group: Body) -> dict[str, Any]:
    """What one step of a closing shows."""
    match step.name:
        case "promises":
            return {"page": step.of(queries.promises_to_group(reading(), group.id))}
        case "needs":
            return {"page": step.of(queries.needs_of_group(reading(), group.id))}
        case "reports" | "dates":
            return {"page": _reports_or_dates(step, group_id=group.id)}
        case "letters":
            return {"page": _letters_of_closing(step, group)}
        case _:
            promises = queries.promises_to_group(reading(), group.id)
            needs = queries.needs_of_group(reading(), group.id)
            stopped = before_stopping(reading(), [one.id for one in promises], today())
            reports, dates = queries.how_many(reading(), group_id=group.id, on=today())
            return {
                "counts": Counter(one.fate for one in [*promises, *needs]),
                "totals": totals_of_closing(promises, stopped),
                "needed": totals_of_needs(queries.asked_by_group(reading(), group.id)),
                "reports": reports,
                "dates": dates,
            }


def _letters_of_closing(step: Step, group: Body) -> Any:
    """The letter to the group, one for each need, then one to both sides of each promise."""
    reason = _typed_reason() or "…"
    subject, *body = closed_words(group.name, reason)
    first = [LetterAhead((group.name,), subject, tuple(body), f"organisation:{group.reference}")]
    for need in queries.needs_of_group(reading(), group.id):
        if NeedState(need.stands) in {NeedState.OPEN, NeedState.PAUSED, NeedState.PROMISED}:
            words = end_words(NeedState.CLOSED, need.title, reason)
            first.append(LetterAhead((group.name,), words[0], words[1:], need.subject))
    return _letters(step, first, queries.promises_to_group(reading(), group.id), "group", reason)


def _typed_reason() -> str:
    """What was typed so far, as the form would take it; a reason that is too long is refused when it is sent."""
    form = ReasonForm()
    try:
        return str(forms.load(form, {"reason": request.form.get("reason", "")}).reason)
    except Refused:
        return ""
