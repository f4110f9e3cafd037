"""How the made-up groups post their needs, and what officers make of them."""

from __future__ import annotations

from typing import Any

from community_book.base.amounts import KIND_UNITS, KINDS_WITH_SESSIONS, Unit, read_amount
from community_book.base.sessions import read_time
from community_book.needs.actions import (
    close_need,
    decline_need,
    expire_needs,
    merge_need,
    open_need,
    pause_need,
    post_need,
    return_need,
    save_need,
    withdraw_need,
)
from community_book.needs.rules import NewNeed, NewPart
from cwb.demo.borough import PLAYER, Borough, Scene
from cwb.demo.needs import NEEDS, NeedStory

REASONS = {
    "returned": "Please say how big it should be and whether it may be second-hand. A picture would help.",
    "declined": "Lifts for one named person are never on offer here. Please ask the hospital's transport desk.",
    "closed": "Nobody has promised paint this year, but the council's re-use shop keeps ten tins for you.",
    "withdrawn": "The school lent us one.",
}


def new_need(borough: Borough, story: NeedStory) -> NewNeed:
    """The story as a group would fill in the form."""
    return NewNeed(
        **_part(borough, story),
        title=story.title,
        story=story.story,
        combine=story.combine,
        others=tuple(NewPart(**_part(borough, other)) for other in story.others),
        none_of_these=True,
    )


def _part(borough: Borough, story: NeedStory) -> dict[str, Any]:
    unit = KIND_UNITS[story.kind] or Unit.ITEMS
    first, last = borough.day(story.first_week), borough.day(story.last_week, 6)
    times = story.regularly
    left_out = frozenset(borough.day(week, times.weekday) for week in times.left_out_weeks) if times else frozenset()
    amount = None if story.unsure or not story.amount else read_amount(unit, story.amount)
    return {
        "kind": story.kind,
        "amount": amount,
        "not_sure": story.unsure,
        "is_about": story.amount.startswith("about"),
        "smallest_useful": read_amount(unit, story.smallest) if story.smallest else None,
        "item_type": story.item_type,
        "subject": story.subject,
        "first_day": first,
        "last_day": last,
        "how": "weekly" if times else "",
        "weekdays": frozenset({times.weekday}) if times else frozenset(),
        "every_weeks": times.every_weeks if times else None,
        "starts": read_time(times.starts) if times else None,
        "ends": read_time(times.ends) if times else None,
        "left_out": left_out,
        "at_once": 1 if story.kind in KINDS_WITH_SESSIONS else None,
        "where": "online" if story.online else "ours",
        "features": story.features,
        "dbs": str(story.conditions.get("dbs", "")),
        "insurance": bool(story.conditions.get("insurance")),
        "not_wanted": frozenset(story.conditions.get("not_wanted", ())),
        "team_smallest": story.team[0] if story.team else None,
        "team_largest": story.team[1] if story.team else None,
        "visit_minutes": read_amount(Unit.MINUTES, story.visit) if story.visit else None,
        "hosting_cost_pence": read_amount(Unit.PENCE, story.hosting) if story.hosting else None,
    }


def post(borough: Borough, story: NeedStory) -> None:
    """Posts one need (or keeps it as a draft); an officer opens it the day after where it has to wait."""
    lead = borough.lead_of(story.group)
    new = new_need(borough, story)
    if story.ends_as == "draft":
        borough.needs[story.key] = save_need(lead, new)
        return
    borough.needs[story.key] = post_need(lead, new)


def open_waiting(borough: Borough, story: NeedStory) -> None:
    """What the officer does with a posted need."""
    officer, reference = borough.person("officer"), borough.needs[story.key]
    if story.ends_as == "merged":
        merge_need(officer, reference, borough.needs["gazebo"], "This is the same shelter as the gazebo you asked for.")
    elif story.ends_as == "returned":
        return_need(officer, reference, REASONS["returned"])
    elif story.ends_as == "declined":
        decline_need(officer, reference, REASONS["declined"])
    elif story.ends_as not in {"draft", "waiting"} and story.group not in TRUSTED:
        open_need(officer, reference)


TRUSTED = frozenset({"lunch", "wheels", "carers"})


def end(borough: Borough, story: NeedStory) -> None:
    """What became of needs nobody met."""
    reference, lead = borough.needs[story.key], borough.lead_of(story.group)
    if story.ends_as == "withdrawn":
        withdraw_need(lead, reference, REASONS["withdrawn"])
    elif story.ends_as == "paused":
        pause_need(lead, reference)
    elif story.ends_as == "closed":
        close_need(borough.person("officer"), reference, REASONS["closed"])
    elif story.ends_as == "expired":
        expire_needs(PLAYER)


def scenes() -> list[Scene]:
    """Every posting and moderating of a need with the time it happens."""
    found: list[Scene] = []
    for number, story in enumerate(NEEDS):
        weekday, hour = number % 4, 9 + number % 7
        found.append(Scene(story.posted_week, weekday, hour, post, story))
        found.append(Scene(story.posted_week, weekday + 1, 11, open_waiting, story))
        if story.ends_as == "expired":
            found.append(Scene(story.last_week + 1, 1, 3, end, story))
        elif story.ends_as in {"withdrawn", "paused", "closed"}:
            found.append(Scene(-2, 4, 16, end, story))
    return found
