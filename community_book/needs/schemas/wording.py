"""How the questions of a need's form are put for each kind."""

from __future__ import annotations

from community_book.base.amounts import Kind
from community_book.base.messages import N_, Message

TITLE_HINTS: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("For example: Help to put our accounts in order")),
    Kind.HANDS: Message(N_("For example: Four people to paint our hall")),
    Kind.ROLE: Message(N_("For example: A treasurer from our annual meeting in May")),
    Kind.MONEY: Message(N_("For example: A new cooker for the lunch club")),
    Kind.GOODS: Message(N_("For example: Eight laptops for our computer class")),
    Kind.ROOM: Message(N_("For example: A hall for our lunch club on Wednesdays")),
    Kind.VEHICLE: Message(N_("For example: A minibus every other Tuesday")),
    Kind.EQUIPMENT: Message(N_("For example: A marquee for our summer fair")),
    Kind.LAND: Message(N_("For example: A plot to grow vegetables with families")),
    Kind.SEATS: Message(N_("For example: Six places on a food hygiene course")),
    Kind.TRADE: Message(N_("For example: Lunches from our kitchen for your meetings")),
    Kind.JOBS: Message(N_("For example: Two apprenticeships for care leavers")),
}
AMOUNT_LABELS: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("How many hours in all?")),
    Kind.HANDS: Message(N_("How many hours in all?")),
    Kind.ROLE: Message(N_("How many people?")),
    Kind.MONEY: Message(N_("How much money?")),
    Kind.GOODS: Message(N_("How many?")),
    Kind.LAND: Message(N_("How many plots, times how many weeks?")),
    Kind.SEATS: Message(N_("How many places?")),
    Kind.TRADE: Message(N_("How much paid work, in pounds?")),
    Kind.JOBS: Message(N_("How many jobs?")),
}
AMOUNT_HINTS: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("For example: about 12 h")),
    Kind.HANDS: Message(N_("Count every helper: 4 people for 3 hours is 12 h")),
    Kind.MONEY: Message(N_("For example: 650")),
    Kind.LAND: Message(N_("For example: 26 for one plot for half a year")),
    Kind.TRADE: Message(N_("For example: 2,000")),
}
AT_ONCE_LABELS: dict[Kind, Message] = {
    Kind.HANDS: Message(N_("How many people each time?")),
    Kind.ADVICE: Message(N_("How many people each time?")),
    Kind.VEHICLE: Message(N_("How many vehicles?")),
    Kind.EQUIPMENT: Message(N_("How many at once?")),
}
FEATURE_QUESTIONS: dict[str, Message] = {
    "seats": Message(N_("How many seats, at least?")),
    "wheelchair_places": Message(N_("How many wheelchair places, at least?")),
    "driver": Message(N_("It must come with a driver")),
    "step_free": Message(N_("It must be step-free")),
    "kitchen": Message(N_("It must have a kitchen")),
    "capacity": Message(N_("How many people must it hold?")),
}
