"""Who lives in the small made-up borough: providers, groups, people, zones. Everything here is invented.

Telephone numbers come from the ranges Ofcom keeps for drama; addresses end in borough.example; postcodes
begin with WX, an area that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

from community_book.base.actor import Role

PASSWORD = "let-me-look-around"  # noqa: S105  (of made-up people only; refused in production)


@dataclass(frozen=True)
class MadeUpProvider:
    """A provider: the lots (by number) and zones (by number) it was admitted to."""

    key: str
    name: str
    description: str
    company: str
    lots: tuple[int, ...]
    zones: tuple[int, ...]


@dataclass(frozen=True)
class MadeUpGroup:
    """A group and how its entry stands; `zone` is where it meets."""

    key: str
    name: str
    what_we_do: str
    who_for: str
    can_offer: str
    size_band: str
    zone: int
    charity: str = ""
    informal: bool = False
    proof: str = ""
    state: str = "listed"
    contact: str = ""
    contact_telephone: str = ""
    contacts_public: bool = False
    trusted: bool = False
    confidential: bool = False


@dataclass(frozen=True)
class MadeUpPerson:
    """Someone who can sign in: `address` before @borough.example."""

    address: str
    name: str
    organisation: str
    roles: tuple[Role, ...]


COUNCIL = "Example Borough Council"
PARTNER = "Example NHS Partnership"

PROVIDERS = (
    MadeUpProvider(
        "linden",
        "Linden Home Care",
        "Home care in the north of the borough, forty-eight staff, started by two nurses in a spare room.",
        "99900101",
        (1, 4, 15),
        (1, 2, 3, 4, 5, 10),
    ),
    MadeUpProvider(
        "millrace",
        "Millrace Supported Living",
        "Shared houses and flats for people with learning disabilities, with a day centre and a minibus.",
        "99900102",
        (5, 7, 13),
        (3, 4, 5, 6, 7, 8, 9, 11),
    ),
    MadeUpProvider(
        "harbourway",
        "Harbourway Care Group",
        "A national provider with an office on the ring road and three extra-care schemes here.",
        "99900103",
        (1, 2, 3, 4),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
    ),
    MadeUpProvider(
        "owl",
        "Owl Lane Night Support",
        "Care and company through the night. Employee-owned since last year.",
        "99900104",
        (1, 15),
        (9, 10, 11, 12, 13),
    ),
    MadeUpProvider(
        "brightstep",
        "Brightstep Rehabilitation",
        "Therapists who help people home from hospital and back to what they like doing.",
        "99900105",
        (12, 14),
        (4, 5, 6, 7, 8, 10),
    ),
    MadeUpProvider(
        "fernhill",
        "Fernhill Day Opportunities",
        "Workshops, a kitchen garden and a community room run with the people who come.",
        "99900106",
        (7, 8),
        (11, 12, 13, 14, 15, 16),
    ),
    MadeUpProvider(
        "tollgate",
        "Tollgate Housing and Care",
        "Temporary and supported homes; a maintenance team that knows every boiler in town.",
        "99900107",
        (10, 11),
        (1, 5, 6, 9, 13),
    ),
)

GROUPS = (
    MadeUpGroup(
        "lunch",
        "Station Road Lunch Club",
        "A hot dinner and company for about thirty older people every Wednesday. We cook it ourselves.",
        "Anyone over sixty, and anyone who would otherwise eat alone",
        "Six cooks with food hygiene certificates, and the best crumble for miles",
        "small",
        3,
        informal=True,
        proof="Sponsored by the minister of Station Road chapel, whose letter the council holds.",
        contact="Maureen Haddow",
        contact_telephone="01632 960101",
        contacts_public=True,
        trusted=True,
    ),
    MadeUpGroup(
        "wheels",
        "Wheels and Walks",
        "Outings for people who cannot manage the bus: the coast, the market, the garden centre.",
        "Older and disabled people across the borough",
        "Twelve trained escorts",
        "small",
        4,
        charity="9900201",
        contact="Dev Anand",
        contact_telephone="01632 960102",
        trusted=True,
    ),
    MadeUpGroup(
        "allotment",
        "Beech Street Growers",
        "Twenty plots behind the baths and a shared polytunnel. We teach anyone to grow food.",
        "Neighbours of all ages, and people sent by the surgery",
        "Surplus vegetables from June, and people who know about soil",
        "small",
        9,
        charity="9900202",
        contact="Agnieszka Nowak",
        contact_telephone="01632 960103",
    ),
    MadeUpGroup(
        "code",
        "Saturday Code Club",
        "Free computer club for young people on the estate, run by three volunteers in the library.",
        "Nine to fourteen year olds",
        "",
        "small",
        14,
        informal=True,
        proof="Constitution adopted in March; two signatories on the account.",
        contact="Tariq Mensah",
        contact_telephone="01632 960104",
    ),
    MadeUpGroup(
        "carers",
        "Borough Carers Circle",
        "Somewhere for people who look after someone to be looked after for an hour.",
        "Unpaid carers",
        "A listening ear, and a meeting room on Tuesday mornings",
        "medium",
        7,
        charity="9900203",
        contact="Ruth Okafor",
        contact_telephone="01632 960105",
        trusted=True,
    ),
    MadeUpGroup(
        "brass",
        "Pit Lane Brass Band",
        "We have played every Christmas since 1921 and teach children an instrument for nothing.",
        "Players and learners from seven to ninety",
        "A band for your opening day",
        "small",
        10,
        charity="9900204",
        contact="Glyn Parry",
        contact_telephone="01632 960106",
    ),
    MadeUpGroup(
        "refuge",
        "Harriet House",
        "A safe place for women and children leaving violence.",
        "Women and their children",
        "",
        "medium",
        12,
        charity="9900205",
        contact="The manager",
        contact_telephone="01632 960107",
        confidential=True,
    ),
    MadeUpGroup(
        "pantry",
        "Two Bridges Pantry",
        "A members' food shop: four pounds for a basket worth twenty, and no questions.",
        "Anyone finding it hard to fill the cupboard",
        "A van with a fridge on weekday afternoons",
        "medium",
        13,
        charity="9900206",
        contact="Shanelle Briggs",
        contact_telephone="01632 960108",
        contacts_public=True,
    ),
    MadeUpGroup(
        "school",
        "Canal View School",
        "A secondary school of eight hundred that wants its leavers to know what work in care is like.",
        "Pupils of eleven to sixteen",
        "A hall on weekday evenings",
        "large",
        11,
        contact="Careers lead",
        contact_telephone="01632 960109",
    ),
    MadeUpGroup(
        "knit",
        "Knit and Natter",
        "Wool, needles, tea.",
        "Everyone",
        "",
        "small",
        2,
        informal=True,
        proof="We have met for six years; the librarian knows us.",
        state="asked_for",
        contact="Joan Birtles",
        contact_telephone="01632 960110",
    ),
    MadeUpGroup(
        "boxing",
        "Ironworks Amateur Boxing",
        "Boxing and a hot meal for young people, four nights a week.",
        "Eleven to twenty-five year olds",
        "",
        "small",
        14,
        informal=True,
        proof="We have rules but they are on the wall of the gym.",
        state="more_wanted",
        contact="Leon Farrow",
        contact_telephone="01632 960111",
    ),
    MadeUpGroup(
        "cinema",
        "Chapel Street Cinema Club",
        "Old films in the chapel on winter Sundays.",
        "Anyone",
        "A projector and a screen",
        "small",
        8,
        informal=True,
        proof="Rules agreed at our first meeting.",
        state="paused",
        contact="Beryl Cross",
        contact_telephone="01632 960112",
    ),
    MadeUpGroup(
        "wombles",
        "Canal Wombles",
        "We fished eleven trolleys out of the canal.",
        "Anyone with boots",
        "",
        "small",
        15,
        informal=True,
        proof="A letter from the canal trust's local ranger.",
        state="closed",
        contact="Pete Lomas",
        contact_telephone="01632 960113",
    ),
    MadeUpGroup(
        "prize",
        "Lucky Prize Circle",
        "Win big.",
        "Everyone",
        "",
        "small",
        1,
        informal=True,
        proof="Everybody wins, so everybody vouches.",
        state="declined",
        contact="A. Nother",
        contact_telephone="01632 960114",
    ),
    MadeUpGroup(
        "theatre",
        "Backyard Theatre",
        "Plays made with people who have lived in care.",
        "Young adults",
        "",
        "small",
        16,
        charity="9900207",
        state="suspended",
        contact="Mina Kaur",
        contact_telephone="01632 960115",
    ),
)

PEOPLE = (
    MadeUpPerson("provider.lead", "Priya Desai", "linden", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("provider.member", "Callum Reid", "linden", (Role.PROVIDER_MEMBER,)),
    MadeUpPerson("group.lead", "Maureen Haddow", "lunch", (Role.GROUP_LEAD,)),
    MadeUpPerson("group.member", "Stan Whittle", "lunch", (Role.GROUP_MEMBER,)),
    MadeUpPerson("officer", "Hannah Cole", "council", (Role.OFFICER,)),
    MadeUpPerson("verifier", "Imran Sheikh", "council", (Role.VERIFIER,)),
    MadeUpPerson("verifier.two", "Bronagh Kelly", "council", (Role.VERIFIER,)),
    MadeUpPerson("safeguarding", "Olu Adeyemi", "council", (Role.SAFEGUARDING,)),
    MadeUpPerson("auditor", "Margaret Finch", "council", (Role.AUDITOR,)),
    MadeUpPerson("admin", "Tom Ashworth", "council", (Role.ADMINISTRATOR,)),
    MadeUpPerson("outside", "Dr Sunita Rao", "partner", (Role.OUTSIDE_DECIDER,)),
    MadeUpPerson("millrace", "Joseph Lund", "millrace", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("harbourway", "Claire Petty", "harbourway", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("owl", "Wen Li", "owl", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("brightstep", "Aled Hughes", "brightstep", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("fernhill", "Grace Obi", "fernhill", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("tollgate", "Mick Dunne", "tollgate", (Role.PROVIDER_LEAD,)),
    MadeUpPerson("wheels", "Dev Anand", "wheels", (Role.GROUP_LEAD,)),
    MadeUpPerson("allotment", "Agnieszka Nowak", "allotment", (Role.GROUP_LEAD,)),
    MadeUpPerson("code", "Tariq Mensah", "code", (Role.GROUP_LEAD,)),
    MadeUpPerson("carers", "Ruth Okafor", "carers", (Role.GROUP_LEAD,)),
    MadeUpPerson("brass", "Glyn Parry", "brass", (Role.GROUP_LEAD,)),
    MadeUpPerson("refuge", "Harriet House manager", "refuge", (Role.GROUP_LEAD,)),
    MadeUpPerson("pantry", "Shanelle Briggs", "pantry", (Role.GROUP_LEAD,)),
    MadeUpPerson("school", "Careers lead", "school", (Role.GROUP_LEAD,)),
    MadeUpPerson("cinema", "Beryl Cross", "cinema", (Role.GROUP_LEAD,)),
    MadeUpPerson("wombles", "Pete Lomas", "wombles", (Role.GROUP_LEAD,)),
)

ZONE_NAMES = (
    "Upper Moor", "Kiln Green", "Station Road", "Mill Fold", "Far Holme", "Nether Edge", "Market", "Chapel Street",
    "Beech Street", "Pit Lane", "Canal View", "Hollins", "Two Bridges", "Ironworks", "Lock Side", "South Common",
)  # fmt: skip
"""A plain name for each of the sixteen zones, used beside its number."""
