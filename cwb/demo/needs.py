"""What the made-up groups need, in their own words. Weeks count from the Monday of the borough's day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from community_book.base.amounts import Kind


@dataclass(frozen=True)
class Regularly:
    """A weekly or fortnightly time: weekday 0 is Monday, times as people type them."""

    weekday: int
    starts: str
    ends: str
    every_weeks: int = 1
    left_out_weeks: tuple[int, ...] = ()


@dataclass(frozen=True)
class NeedStory:
    """A need to be posted: `first_week` and `last_week` before (negative) or after the borough's day.

    `others` are the further things it asks for; of them only what a part says is read.
    """

    key: str
    group: str
    kind: Kind
    title: str
    story: str
    first_week: int
    last_week: int
    amount: str = ""
    unsure: bool = False
    smallest: str = ""
    item_type: str = ""
    subject: str = ""
    regularly: Regularly | None = None
    online: bool = False
    features: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    team: tuple[int, int] | None = None
    visit: str = ""
    hosting: str = ""
    posted_week: int = -1
    ends_as: str = "open"
    combine: str = "all"
    others: tuple[NeedStory, ...] = ()


NEEDS = (
    NeedStory(
        "outings", "wheels", Kind.VEHICLE, "A minibus every other Tuesday",
        "Fourteen of us go somewhere worth getting dressed for: the coast, the market, the garden centre. Two use "
        "wheelchairs. We have escorts but nobody who can drive a minibus.",
        -10, 14, regularly=Regularly(1, "10:00", "14:00", every_weeks=2),
        features={"seats": 14, "wheelchair_places": 2, "driver": True}, posted_week=-14,
    ),
    NeedStory(
        "books", "carers", Kind.ADVICE, "Someone to put our books in order",
        "Our treasurer moved away and the year end is coming. We think about a day and a half of somebody who "
        "knows charity accounts, on a screen is fine.",
        -8, 10, amount="about 12 h", subject="accounts", online=True, posted_week=-12,
    ),
    NeedStory(
        "gazebo", "brass", Kind.MONEY, "£650 for a gazebo that does not leak",
        "Last summer we played the fair in bin bags. A proper one is £650; even £300 would let us hire one.",
        -9, 12, amount="650", smallest="300", posted_week=-11,
    ),
    NeedStory(
        "room", "lunch", Kind.ROOM, "A warm room on Wednesdays for thirty dinners",
        "The chapel roof is being mended until next spring. We bring the food, the plates and the washing up.",
        -40, 6, regularly=Regularly(2, "11:00", "14:30", left_out_weeks=(-35, -34, -22, -13, -12, -4, -3)),
        features={"capacity": 30, "kitchen": True, "step_free": True}, posted_week=-44,
    ),
    NeedStory(
        "laptops", "code", Kind.GOODS, "Eight laptops that still work",
        "We share three between fourteen. They need not be new; they need to last two hours and connect.",
        -12, -2, amount="8", smallest="2", item_type="laptops", posted_week=-15, ends_as="expired",
    ),
    NeedStory(
        "painting", "carers", Kind.HANDS, "Paint the quiet room, four people at a time",
        "It is a small room and a slow job. Four at most, three hours at most, and we will feed you.",
        -6, 6, amount="24", team=(2, 4), visit="3", hosting="60", posted_week=-9,
    ),
    NeedStory(
        "plot", "pantry", Kind.LAND, "A bed or two where members can grow salad",
        "We would like to sell what our members grow, beside the tins. We have tools and Agnieszka to teach us.",
        -27, 3, amount="26", posted_week=-30,
    ),
    NeedStory(
        "treasurer", "brass", Kind.ROLE, "A treasurer to take over at the annual meeting",
        "Nineteen years is enough, says Edna. Two evenings a month and a band dinner.",
        -32, 20, amount="1", posted_week=-36,
    ),
    NeedStory(
        "kitchen", "pantry", Kind.MONEY, "£1,000 towards a second fridge",
        "The fund gives us the other half if somebody local matches it before the end of the quarter.",
        -5, 12, amount="1000", smallest="500", posted_week=-8,
    ),
    NeedStory(
        "placements", "school", Kind.SEATS, "Twelve pupils who want to see what care work is",
        "A morning each, in pairs, with someone who likes the job. We send a member of staff.",
        -14, 16, amount="12", smallest="4", conditions={"dbs": "none"}, posted_week=-18,
    ),
    NeedStory(
        "firstaid", "wheels", Kind.SEATS, "First aid for six of our escorts",
        "Three certificates run out this winter and three people are new.",
        -4, 12, amount="6", smallest="2", posted_week=-6,
    ),
    NeedStory(
        "bid", "allotment", Kind.ADVICE, "Read our bid before we send it",
        "We have written it eleven times. A fresh pair of eyes for an evening or two.",
        1, 9, amount="6", subject="bids", online=True, posted_week=-2,
    ),
    NeedStory(
        "digging", "allotment", Kind.HANDS, "Dig the foundations of a compost toilet",
        "It sounds worse than it is. Spades provided, and soup.",
        1, 12, amount="30", team=(3, 8), visit="4", hosting="25", posted_week=-2,
    ),
    NeedStory(
        "hall", "code", Kind.ROOM, "Somewhere with tables on Saturday mornings",
        "The library closes on Saturdays from the new year. Twenty young people, sockets and a door we can lock.",
        2, 26, regularly=Regularly(5, "10:00", "12:00"), features={"capacity": 20, "step_free": True}, posted_week=-1,
    ),
    NeedStory(
        "printing", "pantry", Kind.ADVICE, "Help to make a website people can find",
        "Ours says we open in 2019.",
        0, 14, unsure=True, subject="it", online=True, posted_week=-3,
    ),
    NeedStory(
        "beds", "refuge", Kind.GOODS, "Six new single mattresses",
        "Families arrive with nothing. New, please: it matters.",
        -1, 8, amount="6", smallest="1", item_type="furniture", posted_week=-2,
    ),
    NeedStory(
        "policies", "refuge", Kind.ADVICE, "Bring our staff handbook up to date",
        "The law moved on and our handbook did not. Somebody who knows employing people.",
        0, 12, amount="10", subject="hr", online=True, posted_week=-2,
    ),
    NeedStory(
        "oven", "lunch", Kind.GOODS, "A cooker that lights every time",
        "Six rings if you have them. We can fetch it.",
        -2, 10, amount="1", item_type="kitchen", posted_week=-3,
    ),
    NeedStory(
        "gigs", "brass", Kind.TRADE, "Play at your opening day or your residents' party",
        "We are cheap and loud. Two hundred pounds for an afternoon, carols included.",
        -6, 20, amount="600", smallest="200", posted_week=-7,
    ),
    NeedStory(
        "keyboards", "school", Kind.EQUIPMENT, "Borrow a projector for our careers evenings",
        "Ours went with the flood. Thursday evenings until half term.",
        1, 6, regularly=Regularly(3, "19:00", "21:00"), posted_week=-1,
    ),
    NeedStory(
        "shop", "pantry", Kind.HANDS, "Unload the Friday lorry",
        "Two people for an hour and a half, every Friday. Gloves and a biscuit.",
        1, 12, amount="36", team=(2, 2), visit="1 h 30", posted_week=-1, ends_as="waiting",
    ),
    NeedStory(
        "shed", "allotment", Kind.GOODS, "A shed",
        "Any shed.",
        1, 20, amount="1", item_type="garden", posted_week=-1, ends_as="returned",
    ),
    NeedStory(
        "lifts", "school", Kind.VEHICLE, "Lifts to hospital for our caretaker",
        "Every Monday for his treatment.",
        1, 12, regularly=Regularly(0, "9:00", "12:00"), posted_week=-2, ends_as="declined",
    ),
    NeedStory(
        "wool", "carers", Kind.GOODS, "Craft things for Thursday afternoons",
        "Paper, glue, beads, anything that keeps hands busy while people talk.",
        1, 16, amount="20", item_type="craft", posted_week=-1, ends_as="draft",
    ),
    NeedStory(
        "seating", "allotment", Kind.GOODS, "Ten chairs for the polytunnel",
        "For the days when it rains on the seed swap.",
        -26, -4, amount="10", item_type="furniture", posted_week=-28, ends_as="expired",
    ),
    NeedStory(
        "tables", "lunch", Kind.HANDS, "Two strong people to set out tables",
        "Wednesdays before eleven. Thirty chairs, eight tables, one piano that stays where it is.",
        0, 10, amount="24", smallest="4", team=(2, 3), visit="2", posted_week=-2,
    ),
    NeedStory(
        "shelter", "brass", Kind.MONEY, "Money for a shelter to play under",
        "So that we stay dry at the fair. About six hundred pounds.",
        -7, 12, amount="600", posted_week=-8, ends_as="merged",
    ),
    NeedStory(
        "drums", "brass", Kind.MONEY, "New drum skins", "The bass drum has gone.",
        -20, -2, amount="120", posted_week=-22, ends_as="expired",
    ),
    NeedStory(
        "stall", "allotment", Kind.EQUIPMENT, "A stall for plant sales", "Two Saturdays in May.",
        1, 10, regularly=Regularly(5, "9:00", "13:00"), posted_week=-3, ends_as="withdrawn",
    ),
    NeedStory(
        "paint", "carers", Kind.GOODS, "Ten tins of paint", "White, or nearly.",
        -6, 4, amount="10", item_type="other", posted_week=-8, ends_as="closed",
    ),
    NeedStory(
        "choir", "wheels", Kind.ROOM, "A room for singing on Fridays", "Loud, but only for an hour.",
        1, 15, regularly=Regularly(4, "14:00", "15:00"), features={"capacity": 15}, posted_week=-2, ends_as="paused",
    ),
    NeedStory(
        "fair", "code", Kind.HANDS, "A table at the spring science fair",
        "Either a few people who stand with us and let children take a computer apart, or the fee of a stall holder "
        "who does. One of the two is enough.",
        2, 14, amount="about 12 h", team=(2, 4), visit="3", conditions={"not_wanted": ["publicity"]}, posted_week=-2,
        combine="any",
        others=(
            NeedStory("fair-fee", "code", Kind.MONEY, "", "", 2, 14, amount="180"),
        ),
    ),
    NeedStory(
        "day-out", "wheels", Kind.EQUIPMENT, "A day by the lake for everybody",
        "We want to cook outside once this year. It needs the tables and the people; the food we bring ourselves.",
        4, 16, regularly=Regularly(5, "10:00", "16:00", every_weeks=4), posted_week=-2, combine="all",
        others=(
            NeedStory(
                "day-out-hands", "wheels", Kind.HANDS, "", "", 4, 16, amount="36", team=(2, 6), visit="6",
                conditions={"dbs": "basic", "not_wanted": ["evenings"]},
            ),
        ),
    ),
)  # fmt: skip
"""`ends_as` names the state an officer or the group brings a need to; promises made of it move the others."""
