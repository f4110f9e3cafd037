"""The form of a need, asked as its kind wants it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import post_load, pre_load

from community_book.base.amounts import KIND_UNITS, KINDS_WITH_SESSIONS, Kind, Unit
from community_book.base.messages import N_, Message
from community_book.base.sessions import WEEKDAYS_EACH
from community_book.base.terms import (
    DBS_LEVELS,
    FEATURES,
    ITEM_TYPES,
    KINDS_ONLINE,
    NOT_WANTED,
    NOT_WANTED_OF,
    SUBJECTS,
)
from community_book.needs.rules import (
    KINDS_WITH_CHECK,
    KINDS_WITH_HOSTING,
    KINDS_WITH_INSURANCE,
    KINDS_WITH_SMALLEST,
    KINDS_WITH_TEAM,
    KINDS_WITH_TERMS,
    KINDS_WITH_TIMES,
    NewNeed,
    NewPart,
)
from community_book.needs.schemas.wording import (
    AMOUNT_HINTS,
    AMOUNT_LABELS,
    AT_ONCE_LABELS,
    FEATURE_QUESTIONS,
    TITLE_HINTS,
)
from community_book.places.schemas import place_fields
from community_book.web import fields as f

ANY_TIME, WEEKLY, DATES = "any", "weekly", "dates"
_ABOUT = re.compile(r"^\s*(?:about|approximately|approx\.?|around|roughly|circa|ca?\.|~)", re.IGNORECASE)


def _count(key: str) -> f.WholeNumber:
    return f.whole_number(FEATURE_QUESTIONS[key], least=1, most=100_000, required=False)


class NeedForm(f.FormSchema):
    """A need of one kind. Questions that do not fit the kind are neither asked nor accepted.

    Loads to a `NewNeed`; gaps are allowed here, because a draft may have them: `rules.check_new` asks for them.
    """

    title = f.words(
        Message(N_("What do you need, in a few words?")),
        at_most=100,
        required=False,
        no_optional=True,
    )
    story = f.long_words(
        Message(N_("Tell people a little more")),
        hint=Message(
            N_("What is it for, and who is it good for? Everybody can read this, so leave out people's names.")
        ),
        at_most=2000,
        required=False,
        no_optional=True,
    )
    item_type = f.one_of(
        Message(N_("What kind of thing?")), ITEM_TYPES.items(), required=False, small=True, no_optional=True
    )
    subject = f.one_of(
        Message(N_("What is the advice about?")), SUBJECTS.items(), required=False, small=True, no_optional=True
    )
    amount = f.amount(Message(N_("How much?")), required=False, no_optional=True)
    not_sure = f.tick(Message(N_("We are not sure how much")))
    is_about = f.tick("")
    smallest_useful = f.amount(
        Message(N_("What is the least that would help?")),
        required=False,
        hint=Message(N_("Leave it empty if every bit helps.")),
    )
    how = f.one_of(Message(N_("Which days and times?")), required=False, no_optional=True)
    weekdays = f.some_of(
        Message(N_("Which days of the week?")),
        [(str(number), day) for number, day in enumerate(WEEKDAYS_EACH)],
        small=True,
    )
    every_weeks = f.one_of(
        Message(N_("How often?")),
        [
            ("1", Message(N_("Every week"))),
            ("2", Message(N_("Every second week"))),
            ("3", Message(N_("Every third week"))),
            ("4", Message(N_("Every fourth week"))),
        ],
        required=False,
        widget="select",
        no_optional=True,
    )
    left_out = f.dates(
        Message(N_("Dates to leave out")),
        hint=Message(N_("For example: 27/10/2026, 29/12/2026")),
    )
    single_days = f.dates(
        Message(N_("Which dates?")),
        hint=Message(N_("With commas between them, for example: 6/10/2026, 20/10/2026")),
        no_optional=True,
    )
    starts = f.time_of_day(
        Message(N_("From what time?")), hint=Message(N_("Like 9:30 or 2pm")), required=False, no_optional=True
    )
    ends = f.time_of_day(Message(N_("Until what time?")), required=False, no_optional=True)
    at_once = f.whole_number(Message(N_("How many at once?")), least=1, most=1000, required=False)
    first_day = f.a_date(Message(N_("First day")), required=False, no_optional=True)
    last_day = f.a_date(
        Message(N_("Last day")), hint=Message(N_("At most two years from now")), required=False, no_optional=True
    )
    where = f.one_of(Message(N_("Where is it needed?")), required=False, no_optional=True)
    postcode = place_fields()["postcode"]
    zone = place_fields()["zone"]
    confidential = place_fields()["confidential"]
    team_smallest = f.whole_number(
        Message(N_("How many helpers at a time, at least?")), least=1, most=1000, required=False
    )
    team_largest = f.whole_number(Message(N_("And at most?")), least=1, most=1000, required=False)
    visit_minutes = f.amount(
        Message(N_("How long does one visit last?")),
        Unit.MINUTES,
        hint=Message(N_("For example: 3 h")),
        required=False,
    )
    hosting_cost_pence = f.amount(
        Message(N_("What does one visit cost your group?")),
        Unit.PENCE,
        hint=Message(N_("For example for paint, tea or somebody to show the work. Helpers can offer to pay it.")),
        required=False,
        prefix="£",
    )
    dbs = f.one_of(
        Message(N_("Which background check (DBS) does the task need?")),
        [(key, label) for key, label in DBS_LEVELS.items()],
        hint=Message(N_("Most tasks beside your own people need none.")),
        required=False,
        small=True,
        no_optional=True,
    )
    insurance = f.tick(Message(N_("Helpers must bring their own insurance")))
    has_licence = f.tick(Message(N_("Without a driver: we have a driver with the right licence")))
    has_permit = f.tick(Message(N_("Without a driver: we have a permit to carry passengers")))
    not_wanted = f.some_of(
        Message(N_("Is there help that would not help you?")),
        hint=Message(N_("Such an offer is stopped before it is sent.")),
        small=True,
    )
    terms = f.long_words(
        Message(N_("House rules, or anything else that would not help?")),
        hint=Message(N_("For example: no nuts in the kitchen; mornings only; nobody alone with the children")),
        at_most=500,
        required=False,
        rows=3,
    )
    none_of_these = f.tick(Message(N_("Our need is none of these")))
    version = f.version()
    feature_seats = _count("seats")
    feature_wheelchair_places = _count("wheelchair_places")
    feature_driver = f.tick(FEATURE_QUESTIONS["driver"])
    feature_capacity = _count("capacity")
    feature_step_free = f.tick(FEATURE_QUESTIONS["step_free"])
    feature_kitchen = f.tick(FEATURE_QUESTIONS["kitchen"])

    def __init__(self, kind: Kind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        for name in _not_asked(kind):
            for held in (self.fields, self.load_fields, self.dump_fields, self.declared_fields):
                held.pop(name, None)
        unit = KIND_UNITS[kind] or Unit.ITEMS
        for name in ("amount", "smallest_useful"):
            if name in self.fields:
                self._amount(name).unit = unit
                if unit is Unit.PENCE:
                    self._word(name, prefix="£")
        self._word("title", hint=TITLE_HINTS.get(kind))
        self._word("amount", label=AMOUNT_LABELS.get(kind), hint=AMOUNT_HINTS.get(kind))
        self._word("at_once", label=AT_ONCE_LABELS.get(kind))
        self._choices("how", _ways(kind))
        self._choices("where", _places(kind))
        self._choices("not_wanted", [(key, NOT_WANTED[key]) for key in NOT_WANTED_OF.get(kind, ())])

    def _amount(self, name: str) -> f.Amount:
        found = self.fields[name]
        assert isinstance(found, f.Amount)  # noqa: S101  (declared so above)
        return found

    def _word(self, name: str, **said: Message | str | None) -> None:
        if name in self.fields:
            field = self.fields[name]
            field.metadata = {**field.metadata, **{key: value for key, value in said.items() if value is not None}}

    def _choices(self, name: str, choices: list[f.Choice]) -> None:
        found = self.fields.get(name)
        if isinstance(found, f.OneOf | f.SomeOf):
            found.choices = choices

    @pre_load
    def note_about(self, sent: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """Keeps that an amount was typed as "about 12 h"; the amount itself is 12 h."""
        values = dict(sent)
        if "is_about" in self.fields and _ABOUT.match(str(values.get("amount", ""))):
            values["is_about"] = "yes"
        return values

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        return NewNeed(kind=self.kind, **as_said(values))


def as_said(values: dict[str, Any]) -> dict[str, Any]:
    """What was typed as the fields of a part (and, of a need's form, of its card)."""
    features = {
        name.removeprefix("feature_"): value for name, value in values.items() if name.startswith("feature_") and value
    }
    said = {name: value for name, value in values.items() if not name.startswith("feature_")}
    if said.get("how") == ANY_TIME:
        said["how"] = ""
    said["not_wanted"] = frozenset(said.get("not_wanted", ()))
    if "weekdays" in said:
        said["weekdays"] = frozenset(int(day) for day in said["weekdays"])
    if "every_weeks" in said:
        said["every_weeks"] = int(said["every_weeks"] or 1)
    said["where"] = said.get("where") or "ours"
    if said["where"] != "other":
        said.update(postcode="", zone=(), confidential=False)
    if not said.get("how"):
        for name in ("weekdays", "every_weeks", "left_out", "single_days", "starts", "ends", "at_once"):
            said.pop(name, None)
    else:
        for name in ("amount", "not_sure", "is_about", "smallest_useful"):
            said.pop(name, None)
    return {**said, "features": features}


def _ways(kind: Kind) -> list[f.Choice]:
    weekly: list[f.Choice] = [
        (WEEKLY, Message(N_("Regularly, on certain days of the week"))),
        (DATES, Message(N_("On certain dates"))),
    ]
    if kind in KINDS_WITH_SESSIONS:
        return weekly
    return [(ANY_TIME, Message(N_("Any time between the first and the last day"))), *weekly]


def _places(kind: Kind) -> list[f.Choice]:
    places: list[f.Choice] = [
        ("ours", Message(N_("At our own place"))),
        ("other", Message(N_("Somewhere else"))),
    ]
    if kind in KINDS_ONLINE:
        places.append(("online", Message(N_("Online"))))
    return places


def _not_asked(kind: Kind) -> set[str]:
    """Names of the questions that do not fit a kind."""
    out: set[str] = set()
    if kind is not Kind.GOODS:
        out.add("item_type")
    if kind is not Kind.ADVICE:
        out.add("subject")
    if kind in KINDS_WITH_SESSIONS:
        out |= {"amount", "not_sure", "is_about"}
    if kind not in KINDS_WITH_SMALLEST:
        out.add("smallest_useful")
    if kind not in KINDS_WITH_TIMES:
        out |= {"how", "weekdays", "every_weeks", "left_out", "single_days", "starts", "ends"}
    if kind not in AT_ONCE_LABELS:
        out.add("at_once")
    if kind not in KINDS_WITH_TEAM:
        out |= {"team_smallest", "team_largest", "visit_minutes"}
    if kind not in KINDS_WITH_HOSTING:
        out.add("hosting_cost_pence")
    if kind not in KINDS_WITH_CHECK:
        out.add("dbs")
    if kind not in KINDS_WITH_INSURANCE:
        out.add("insurance")
    if kind not in KINDS_WITH_TERMS:
        out.add("terms")
    if kind not in NOT_WANTED_OF:
        out.add("not_wanted")
    if kind is not Kind.VEHICLE:
        out |= {"has_licence", "has_permit"}
    asked = {feature.key for feature in FEATURES.get(kind, ())}
    out |= {f"feature_{key}" for key in FEATURE_QUESTIONS if key not in asked}
    return out


def form_values(written: NewPart, picked_zones: tuple[str, ...] = ()) -> dict[str, Any]:
    """What stands in the form of a need that was written before; amounts typed as "about" keep the word."""
    values = dict(vars(written))
    values |= {f"feature_{key}": value for key, value in written.features.items()}
    values["how"] = written.how or ANY_TIME
    values["weekdays"] = [str(day) for day in sorted(written.weekdays)]
    values["every_weeks"] = str(written.every_weeks or 1)
    values["not_wanted"] = sorted(written.not_wanted)
    values["zone"] = list(picked_zones)
    values["dbs"] = written.dbs or "none"
    return values
