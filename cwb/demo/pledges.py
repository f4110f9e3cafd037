"""What the made-up providers promise. Weeks count from the Monday of the borough's day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cwb.demo.needs import Regularly


@dataclass(frozen=True)
class PledgeStory:
    """A pledge to be logged under a measure's code; `ends_as` names the state it is brought to."""

    key: str
    provider: str
    measure: str
    title: str
    story: str
    first_week: int
    last_week: int
    amount: str = ""
    share: str = ""
    basis: str = "extra"
    baseline: str = ""
    smallest: str = ""
    item_type: str = ""
    subject: str = ""
    regularly: Regularly | None = None
    online: bool = False
    zones: tuple[int, ...] = ()
    features: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    team: tuple[int, int] | None = None
    visit: str = ""
    hosting_up_to: str = ""
    people_at_risk: bool = False
    with_counterpart: bool | None = None
    owner: str = ""
    logged_week: int = -1
    ends_as: str = "offered"


PLEDGES = (
    PledgeStory(
        "minibus", "millrace", "LA3", "Our minibus on Tuesdays, with Joe at the wheel",
        "Sixteen seats, two wheelchair places, a tail lift that works. Joe drives and likes the coast.",
        -12, 20, regularly=Regularly(1, "9:30", "15:00"),
        features={"seats": 16, "wheelchair_places": 2, "driver": True}, conditions={"dbs": "enhanced", "insured": True},
        owner="Joseph Lund", logged_week=-16,
    ),
    PledgeStory(
        "bookkeeping", "linden", "PO7", "Forty hours of our bookkeeper",
        "Nasreen looks after our ledgers and has done the accounts of two charities. On a screen, weekdays.",
        -10, 30, amount="40", subject="accounts", online=True, smallest="2", owner="Priya Desai", logged_week=-14,
    ),
    PledgeStory(
        "grant", "linden", "FP1", "£500 for something people will use every week",
        "From our staff's own choice of cause, topped up by the company.",
        -10, 14, amount="500", smallest="100", owner="Priya Desai", logged_week=-13,
    ),
    PledgeStory(
        "dayroom", "linden", "LA1", "The big room at Mill Fold on Wednesdays",
        "Free of people between eleven and three. A kitchen with a hatch, no steps, forty chairs.",
        -42, 8, regularly=Regularly(2, "10:30", "15:30"),
        features={"capacity": 40, "kitchen": True, "step_free": True}, owner="Callum Reid", logged_week=-46,
    ),
    PledgeStory(
        "laptops", "harbourway", "FP6", "Five laptops, wiped, from our office move",
        "Four years old, with chargers. Wiped by the people who wipe them for a living.",
        -14, 10, amount="5", item_type="laptops", owner="Claire Petty", logged_week=-16,
    ),
    PledgeStory(
        "apprentices", "linden", "FE5", "Two apprenticeships in care, kept to the end",
        "Level two, paid the real rate from the first day, a mentor each.",
        -30, 22, amount="2", with_counterpart=False, owner="Priya Desai", logged_week=-34,
    ),
    PledgeStory(
        "staffday", "harbourway", "PO5", "A day of twelve of us",
        "Our office team has a day each year. We can come together or in smaller parties, and we can paint.",
        -8, 10, amount="84", team=(2, 12), visit="3", hosting_up_to="100", owner="Claire Petty", logged_week=-11,
    ),
    PledgeStory(
        "garden", "fernhill", "LA2", "One raised bed by the workshop",
        "South-facing, a tap two steps away. Opened on weekdays by the people who garden here.",
        -28, 6, amount="30", smallest="4", features={"step_free": True}, owner="Grace Obi", logged_week=-32,
    ),
    PledgeStory(
        "livingwage", "linden", "FE1", "The real Living Wage for nine in ten of us this year",
        "And for everyone by the next. Travel and waiting included.",
        -40, 12, share="90", basis="condition", owner="Priya Desai", logged_week=-40,
    ),
    PledgeStory(
        "treasurer", "owl", "PO6", "A treasurer for a group that needs one",
        "Wen keeps our members' books and has an evening to spare. You elect, we introduce.",
        -36, 30, amount="1", owner="Wen Li", logged_week=-40,
    ),
    PledgeStory(
        "match", "tollgate", "FP1", "£1,000 to match money from elsewhere",
        "When somebody else puts in the same. We like fridges, tools and roofs.",
        -8, 14, amount="1000", smallest="250", owner="Mick Dunne", logged_week=-10,
    ),
    PledgeStory(
        "localspend", "linden", "PP1", "Buy £12,000 more a year from suppliers here",
        "Uniforms, printing, catering and taxis, counted over what we spent before.",
        -50, 1, amount="60,000", baseline="48,000", owner="Priya Desai", logged_week=-52,
    ),
    PledgeStory(
        "placements", "millrace", "FE7", "Mornings for pupils who wonder about care",
        "Two at a time, with someone who has done it for twenty years and still laughs.",
        -16, 20, amount="16", smallest="2", conditions={"dbs": "enhanced", "insured": True}, people_at_risk=True,
        owner="Joseph Lund", logged_week=-20,
    ),
    PledgeStory(
        "firstaid", "brightstep", "FE9", "Eight seats on our first aid days",
        "Our trainer runs one every month. Bring a packed lunch.",
        -10, 24, amount="8", smallest="1", owner="Aled Hughes", logged_week=-12,
    ),
    PledgeStory(
        "hr", "harbourway", "PO7", "An employment adviser for small employers",
        "Handbooks, contracts, the awkward conversation. By screen or at your place.",
        -4, 30, amount="30", subject="hr", online=True, smallest="2", owner="Claire Petty", logged_week=-6,
    ),
    PledgeStory(
        "bids", "fernhill", "PO7", "Someone who has read a thousand bids",
        "Grace sat on a panel for six years and knows what they skip.",
        -3, 26, amount="15", subject="bids", online=True, smallest="1", owner="Grace Obi", logged_week=-5,
    ),
    PledgeStory(
        "diggers", "tollgate", "PO5", "Our maintenance team, two Fridays a month",
        "Strong, cheerful, and they bring the van.",
        -4, 24, amount="120", team=(2, 6), visit="4", hosting_up_to="50", owner="Mick Dunne", logged_week=-6,
    ),
    PledgeStory(
        "saturdayroom", "fernhill", "LA1", "Our workshop on Saturday mornings",
        "Benches, sockets, a hearing loop. Somebody of ours opens up and stays.",
        0, 30, regularly=Regularly(5, "9:30", "12:30"), features={"capacity": 24, "step_free": True},
        owner="Grace Obi", logged_week=-3,
    ),
    PledgeStory(
        "guaranteed", "owl", "FE2", "Guaranteed hours for everyone who wants them",
        "Nobody waits by the telephone.",
        -45, 7, share="90", owner="Wen Li", logged_week=-46,
    ),
    PledgeStory(
        "ownership", "owl", "PO2", "Steps to being owned by the people who work here",
        "The trust is formed; the first election is next.",
        -48, 10, amount="3", owner="Wen Li", logged_week=-50,
    ),
    PledgeStory(
        "localjobs", "harbourway", "FE4", "Thirty people from the borough taken on",
        "Counted after thirteen weeks, because the first week proves nothing.",
        -44, 8, amount="30", owner="Claire Petty", logged_week=-46,
    ),
    PledgeStory(
        "catering", "harbourway", "PP6", "Pay a group to cook for our open days",
        "Four a year, sixty people, a fair price, and music if there is some.",
        -7, 40, amount="2,400", smallest="200", owner="Claire Petty", logged_week=-8,
    ),
    PledgeStory(
        "voices", "brightstep", "PO4", "Three people who use our service on the board",
        "With a vote and a travel pass.",
        -20, 32, amount="3", owner="Aled Hughes", logged_week=-22,
    ),
    PledgeStory(
        "wheels", "harbourway", "LA3", "A people carrier at weekends, without driver",
        "Seven seats. Your licence, our insurance.",
        -2, 20, regularly=Regularly(5, "9:00", "17:00"), features={"seats": 7},
        conditions={"needs_licence": True, "insured": True},
        people_at_risk=True,
        owner="Claire Petty", logged_week=-2, ends_as="waiting",
    ),
    PledgeStory(
        "cooker", "linden", "FP6", "A six-ring cooker from the old day centre",
        "Serviced in spring. It needs a van and three people.",
        -2, 20, amount="1", item_type="kitchen", owner="Callum Reid", logged_week=-2,
    ),
    PledgeStory(
        "company", "brightstep", "PO8", "Thirty people helped to find a group they like",
        "By our therapists, at the last visit.",
        1, 40, amount="30", people_at_risk=True, owner="Aled Hughes", logged_week=-1, ends_as="returned",
    ),
    PledgeStory(
        "flats", "tollgate", "LA6", "Two empty flats made homes again", "Above the old shoe shop.",
        1, 50, amount="2", owner="Mick Dunne", logged_week=-1, ends_as="draft",
    ),
    PledgeStory(
        "training", "fernhill", "FE9", "Food hygiene for volunteers", "Six seats each quarter.",
        -8, 30, amount="24", owner="Grace Obi", logged_week=-9, ends_as="paused",
    ),
    PledgeStory(
        "sponsor", "brightstep", "FP1", "£200 for a team kit", "We changed our minds about which team.",
        -12, 10, amount="200", owner="Aled Hughes", logged_week=-13, ends_as="withdrawn",
    ),
    PledgeStory(
        "chairs", "tollgate", "FP6", "Forty stacking chairs", "From the old day room.",
        -30, -3, amount="40", item_type="furniture", owner="Mick Dunne", logged_week=-31, ends_as="expired",
    ),
)  # fmt: skip
