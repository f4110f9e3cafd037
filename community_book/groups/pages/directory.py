"""The public directory, an entry, and writing to a group."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from community_book.base import registers
from community_book.base.messages import N_, Message
from community_book.groups import actions, queries
from community_book.groups.pages.linked import linked_data
from community_book.groups.pages.room import blueprint
from community_book.groups.pages.whats_on import asked_postcode
from community_book.groups.rules import ENTRY, SIZE_BANDS, SPACE_LABELS, GroupState, about_miles
from community_book.groups.schemas import MessageForm
from community_book.groups.views import GroupView, Listing
from community_book.organisations.queries import stands_for
from community_book.places.queries import zone_choices
from community_book.web import access, downloads, forms, paging
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.words import say

WORDS_AT_MOST = 100
TAG_AT_MOST = 40


SORTS = ("name", "nearest", "fresh")


def _asked() -> tuple[Listing, dict[str, str]]:
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:WORDS_AT_MOST]
    typed = request.args.get("zone", "")
    zone_id = queries.zone_filter(reading(), typed) if typed else None
    postcode, near = asked_postcode()
    tag = request.args.get("tag", "")[:TAG_AT_MOST]
    sort = request.args.get("sort", "")
    if sort not in SORTS:
        sort = "nearest" if near is not None else "name"
    if sort == "nearest" and near is None:
        sort = "name"
    shown = {"q": words, "zone": typed if zone_id is not None else "", "tag": tag, "postcode": postcode, "sort": sort}
    return Listing(words=words, zone_id=zone_id, tag=tag, sort=sort, near=near), shown


@blueprint.get("/groups")
@public
def directory() -> str:
    asked, shown = _asked()
    number = paging.asked_page()
    total, found = queries.listed_groups(reading(), asked, limit=paging.PER_PAGE, offset=(number - 1) * paging.PER_PAGE)
    tags = queries.tags_in_use(reading())
    return render_template(
        "community_book/groups/directory.html",
        page=paging.Page(found, number, total),
        asked=shown,
        near=asked.near,
        zones=zone_choices(reading()),
        tags=tags,
        tag_label=next((tag.label for tag, _ in tags if tag.code == asked.tag), asked.tag),
        miles=about_miles,
        needs=_needs_of(found),
    )


def _needs_of(groups: Sequence[GroupView]) -> dict[int, Markup]:
    """What rooms above say on the cards of a list: a panel of the slot "group.cards" gives words by organisation."""
    said: dict[int, Markup] = {}
    for panel in registers.panels_of("group.cards") if groups else ():
        view = panel(reading(), access.actor(), {"organisation_ids": [group.organisation_id for group in groups]})
        if view is None:
            continue
        template, by_organisation = view
        for group in groups:
            if (found := by_organisation.get(str(group.organisation_id))) is not None:
                shown = Markup(render_template(template, found=found, name=group.name))  # noqa: S704
                said[group.organisation_id] = said.get(group.organisation_id, Markup()) + shown
    return said


@blueprint.get("/groups.csv")
@public
def directory_csv() -> Response:
    asked, _ = _asked()
    _, found = queries.listed_groups(reading(), asked)
    headings = (
        "reference",
        "name",
        "what they do",
        "who for",
        "can offer",
        "sells",
        "has room for",
        "tags",
        "zones",
        "register numbers",
        "website",
        "last confirmed on",
        "out of date",
        "postcode",
        "contact name",
        "contact email",
        "contact telephone",
    )
    return downloads.csv_answer("groups.csv", headings, (_row(group) for group in found))


def _row(group: GroupView) -> tuple[object, ...]:
    return (
        group.reference,
        group.name,
        group.what_we_do,
        group.who_for,
        group.can_offer,
        group.sells,
        group.has_room_for,
        "; ".join(tag.code for tag in group.tags),
        "; ".join(f"{zone.scheme_name}: {zone.name}" for zone in group.zones),
        "; ".join(number.org_id for number in group.identifiers),
        group.website,
        group.last_confirmed_on.isoformat(),
        "yes" if group.out_of_date else "no",
        group.postcode,
        group.contact_name if group.contacts_public else "",
        group.contact_email if group.contacts_public else "",
        group.contact_telephone if group.contacts_public else "",
    )


@blueprint.get("/groups/<reference>")
@public
def show(reference: str) -> str | Response:
    who = access.actor()
    group = queries.group(reading(), who, reference)
    if group.state is GroupState.CLOSED and (stays := stands_for(reading(), group.organisation_reference)):
        return redirect(registers.address_of(f"organisation:{stays}"), 302)
    return render_template(
        "community_book/groups/show.html",
        group=group,
        is_own=who.organisation_id == group.organisation_id,
        label=ENTRY.labels[group.state],
        may=lambda act: ENTRY.allows(act, group.state),
        size=SIZE_BANDS.get(group.size_band),
        activities=queries.activities_of(reading(), who, group.organisation_id),
        space_labels=SPACE_LABELS,
        linked=linked_data(group) if group.is_listed else None,
    )


@blueprint.route("/groups/<reference>/write", methods=["GET", "POST"])
@public
def write(reference: str) -> Response | tuple[str, int]:
    group = queries.group(reading(), access.actor(), reference)
    form = forms.Form(MessageForm(), values={"name": access.actor().name, "email": access.actor().email})
    if form.sent and (new := form.read()) is not None:
        with form.acting():
            actions.write_to_group(access.actor(), reference, new, address=request.remote_addr or "")
            return forms.done(
                url_for("groups.show", reference=reference),
                Message(
                    N_("Your message is on its way to %(name)s. They may answer to your address."), name=group.name
                ),
            )
    return forms.page("community_book/groups/write.html", form, group=group, states=say(ENTRY.labels[group.state]))
