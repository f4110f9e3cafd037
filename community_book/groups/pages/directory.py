"""The public directory, an entry, and writing to a group."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from community_book.base.messages import N_, Message
from community_book.groups import actions, queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import ENTRY, SIZE_BANDS
from community_book.groups.schemas import MessageForm
from community_book.groups.views import GroupView, Listing
from community_book.places.queries import zone_choices
from community_book.web import access, downloads, forms, paging
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.words import say

WORDS_AT_MOST = 100


def _asked() -> tuple[Listing, str]:
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:WORDS_AT_MOST]
    typed = request.args.get("zone", "")
    zone_id = queries.zone_filter(reading(), typed) if typed else None
    return Listing(words=words, zone_id=zone_id), typed if zone_id is not None else ""


@blueprint.get("/groups")
@public
def directory() -> str:
    asked, zone = _asked()
    number = paging.asked_page()
    total, found = queries.listed_groups(reading(), asked, limit=paging.PER_PAGE, offset=(number - 1) * paging.PER_PAGE)
    return render_template(
        "community_book/groups/directory.html",
        page=paging.Page(found, number, total),
        words=asked.words,
        zone=zone,
        zones=zone_choices(reading()),
    )


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
def show(reference: str) -> str:
    who = access.actor()
    group = queries.group(reading(), who, reference)
    return render_template(
        "community_book/groups/show.html",
        group=group,
        is_own=who.organisation_id == group.organisation_id,
        label=ENTRY.labels[group.state],
        may=lambda act: ENTRY.allows(act, group.state),
        size=SIZE_BANDS.get(group.size_band),
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
