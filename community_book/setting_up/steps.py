"""The lower house's steps from an empty database to an open site; the upper house adds its own by the register."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem
from community_book.base.site import site
from community_book.base.starting import SetUpStep
from community_book.setting_up import queries
from community_book.setting_up.rules import SET_UP


def people_address(session: Session, actor: Actor) -> str:
    """Where the council's people are invited."""
    known = queries.council(session)
    return url_for("people.members", reference=known[1]) if known else url_for("people.people")


def on_desk(session: Session, actor: Actor) -> list[DeskItem]:
    """While the site is closed, its administrators are led back to the list."""
    if not actor.may(SET_UP) or site().is_open:
        return []
    title = Message(N_("Your site is not open yet: go on setting it up"))
    return [DeskItem(title, url_for("setting_up.steps"), urgency=1)]


STEPS = (
    SetUpStep(
        "names",
        Message(N_("Names and contact")),
        Message(N_("What the site and the council are called, and whom people ask.")),
        lambda _reading, _actor: url_for("setting_up.names"),
        queries.has_names,
        must=True,
        order=10,
    ),
    SetUpStep(
        "safeguarding",
        Message(N_("Safeguarding number")),
        Message(N_("It stands at the foot of every page, beside 999.")),
        lambda _reading, _actor: url_for("setting_up.safeguarding"),
        queries.has_safeguarding,
        must=True,
        order=15,
    ),
    SetUpStep(
        "colour",
        Message(N_("Colour")),
        Message(N_("Your own, checked so that everybody can read words in it.")),
        lambda _reading, _actor: url_for("setting_up.colour"),
        queries.has_colour,
        order=20,
    ),
    SetUpStep(
        "zones",
        Message(N_("Zones")),
        Message(N_("How the borough is divided: a GeoJSON file with boundaries, or a list of names.")),
        lambda _reading, _actor: url_for("places.import_page"),
        queries.has_zones,
        order=30,
    ),
    SetUpStep(
        "people",
        Message(N_("People")),
        Message(N_("Invite at least an officer, a verifier and a safeguarding officer.")),
        people_address,
        queries.has_people,
        order=60,
    ),
)
