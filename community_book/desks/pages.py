"""The front page, the desk whose slots the registers fill, and the pages every site must have."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for

from community_book.base import registers
from community_book.base.actor import SIGNED_IN
from community_book.base.messages import N_, Message
from community_book.desks.views import in_groups
from community_book.web import access
from community_book.web.access import public, requires
from community_book.web.database import reading

blueprint = Blueprint("desks", __name__)

DOORS = (
    ("needs.choose_kind", N_("Post a need"), N_("Tell us what would help, in your own words")),
    ("needs.open_needs", N_("See what is needed"), N_("Open needs, by place and kind")),
    ("groups.ask", N_("List your group"), N_("Eight questions, about five minutes")),
    ("groups.directory", N_("Find a group"), N_("Who is here, what they do and can offer")),
)
"""The front page's big links: shown where the room has its page."""
FOR_PROVIDERS = Message(N_("For providers"))
HOW_TO_PLEDGE = Message(N_("How to pledge, offer and report"))
OWN_ENDPOINTS = {"desks.desk", "needs.open_needs", "groups.directory"}


@blueprint.get("/")
@public
def home() -> str:
    doors = [
        (url_for(endpoint), Message(label), Message(hint))
        for endpoint, label, hint in DOORS
        if endpoint in current_app.view_functions and _opens(endpoint)
    ]
    doors.append((url_for("desks.help_page") + "#provider", FOR_PROVIDERS, HOW_TO_PLEDGE))
    public_items = [item for item in registers.navigation_for(access.actor()) if item.permission is None]
    doors += [(url_for(item.endpoint), item.label, item.front_page) for item in public_items if item.front_page]
    further = [
        (url_for(item.endpoint), item.label)
        for item in public_items
        if not item.front_page and item.endpoint not in OWN_ENDPOINTS
    ]
    return render_template("community_book/desks/home.html", doors=doors, further=further)


def _opens(endpoint: str) -> bool:
    """Whether a door opens for who looks at it; somebody who is not signed in is asked to sign in first."""
    mark, actor = access.mark_of(current_app, endpoint), access.actor()
    return mark is None or mark.permission is None or not actor.is_signed_in or actor.may(mark.permission)


@blueprint.get("/desk")
@requires(SIGNED_IN)
def desk() -> str:
    items = registers.desk_items(reading(), access.actor())
    starts = registers.starts_for(access.actor())
    seldom = [(url_for(item.endpoint), item.label) for item in registers.navigation_for(access.actor()) if item.seldom]
    return render_template("community_book/desks/desk.html", groups=in_groups(items), starts=starts, seldom=seldom)


@blueprint.get("/help")
@public
def help_page() -> str:
    return render_template("community_book/desks/help.html")


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("community_book/desks/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("community_book/desks/privacy.html")


@blueprint.get("/contact")
@public
def contact() -> str:
    return render_template("community_book/desks/contact.html")
