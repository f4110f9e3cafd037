"""How the made-up providers log their pledges, and what becomes of them."""

from __future__ import annotations

from community_book.base.amounts import Unit, read_amount, read_share
from community_book.base.sessions import read_time
from cwb.demo.borough import PLAYER, Borough, Scene
from cwb.demo.organisations import PROVIDERS
from cwb.demo.pledges import PLEDGES, PledgeStory
from cwb.pillars.queries import measure_by_code
from cwb.pillars.views import MeasureView
from cwb.pledges.actions import expire_pledges, log_pledge, offer_pledge, pause_pledge, return_pledge, withdraw_pledge
from cwb.pledges.rules import Basis, NewPledge, PledgeState

LOTS = {provider.key: provider.lots[0] for provider in PROVIDERS}
SERVED = {provider.key: provider.zones if len(provider.zones) < 16 else () for provider in PROVIDERS}
"""The zones a provider serves; none where it serves the whole borough."""


def new_pledge(borough: Borough, story: PledgeStory, measure: MeasureView) -> NewPledge:
    """The story as a provider would fill in the form."""
    unit = Unit(measure.unit)
    times = story.regularly
    zones = frozenset(borough.zone_ids[zone] for zone in story.zones or SERVED[story.provider])
    amount = read_amount(unit, story.amount) if story.amount else None
    return NewPledge(
        measure_id=measure.id,
        title=story.title,
        story=story.story,
        basis=Basis(story.basis),
        first_day=borough.day(story.first_week),
        last_day=borough.day(story.last_week, 6),
        amount=amount,
        share_basis_points=read_share(story.share) if story.share else None,
        item_type=story.item_type,
        subject=story.subject,
        baseline=read_amount(unit, story.baseline) if story.baseline else 0,
        baseline_on=borough.day(story.first_week) if story.baseline else None,
        smallest_useful=read_amount(unit, story.smallest) if story.smallest else None,
        lot_id=borough.lot_ids[LOTS[story.provider]],
        borough_wide=not zones,
        zone_ids=zones,
        online=story.online,
        thing=f"{story.provider} {story.key}" if times else "",
        weekdays=frozenset({times.weekday}) if times else frozenset(),
        every_weeks=times.every_weeks if times else 1,
        starts_minute=read_time(times.starts) if times else None,
        ends_minute=read_time(times.ends) if times else None,
        features=story.features,
        conditions=story.conditions,
        team_smallest=story.team[0] if story.team else None,
        team_largest=story.team[1] if story.team else None,
        visit_minutes=read_amount(Unit.MINUTES, story.visit) if story.visit else None,
        hosting_pence_at_most=read_amount(Unit.PENCE, story.hosting_up_to) if story.hosting_up_to else None,
        with_counterpart=story.with_counterpart,
        meets_people_at_risk=story.people_at_risk,
        not_charged_to_rate=True,
        visits_covered=True,
        owner_name=story.owner,
    )


def log(borough: Borough, story: PledgeStory) -> None:
    """Logs one pledge, as a draft where it stays one."""
    lead = borough.lead_of(story.provider)
    with borough.reading() as reading:
        measure = measure_by_code(reading, story.measure)
    new = new_pledge(borough, story, measure)
    borough.pledges[story.key] = log_pledge(lead, new, post=story.ends_as != "draft")


def look_at(borough: Borough, story: PledgeStory) -> None:
    """The officer passes what waits, or sends it back."""
    if story.ends_as in {"draft", "waiting"}:
        return
    reference = borough.pledges[story.key]
    if borough.pledge_state(reference) is not PledgeState.WAITING:
        return
    officer = borough.person("officer")
    if story.ends_as == "returned":
        return_pledge(officer, reference, "Please say who goes along to the first visit, and how people are asked.")
    else:
        offer_pledge(officer, reference)


def end(borough: Borough, story: PledgeStory) -> None:
    """What providers do with pledges that did not go on."""
    reference, lead = borough.pledges[story.key], borough.lead_of(story.provider)
    if story.ends_as == "paused":
        pause_pledge(lead, reference, "Our trainer is on leave until spring.")
    elif story.ends_as == "withdrawn":
        withdraw_pledge(lead, reference, "The team folded before the season began.")
    elif story.ends_as == "expired":
        expire_pledges(PLAYER)


def scenes() -> list[Scene]:
    """Every logging and passing of a pledge with the time it happens."""
    found: list[Scene] = []
    for number, story in enumerate(PLEDGES):
        weekday, hour = number % 4, 9 + number % 6
        found.append(Scene(story.logged_week, weekday, hour, log, story))
        found.append(Scene(story.logged_week, weekday + 1, 10, look_at, story))
        if story.ends_as == "expired":
            found.append(Scene(story.last_week + 1, 1, 3, end, story))
        elif story.ends_as in {"withdrawn", "paused"}:
            found.append(Scene(-1, 3, 15, end, story))
    return found
