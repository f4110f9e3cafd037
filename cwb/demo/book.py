"""What the made-up groups do, in tags, and what they run that others can come to."""

from __future__ import annotations

from community_book.base import work as transactions
from community_book.groups.actions import edit_group, put_on, tick_tags
from community_book.groups.queries import entry_id_of, group
from community_book.groups.rules import NewActivity, Profile, Space
from cwb.demo.borough import PLAYER, Borough
from cwb.demo.organisations import GROUPS

TAGS: dict[str, tuple[str, ...]] = {
    "lunch": ("food", "company", "older"),
    "wheels": ("transport", "older", "disabled"),
    "allotment": ("growing", "learning", "nature"),
    "code": ("young", "learning"),
    "carers": ("carers", "company"),
    "brass": ("music", "young"),
    "refuge": ("safety", "women"),
    "pantry": ("food", "money"),
    "school": ("young", "jobs"),
    "theatre": ("arts", "young"),
}

ACTIVITIES: dict[str, tuple[NewActivity, ...]] = {
    "lunch": (
        NewActivity(
            "Hot dinner and a chat",
            ("2",),
            720,
            840,
            for_whom="Anyone over sixty",
            cost="£4, or what you can",
            where_words="Station Road chapel, side door",
            place_public=True,
        ),
    ),
    "allotment": (
        NewActivity("Open gate: come and dig", ("5",), 600, 780, "Not when it pours", "Anyone", "Free"),
        NewActivity("Seeds and soup for beginners", ("3",), 1080, 1170, cost="Free", space=Space.ASK_FIRST),
    ),
    "code": (
        NewActivity("Computer club", ("5",), 600, 720, "In term time", "Eight to fourteen", "Free", space=Space.FULL),
    ),
    "carers": (NewActivity("Coffee for carers", ("1", "4"), 630, 720, cost="Free", for_whom="Anyone who cares"),),
    "brass": (
        NewActivity("Learners' band", ("0",), 1050, 1110, for_whom="Children from seven", cost="Free, horn lent"),
        NewActivity("Rehearsal, listeners welcome", ("3",), 1170, 1290, cost="Free", space=Space.ASK_FIRST),
    ),
    "pantry": (
        NewActivity("Pantry open", ("1", "5"), 570, 750, cost="£4 a basket", for_whom="Members, join that day"),
    ),
}


SAYS: dict[str, tuple[str, str]] = {
    "lunch": ("Catering for up to sixty: soup, pie, crumble", "Two more at the long table, and a driver on Wednesdays"),
    "wheels": ("", "One wheelchair place on most outings"),
    "allotment": ("Seedlings and veg boxes in summer", "Three half plots, and anyone who can mend a polytunnel"),
    "brass": ("Weddings, openings and funerals", "Cornets and a tuba: we lend the instrument"),
    "pantry": ("", "Twelve more members"),
}
"""What they sell, and what they have room for."""


def _say_it(borough: Borough, key: str, sells: str, has_room_for: str) -> None:
    """The lead fills in the rest of the entry, which also confirms it."""
    lead, reference = borough.lead_of(key), borough.entry_references[key]
    with transactions.reading() as reading:
        entry = group(reading, lead, reference)
    profile = Profile(
        name=entry.name,
        what_we_do=entry.what_we_do,
        who_for=entry.who_for,
        can_offer=next(one.can_offer for one in GROUPS if one.key == key),
        sells=sells,
        has_room_for=has_room_for,
        size_band=entry.size_band,
        contact_name=entry.contact_name,
        contact_email=entry.contact_email,
        contact_telephone=entry.contact_telephone,
        contacts_public=entry.contacts_public,
        postcode=entry.postcode,
    )
    edit_group(lead, reference, profile)


def fill_the_book(borough: Borough) -> None:
    """Tags for the groups of the stories, and what six of them run."""
    with transactions.work(PLAYER) as work:
        for key, codes in TAGS.items():
            entry_id = entry_id_of(work, borough.entry_references[key])
            tick_tags(work, entry_id, codes)
        work.record("demo.tags", "tags:all", facts={"groups": len(TAGS)})
    for key, (sells, has_room_for) in SAYS.items():
        _say_it(borough, key, sells, has_room_for)
    for key, activities in ACTIVITIES.items():
        for activity in activities:
            put_on(borough.lead_of(key), borough.entry_references[key], activity)
