"""What the people of a made-up region say they have and need: sentences that are put together in many ways."""

from __future__ import annotations

from community_book.base.amounts import Kind

THINGS: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.ADVICE: (
        ("Our bookkeeper can keep your accounts in order", "Our treasurer left and the ledgers are in a muddle"),
        ("Help with writing a funding bid", "We want to apply to a trust and nobody has done it before"),
        ("A personnel manager who knows contracts of employment", "We are hiring our first member of staff"),
        ("Safeguarding policies written with you", "The procedures we follow for vulnerable adults are out of date"),
        ("Somebody who mends websites", "The internet page of the club cannot be changed by anybody"),
        ("Posters and leaflets designed", "Nobody knows that we exist and we have no flyer"),
        ("A surveyor looks at your hall", "Damp is coming up the walls of the building"),
        ("Training for new trustees", "The committee does not know what it is answerable for"),
    ),
    Kind.HANDS: (
        ("Six of our staff for a day of painting", "The walls of the lunch club want a fresh coat"),
        ("A team that clears gardens", "Brambles have taken over the yard behind the hall"),
        ("Helpers for your fair", "Stalls have to be carried and put up on a Saturday"),
        ("Carers who will serve at table", "Dinners have to be handed out and plates washed"),
        ("Colleagues who shift furniture", "We move house in spring and cannot lift the cupboards"),
        ("People to pack food parcels", "Boxes for families have to be filled each week"),
    ),
    Kind.ROLE: (
        ("A trustee with a head for figures", "The board lacks somebody who reads balance sheets"),
        ("A school governor from our managers", "There is an empty chair among the governors"),
        ("A mentor for young people", "Teenagers look for a grown-up who listens"),
        ("A chair for your meetings", "Our chairwoman steps down in summer"),
    ),
    Kind.MONEY: (
        ("A small grant for equipment", "We are saving for a new cooker"),
        ("A gift towards outings", "The coach to the seaside costs more than we have"),
        ("Sponsorship of a season", "The girls' team needs shirts and a fee for the league"),
        ("Matched giving from our staff", "Every pound we raise could be doubled"),
    ),
    Kind.GOODS: (
        ("Laptops that we replaced this year", "Our members have no computer to write applications on"),
        ("Desks and chairs from a closed office", "People sit on boxes in our advice room"),
        ("Pots, pans and a big urn", "There is nothing to cook soup for forty in"),
        ("Spades, forks and seedlings", "The allotment has soil and no tools"),
        ("Walking frames, checked and clean", "Neighbours wait months for something to lean on"),
        ("Balls, bibs and goals", "Children play with a tin in the car park"),
    ),
    Kind.ROOM: (
        ("A training room with a projector", "We look for somewhere dry to meet"),
        ("A lounge with a kitchen", "The coffee morning has lost its home"),
        ("A hall in the evening", "The choir sings in a corridor"),
        ("A quiet room for talking", "Counselling takes place in the lobby"),
    ),
    Kind.VEHICLE: (
        ("A minibus and driver", "Sixteen pensioners want to see the sea"),
        ("An accessible van with a lift", "Two members in wheelchairs cannot come by bus"),
        ("A people carrier on weekdays", "Somebody has to fetch the ladies to lunch"),
        ("A flatbed lorry", "The stage has to get to the park"),
    ),
    Kind.EQUIPMENT: (
        ("A marquee and trestle tables", "It always rains on our summer party"),
        ("A loudspeaker and microphones", "Nobody hears the speeches at the back"),
        ("A carpet cleaner", "The floor of the nursery is sticky"),
        ("Ladders and a scaffold tower", "The gutters are out of reach"),
    ),
    Kind.LAND: (
        ("Beds behind our care home", "We would grow vegetables if we had any ground"),
        ("A corner of the car park for planters", "The gardening club has waited two years for a plot"),
        ("An orchard that nobody picks", "Bees and children want trees"),
    ),
    Kind.JOBS: (
        ("Paid trials for people out of work", "Young people leave us with nowhere to go"),
        ("Apprenticeships in care", "Our trainees want to look after people for a living"),
        ("Posts for people who come out of prison", "Men we support are ready and nobody asks them in"),
    ),
    Kind.SEATS: (
        ("Places on our first aid course", "Nobody here knows what to do when somebody collapses"),
        ("Seats in a course about dementia", "Volunteers do not know how to talk with people who forget"),
        ("Food hygiene certificates", "The kitchen may not open until three of us are trained"),
    ),
    Kind.TRADE: (
        ("We order lunches for meetings", "Our social enterprise cooks and wants customers"),
        ("Window cleaning for six homes", "The co-operative looks for a steady round"),
        ("Printing of all our forms", "Our workshop prints, and its people need wages"),
    ),
}
"""For each kind: what somebody offers, and what somebody else asks for in other words."""

WHOM = (
    "older people who live alone", "families with small children", "young people after school", "people with dementia",
    "carers who want a break", "people who came as refugees", "deaf people and their friends", "men who have been ill",
    "people with learning disabilities", "neighbours of the estate", "women who start again", "people out of work",
)  # fmt: skip
DETAILS = (
    "Tea and biscuits are on us.", "Mornings suit best.", "There is a step at the door.", "We speak Polish and Urdu.",
    "It went well last year.", "A caretaker lets you in.", "Everybody is insured.", "Dogs are welcome.",
    "Parking is at the back.", "We answer within a day.", "Please wear old clothes.", "It can be moved by a week.",
    "The bus stops outside.", "We have done this for ten years.", "Photographs only when asked.",
    "We bring our own gloves.",
)  # fmt: skip
STREETS = (
    "Alder", "Beech", "Canal", "Dock", "Ember", "Foundry", "Garnet", "Harbour", "Ironworks", "Juniper", "Kiln", "Lark",
    "Mill", "Northgate", "Orchard", "Priory", "Quarry", "Railway", "Station", "Tanner", "Union", "Vicarage", "Weaver",
)  # fmt: skip
