"""Every question a pledge form may ask, in the order of the page."""

from __future__ import annotations

from typing import Any

from community_book.base.amounts import Kind, Unit
from community_book.base.messages import N_, Message
from community_book.base.sessions import WEEKDAYS
from community_book.base.terms import DBS_LEVELS, FEATURES, ITEM_TYPES, SUBJECTS
from community_book.places.schemas import place_fields
from community_book.web import fields as f
from cwb.pledges.rules import BASIS_LABELS

AMOUNT_LABELS: dict[Kind, Message] = {
    Kind.ADVICE: Message(N_("How many hours can you give?")),
    Kind.HANDS: Message(N_("How many hours can you give, counting each person's?")),
    Kind.ROLE: Message(N_("How many people would take on a role?")),
    Kind.MONEY: Message(N_("How much money?")),
    Kind.GOODS: Message(N_("How many do you give?")),
    Kind.LAND: Message(N_("How many plot-weeks?")),
    Kind.JOBS: Message(N_("How many people?")),
    Kind.SEATS: Message(N_("How many places?")),
    Kind.TRADE: Message(N_("Paid work worth how much?")),
}
AMOUNT_HINTS: dict[Kind, Message] = {
    Kind.HANDS: Message(N_("Six people for three hours are 18 h. Enter hours and minutes, like 18 h or 12 h 30.")),
    Kind.LAND: Message(N_("One plot open to a group for one week is one plot-week. A plot for half a year is 26.")),
}
AT_ONCE_LABELS: dict[Kind, Message] = {
    Kind.SEATS: Message(N_("How many places each time?")),
    Kind.ADVICE: Message(N_("How many people at once?")),
    Kind.HANDS: Message(N_("How many people at once?")),
}
_days = [(str(number), label) for number, label in enumerate(WEEKDAYS)]
FEATURE_FIELDS = {
    f"feature_{feature.key}": feature for of_kind in FEATURES.values() for feature in of_kind
}  # the same feature of two kinds is one field


def _feature_fields() -> dict[str, Any]:
    return {
        name: f.whole_number(feature.label, least=0, most=100_000, required=False)
        if feature.is_count
        else f.tick(feature.label)
        for name, feature in FEATURE_FIELDS.items()
    }


_PlaceAndFeatures: Any = f.FormSchema.from_dict(
    {name: field for name, field in place_fields().items() if name != "confidential"} | _feature_fields()
)


