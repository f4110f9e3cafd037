"""Pages that show what an act over rooms will reach, and ask once more before doing it."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.fields import SomeOf
from cwb.continuity import actions, queries
from cwb.continuity.pages.room import blueprint
from cwb.continuity.rules import CLOSE_GROUP_FOR_IT, FATE_LABELS, SUSPEND_PROVIDER, Fate, Klass
from cwb.continuity.schemas import ReasonForm, SuspensionForm


@blueprint.route("/organisations/<reference>/suspend", methods=["GET", "POST"])
@requires(SUSPEND_PROVIDER)
def suspend(reference: str) -> Response | tuple[str, int]:
    provider = queries.body(reading(), access.actor(), reference, SUSPEND_PROVIDER)
    safety = queries.promises_of_provider(reading(), provider.id, Klass.SAFETY)
    other = queries.promises_of_provider(reading(), provider.id, Klass.OTHER)
    pledges = queries.pledges_of_provider(reading(), provider.id)
    schema = SuspensionForm()
    hold = schema.fields["hold"]
    if isinstance(hold, SomeOf):
        hold.choices = [
            (item.reference, Message("%(title)s (%(who)s)", title=item.title, who=item.with_whom))
            for item in other
            if item.fate is Fate.CHOICE
        ]
    form = forms.Form(schema)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.suspend_provider(access.actor(), reference, new)
            held = len(new.hold) if new.klass == Klass.OTHER else sum(item.fate is Fate.HELD for item in safety)
            says = Message(
                N_(
                    "The provider is suspended. Promises on hold: %(held)s. Pledges paused: %(paused)s. "
                    "Lift it here when it may go on."
                ),
                held=held,
                paused=len(pledges),
            )
            return forms.done(url_for("organisations.show", reference=reference), says)
    return forms.page(
        "cwb/continuity/suspend.html", form, provider=provider, safety=safety, pledges=pledges, fates=FATE_LABELS
    )


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
    group = queries.body(reading(), access.actor(), reference, CLOSE_GROUP_FOR_IT)
    promises = queries.promises_to_group(reading(), group.id)
    needs = queries.needs_of_group(reading(), group.id)
    form = forms.Form(ReasonForm())
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.close_group(access.actor(), reference, new.reason)
            return forms.done(
                url_for("organisations.show", reference=reference),
                Message(N_("The group is closed, and everybody concerned will be told.")),
            )
    return forms.page(
        "cwb/continuity/close_group.html", form, group=group, affected=[*promises, *needs], fates=FATE_LABELS
    )
