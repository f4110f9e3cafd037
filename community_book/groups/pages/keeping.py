"""What a group's leads do with their entry."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from community_book.base.errors import NotAllowed
from community_book.base.messages import N_, Message
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import CLOSE_GROUP, EDIT_GROUP, ENTRY, STILL_RIGHT_LINK
from community_book.groups.schemas import CloseForm, NextLeadForm, ProfileForm, VersionForm
from community_book.groups.views import GroupView, TagView
from community_book.places.queries import zone_choices
from community_book.web import access, forms
from community_book.web.access import by_link, requires
from community_book.web.database import reading
from community_book.web.fields import offer


def _own(reference: str, act: str) -> GroupView:
    """The actor's own entry in a state the act may start from: what POST would refuse, GET does not show."""
    who = access.actor()
    group = queries.group(reading(), who, reference)
    if who.organisation_id != group.organisation_id:
        raise NotAllowed(Message(N_("Only the group's own leads may do this.")))
    ENTRY.check(act, group.state)
    return group


@blueprint.route("/groups/<reference>/edit", methods=["GET", "POST"])
@requires(EDIT_GROUP)
def edit(reference: str) -> Response | tuple[str, int]:
    group = _own(reference, "edit")
    schema = ProfileForm()
    offer(schema, "zone", zone_choices(reading()))
    tags = queries.tags(reading())
    offer(schema, "tags", [(tag.code, tag.label) for tag in tags])
    form = forms.Form(schema, values={**vars(group), "zone": group.picked, "tags": [tag.code for tag in group.tags]})
    if form.sent and (profile := form.read()) is not None:
        with form.acting():
            actions.edit_group(access.actor(), reference, profile)
            return forms.done(url_for("groups.show", reference=reference), Message(N_("Your entry is changed.")))
    return forms.page("community_book/groups/edit.html", form, group=group, themes=_by_theme(tags))


def _by_theme(tags: list[TagView]) -> list[tuple[str, frozenset[str]]]:
    """The themes in the order of the list, each with the codes of its tags."""
    themes = dict.fromkeys(tag.theme for tag in tags)
    return [(theme, frozenset(tag.code for tag in tags if tag.theme == theme)) for theme in themes]


@blueprint.route("/groups/<reference>/next-lead", methods=["GET", "POST"])
@requires(EDIT_GROUP)
def next_lead(reference: str) -> Response | tuple[str, int]:
    group = _own(reference, "hand_on")
    form = forms.Form(NextLeadForm(), values={"version": group.version})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.hand_on(access.actor(), reference, new.name, new.email, new.version)
            return forms.done(
                url_for("groups.show", reference=reference),
                Message(N_("%(name)s is invited. You stay lead until they accept."), name=new.name),
            )
    return forms.page("community_book/groups/next_lead.html", form, group=group)


def _version() -> int | None:
    version: int | None = forms.read(VersionForm(), request.form).version
    return version


@blueprint.post("/groups/<reference>/pause")
@requires(EDIT_GROUP)
def pause(reference: str) -> Response:
    actions.pause_group(access.actor(), reference, _version())
    return forms.done(
        url_for("groups.show", reference=reference), Message(N_("Paused: nobody finds the group in the directory."))
    )


@blueprint.post("/groups/<reference>/resume")
@requires(EDIT_GROUP)
def resume(reference: str) -> Response:
    actions.resume_group(access.actor(), reference, _version())
    return forms.done(url_for("groups.show", reference=reference), Message(N_("The group is in the directory again.")))


@blueprint.post("/groups/<reference>/still-right")
@requires(EDIT_GROUP)
def confirm(reference: str) -> Response:
    actions.confirm_still_right(access.actor(), reference)
    return forms.done(url_for("groups.show", reference=reference), Message(N_("Thank you: confirmed today.")))


@blueprint.route("/groups/still-right/<token>", methods=["GET", "POST"])
@by_link(STILL_RIGHT_LINK)
def confirm_by_link(token: str) -> Response | tuple[str, int]:
    reference = (access.actor().link_subject or "").partition(":")[2]
    form = forms.Form(VersionForm())
    if form.sent:
        actions.confirm_still_right(access.actor(), reference)
        return forms.done(url_for("groups.show", reference=reference), Message(N_("Thank you: confirmed today.")))
    group = queries.group(reading(), access.actor(), reference)
    return forms.page("community_book/groups/still_right.html", form, group=group)


@blueprint.route("/groups/<reference>/close", methods=["GET", "POST"])
@requires(CLOSE_GROUP)
def close(reference: str) -> Response | tuple[str, int]:
    group = _own(reference, "close")
    form = forms.Form(CloseForm(), values={"version": group.version})
    if form.sent and (given := form.read()) is not None:
        with form.acting():
            actions.close_group(access.actor(), reference, given.reason, given.version)
            return forms.done(url_for("groups.show", reference=reference), Message(N_("The group's entry is closed.")))
    return forms.page("community_book/groups/close.html", form, group=group)