class PledgeFields(_PlaceAndFeatures):  # type: ignore[misc]  # made from fields two rooms share
    """Everything a pledge form may ask. `PledgeForm` and `RewordForm` take what fits their measure."""

    title = f.words(
        Message(N_("Give it a title")),
        hint=Message(N_("Plain words a group's secretary would use, like “Our minibus on Tuesdays, with a driver”.")),
        at_most=100,
        missing=Message(N_("Give your pledge a title")),
    )
    story = f.long_words(
        Message(N_("Describe it")),
        hint=Message(
            N_("What it is, who gives it, what a group should know. The words are compared with what is needed.")
        ),
        at_most=2000,
        rows=5,
        missing=Message(N_("Describe what you offer")),
    )
    amount = f.amount(Message(N_("How much?")), required=False, no_optional=True)
    share = f.share(
        Message(N_("Which share do you promise to reach?")),
        hint=Message(N_("A percentage, like 90. It is read off two whole numbers: 43 of 50.")),
        required=False,
        suffix="%",
        no_optional=True,
    )
    baseline = f.amount(
        Message(N_("How much is usual in twelve months?")),
        least=0,
        hint=Message(
            N_("What you spend or do anyway. Only what passes it counts. Leave it empty if nothing is usual.")
        ),
        required=False,
    )
    baseline_on = f.a_date(
        Message(N_("When was the usual amount worked out?")), hint=Message(N_("For example 31 3 2026")), required=False
    )
    item_type = f.one_of(
        Message(N_("What kind of thing?")), ITEM_TYPES.items(), widget="select", required=False, no_optional=True
    )
    subject = f.one_of(Message(N_("Help with what?")), SUBJECTS.items(), required=False, small=True, no_optional=True)
    first_day = f.a_date(Message(N_("From which day?")), missing=Message(N_("Enter the first day, like 1 12 2026")))
    last_day = f.a_date(Message(N_("Until which day?")), missing=Message(N_("Enter the last day, like 31 3 2027")))
    smallest_useful = f.amount(
        Message(N_("What is the least worth giving at a time?")),
        hint=Message(N_("So that nobody asks for less. Leave it empty if any amount is fine.")),
        required=False,
    )
    thing = f.words(
        Message(N_("Which one is it?")),
        hint=Message(N_("Name it the same way every time, like “the blue minibus”, so that it is never booked twice.")),
        at_most=80,
        required=False,
        no_optional=True,
    )
    weekdays = f.some_of(Message(N_("On which days?")), _days, small=True)
    every_weeks = f.whole_number(
        Message(N_("Every how many weeks?")), least=1, most=52, hint=Message(N_("1 is every week")), required=False
    )
    starts = f.time_of_day(Message(N_("From")), hint=Message(N_("Like 9:30 or 2pm")), required=False, no_optional=True)
    ends = f.time_of_day(Message(N_("Until")), hint=Message(N_("Like 14:00")), required=False, no_optional=True)
    left_out = f.dates(
        Message(N_("Not on these dates")), hint=Message(N_("With commas between, like 27/10/2026, 29/12/2026"))
    )
    at_once = f.whole_number(
        Message(N_("How many of it at once?")), least=1, most=100_000, hint=Message(N_("Usually 1")), required=False
    )
    place_label = f.words(
        Message(N_("Where is it?")),
        hint=Message(N_("In words, like “the day centre in Mill Lane”. Shown to those who use it.")),
        at_most=200,
        required=False,
    )
    online = f.tick(Message(N_("It can be done online")))
    where = f.one_of(
        Message(N_("For groups in which part of the borough?")),
        [("borough", Message(N_("The whole borough"))), ("zones", Message(N_("Certain zones")))],
        missing=Message(N_("Choose the whole borough, or certain zones")),
        small=True,
    )
    zones = f.some_of(Message(N_("Which zones?")), hint=Message(N_("Only if you chose certain zones.")), small=True)
    team_smallest = f.whole_number(
        Message(N_("At least how many people come together?")), least=1, most=1000, required=False
    )
    team_largest = f.whole_number(
        Message(N_("At most how many people come together?")), least=1, most=1000, required=False
    )
    visit_minutes = f.amount(
        Message(N_("How long is a visit?")),
        Unit.MINUTES,
        hint=Message(N_("Hours and minutes, like 3 h")),
        required=False,
    )
    hosting_pence_at_most = f.amount(
        Message(N_("What would you pay the group for each visit, at most?")),
        Unit.PENCE,
        least=0,
        hint=Message(N_("For materials, heating or a leader's time. It is a cost, and counts under no measure.")),
        required=False,
        prefix="£",
    )
    dbs = f.one_of(
        Message(N_("Which check do the helpers have?")),
        DBS_LEVELS.items(),
        hint=Message(N_("Only the level is kept, never a certificate.")),
        required=False,
        small=True,
        no_optional=True,
    )
    insured = f.tick(Message(N_("We are insured for this")))
    needs_licence = f.tick(Message(N_("The group needs its own driver with the right licence")))
    needs_permit = f.tick(Message(N_("The group needs a permit to run the vehicle")))
    terms = f.long_words(
        Message(N_("Your terms for using it")),
        hint=Message(N_("What the group has to mind, like “leave the kitchen as you found it”.")),
        at_most=1000,
        required=False,
        rows=3,
    )
    with_counterpart = f.yes_no(
        Message(N_("Does a group take part?")),
        hint=Message(N_("If yes, it is matched with what groups need. If no, you do it in your own house.")),
        required=False,
        no_optional=True,
    )
    meets_people_at_risk = f.yes_no(
        Message(N_("Would your people meet adults at risk or children?")),
        hint=Message(N_("Then the council looks at it before it goes on offer.")),
        missing=Message(N_("Say whether your people would meet adults at risk or children")),
    )
    lot = f.one_of(
        Message(N_("Does it belong to a lot?")),
        hint=Message(N_("Leave it empty if it belongs to none in particular.")),
        widget="select",
        required=False,
    )
    framework = f.one_of(Message(N_("Under which framework?")), widget="select")
    basis = f.one_of(
        Message(N_("Why do you give it?")),
        [(str(basis), label) for basis, label in BASIS_LABELS.items()],
        hint=Message(N_("Only what is extra enters the figures of the five pillars.")),
        small=True,
        missing=Message(N_("Say why you give it")),
    )
    call_off = f.words(
        Message(N_("Which call-off?")),
        hint=Message(N_("Only for a term of a call-off.")),
        at_most=120,
        required=False,
    )
    owner_name = f.words(
        Message(N_("Who looks after this pledge?")),
        hint=Message(N_("Name one person. Groups see the name once something is agreed.")),
        at_most=120,
        required=False,
        no_optional=True,
        autocomplete="name",
    )
    not_charged_to_rate = f.tick(Message(N_("The cost is not charged to the hourly rate for care")))
    visits_covered = f.tick(Message(N_("Care visits are covered while our people do this")))
    version = f.version()


ORDER = (
    "title",
    "story",
    "subject",
    "item_type",
    "with_counterpart",
    "share",
    "amount",
    "baseline",
    "baseline_on",
    "smallest_useful",
    "first_day",
    "last_day",
    "thing",
    "weekdays",
    "every_weeks",
    "starts",
    "ends",
    "left_out",
    "at_once",
    "place_label",
    "postcode",
    "zone",
    "online",
    *FEATURE_FIELDS,
    "team_smallest",
    "team_largest",
    "visit_minutes",
    "hosting_pence_at_most",
    "dbs",
    "insured",
    "needs_licence",
    "needs_permit",
    "terms",
    "where",
    "zones",
    "meets_people_at_risk",
    "framework",
    "lot",
    "basis",
    "call_off",
    "owner_name",
    "not_charged_to_rate",
    "visits_covered",
    "version",
)
"""The order in which questions, and what is wrong with the answers, are shown."""
