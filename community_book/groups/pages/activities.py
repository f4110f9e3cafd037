"""What a group's own people do with what it runs: put on, change, say whether there is space, take off."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import ENTRY, RUN_ACTIVITIES, Space
from community_book.groups.schemas import ActivityForm, SpaceForm, VersionForm
from community_book.places.queries import zone_choices
from community_book.web import access, forms
from community_book.web.access import requires
from community_book.web.database import reading
from community_book.web.fields import offer


def _schema() -> ActivityForm:
    schema = ActivityForm()
    offer(schema, "zone", zone_choices(reading()))
    return schema


def _to_group(reference: str) -> str:
    return url_for("groups.show", reference=reference) + "#on"


@blueprint.route("/groups/<reference>/put-on", methods=["GET", "POST"])
@requires(RUN_ACTIVITIES)
def put_on(reference: str) -> Response | tuple[str, int]:
    who = access.actor()
    group = queries.group(reading(), who, reference)
    if who.organisation_id != group.organisation_id:
        raise NotAllowed(Message(N_("Only the group's own people may do this.")))
    ENTRY.check("edit", group.state)
    form = forms.Form(_schema(), values={"space": str(Space.COME_ALONG)})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.put_on(access.actor(), reference, new)
            return forms.done(_to_group(reference), Message(N_("It is on your page and on “What is on”.")))
    return forms.page(
        "community_book/groups/activity.html", form, name=group.name, reference=group.reference, activity=None
    )


@blueprint.route("/activities/<reference>", methods=["GET", "POST"])
@requires(RUN_ACTIVITIES)
def change_activity(reference: str) -> Response | tuple[str, int]:
    activity = queries.own_activity(reading(), access.actor(), reference)
    values = {
        **vars(activity),
        "days": [str(day) for day in activity.days],
        "space": str(activity.space),
        "postcode": activity.own_postcode,
        "zone": activity.picked,
    }
    form = forms.Form(_schema(), values=values)
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            group = actions.change_activity(access.actor(), reference, new)
            return forms.done(_to_group(group), Message(N_("Changed, and confirmed today.")))
    return forms.page(
        "community_book/groups/activity.html",
        form,
        name=activity.group_name,
        reference=activity.group_reference,
        activity=activity,
    )


@blueprint.post("/activities/<reference>/space")
@requires(RUN_ACTIVITIES)
def say_space(reference: str) -> Response:
    said = forms.read(SpaceForm(), request.form)
    group = actions.say_space(access.actor(), reference, Space(said.space), said.version)
    return forms.done(_to_group(group), Message(N_("Thank you: confirmed today.")))


@blueprint.post("/activities/<reference>/off")
@requires(RUN_ACTIVITIES)
def take_off(reference: str) -> Response:
    version: int | None = forms.read(VersionForm(), request.form).version
    group = actions.take_off(access.actor(), reference, version)
    return forms.done(_to_group(group), Message(N_("It is taken off.")))
