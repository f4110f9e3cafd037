"""What is on near somebody, and whether there is space: a list, and a sheet to print."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from community_book.groups import queries
from community_book.groups.pages.room import blueprint
from community_book.groups.rules import DAYS, SPACE_LABELS, about_miles
from community_book.groups.views import ActivityView, Near, WhatsOn
from community_book.places.queries import zone_choices
from community_book.web import downloads, paging
from community_book.web.access import public
from community_book.web.database import reading
from community_book.web.words import say

POSTCODE_AT_MOST = 12
ON_A_SHEET = 40


def asked_postcode() -> tuple[str, Near | None]:
    """What was typed as a postcode, and where that is; None where it is unknown."""
    typed = " ".join(request.args.get("postcode", "").split())[:POSTCODE_AT_MOST]
    return typed, queries.near(reading(), typed) if typed else None


def _asked() -> tuple[WhatsOn, dict[str, str]]:
    typed_zone = request.args.get("zone", "")
    zone_id = queries.zone_filter(reading(), typed_zone) if typed_zone else None
    day = request.args.get("day", "")
    day = day if len(day) == 1 and day in "0123456" else ""
    postcode, near = asked_postcode()
    words = {"zone": typed_zone if zone_id is not None else "", "day": day, "postcode": postcode}
    return WhatsOn(zone_id=zone_id, day=int(day) if day else None, near=near), words


@blueprint.get("/whats-on")
@public
def whats_on() -> str:
    asked, words = _asked()
    is_sheet = request.args.get("print") == "1"
    number = 1 if is_sheet else paging.asked_page()
    per_page = ON_A_SHEET if is_sheet else paging.PER_PAGE
    total, found = queries.whats_on(reading(), asked, limit=per_page, offset=(number - 1) * per_page)
    zones = zone_choices(reading())
    return render_template(
        "community_book/groups/sheet.html" if is_sheet else "community_book/groups/whats_on.html",
        page=paging.Page(found, number, total, per_page),
        asked=words,
        near=asked.near,
        zones=zones,
        zone_name=next((choice[1] for choice in zones if choice[0] == words["zone"]), ""),
        days=DAYS,
        space_labels=SPACE_LABELS,
        miles=about_miles,
    )


@blueprint.get("/whats-on.csv")
@public
def whats_on_csv() -> Response:
    asked, _ = _asked()
    _, found = queries.whats_on(reading(), asked)
    headings = (
        "what", "days", "from", "to", "dates", "for whom", "cost", "space", "zones",
        "place", "postcode", "group", "group reference", "last confirmed on",
    )  # fmt: skip
    return downloads.csv_answer("whats-on.csv", headings, (_row(activity) for activity in found))


def _row(activity: ActivityView) -> tuple[object, ...]:
    return (
        activity.title,
        ", ".join(say(day) for day in activity.day_labels),
        _clock(activity.starts),
        _clock(activity.ends),
        activity.when_note,
        activity.for_whom,
        activity.cost,
        say(SPACE_LABELS[activity.space]),
        "; ".join(f"{zone.scheme_name}: {zone.name}" for zone in activity.zones),
        activity.where_words,
        activity.postcode,
        activity.group_name,
        activity.group_reference,
        activity.confirmed_on.isoformat(),
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
