"""The forms of deliveries. Units and choices that depend on the promise are set on the schema before use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from community_book.base.amounts import HOW_TO_TYPE, Unit, say_amount
from community_book.base.messages import N_, Message
from community_book.base.sessions import Session, say_session
from community_book.web import fields as f
from cwb.commitments.rules import Hosting
from cwb.deliveries.rules import BASES, DECISION_LABELS, NewOwnReport, NewReport
from cwb.deliveries.views import SessionChoice, SessionLine, ToReport, ToReportOwn

AnyForm = TypeVar("AnyForm", bound=f.FormSchema)
WHAT_CHANGED = Message(N_("What changed because of it?"))
LATER = "later"
NOT_USED = "not_used"


def _words() -> dict[str, Any]:
    return {
        "what_happened": f.long_words(
            Message(N_("What happened?")),
            hint=Message(N_("A sentence or two. No names of people who were helped.")),
            at_most=1000,
            rows=3,
            required=False,
        ),
        "what_changed": f.long_words(
            WHAT_CHANGED,
            hint=Message(N_("For the group or the people in it. “The books are up to date” is enough.")),
            at_most=600,
            rows=2,
            required=False,
        ),
        "people_agreed": f.tick(
            Message(N_("Nobody can be recognised on these photographs, or everybody who can be has agreed")),
            hint=Message(N_("Children only with their school's or parent's consent. Nobody who cannot consent.")),
        ),
        "kept": f.some_of(Message(N_("Kept from before")), hint=Message(N_("Untick what is not to be sent."))),
    }


def choices_of(sessions: Sequence[SessionChoice] | Sequence[SessionLine]) -> list[f.Choice]:
    """Dates to tick, by id."""
    return [
        (str(one.id), say_session(Session(one.day, one.starts_minute, one.ends_minute, one.at_once)))
        for one in sessions
    ]


class ReportForm(f.FormSchema):
    """What happened on a promise: a day and an amount, or the dates that were used."""

    used = f.some_of(
        Message(N_("Which of these dates were used?")),
        hint=Message(N_("All are ticked. Take the tick away where it did not happen.")),
    )
    offered = f.hidden(at_most=6000)
    rest = f.one_of(
        Message(N_("Dates without a tick")),
        [
            (NOT_USED, Message(N_("were not used"))),
            (LATER, Message(N_("will be reported another time"))),
        ],
        required=False,
        small=True,
        no_optional=True,
    )
    happened_on = f.a_date(Message(N_("When was it?")), hint=Message(N_("The last day, if it was several.")))
    first_day = f.a_date(Message(N_("First day")), hint=Message(N_("Only if it was several days.")), required=False)
    amount = f.amount(Message(N_("How much was it?")))
    visits = f.whole_number(Message(N_("How many visits were that?")), least=0, most=1000, required=False)
    hosting_paid_pence = f.amount(
        Message(N_("What was paid to the group for its costs?")), Unit.PENCE, least=0, required=False, prefix="£"
    )
    what_happened = _words()["what_happened"]
    what_changed = _words()["what_changed"]
    people_agreed = _words()["people_agreed"]
    kept = _words()["kept"]
    version = f.version()


def report_form(promise: ToReport, sessions: Sequence[SessionChoice]) -> ReportForm:
    """The form of a promise: only what it can be asked."""
    schema = ReportForm()
    if promise.has_sessions:
        schema.fields["used"].choices = choices_of(sessions)  # type: ignore[attr-defined]
        gone = ["happened_on", "first_day", "amount"]
    else:
        gone = ["used", "offered", "rest"]
        _in_unit(schema, promise.unit)
        _reword(
            schema,
            "amount",
            hint=Message(
                N_("%(left)s of %(amount)s is left of what was agreed. %(how)s"),
                left=say_amount(promise.unit, promise.left),
                amount=say_amount(promise.unit, promise.amount),
                how=HOW_TO_TYPE[promise.unit],
            ),
        )
    if promise.hosting is Hosting.NONE:
        gone += ["visits", "hosting_paid_pence"]
    return _without(schema, gone)


def _in_unit(schema: Any, unit: Unit) -> None:
    schema.fields["amount"].unit = unit
    _reword(schema, "amount", hint=HOW_TO_TYPE[unit])


def _reword(schema: Any, name: str, **words: Any) -> None:
    """Other words for a field of this one form; the class keeps its own."""
    schema.fields[name].metadata = {**schema.fields[name].metadata, **words}


def _without(schema: AnyForm, names: Sequence[str]) -> AnyForm:
    """The schema without some of its fields."""
    for name in names:
        for kept in (schema.fields, schema.load_fields, schema.dump_fields):
            kept.pop(name, None)
    return schema


def report_of(typed: dict[str, Any]) -> NewReport:
    """What a filled form says."""
    ticked = tuple(int(key) for key in typed.get("used", ()))
    offered = tuple(int(key) for key in str(typed.get("offered", "")).split(",") if key.isascii() and key.isdigit())
    left = tuple(key for key in offered if key not in ticked) if typed.get("rest") != LATER else ()
    return NewReport(
        happened_on=typed.get("happened_on"),
        first_day=typed.get("first_day"),
        amount=typed.get("amount"),
        used=ticked,
        not_used=left,
        what_happened=typed["what_happened"],
        what_changed=typed["what_changed"],
        visits=typed.get("visits"),
        hosting_paid_pence=typed.get("hosting_paid_pence"),
        people_agreed=typed["people_agreed"],
    )


class OwnReportForm(f.FormSchema):
    """What a provider did in its own house: an amount over some days, or a level on a day."""

    happened_on = f.a_date(Message(N_("When was it?")), hint=Message(N_("The last day, if it was several.")))
    first_day = f.a_date(
        Message(N_("First day")), hint=Message(N_("Only if it was several days of one quarter.")), required=False
    )
    amount = f.amount(Message(N_("How much was it in all?")))
    level_part = f.whole_number(Message(N_("Of how many is it true?")), hint=Message(N_("Like 43")))
    level_whole = f.whole_number(Message(N_("Of how many in all?")), hint=Message(N_("Like 50")))
    share_basis_points = f.share(
        Message(N_("How much of it belongs to this contract?")),
        hint=Message(
            N_("Leave it empty unless you report the same thing under another contract or to another council as well.")
        ),
        required=False,
        suffix="%",
    )
    what_happened = _words()["what_happened"]
    what_changed = _words()["what_changed"]
    people_agreed = _words()["people_agreed"]
    kept = _words()["kept"]
    version = f.version()


def own_report_form(pledge: ToReportOwn) -> OwnReportForm:
    """The form of a pledge without a counterpart: an amount in its unit, or a level."""
    schema = OwnReportForm()
    if pledge.is_level:
        _reword(
            schema,
            "happened_on",
            label=Message(N_("On which day was this true?")),
            hint=Message(N_("The day your list was made.")),
        )
        return _without(schema, ["amount", "first_day", "share_basis_points"])
    _in_unit(schema, pledge.unit)
    if pledge.baseline:
        _reword(
            schema,
            "amount",
            hint=Message(
                N_("The whole amount, with what is usual: %(usual)s in twelve months. %(how)s"),
                usual=say_amount(pledge.unit, pledge.baseline),
                how=HOW_TO_TYPE[pledge.unit],
            ),
        )
    return _without(schema, ["level_part", "level_whole"])


def own_report_of(typed: dict[str, Any]) -> NewOwnReport:
    """What a filled form says."""
    return NewOwnReport(**{name: value for name, value in typed.items() if name not in {"version", "kept"}})


class PartForm(f.FormSchema):
    """How much of a report is right."""

    used = f.some_of(
        Message(N_("On which of these dates did it happen?")),
        hint=Message(N_("Take the tick away where it did not.")),
    )
    amount = f.amount(Message(N_("How much of it happened?")), required=False, no_optional=True)
    reason = f.long_words(
        Message(N_("What was different?")),
        hint=Message(N_("Both sides and the council read this.")),
        at_most=600,
        rows=2,
        required=False,
    )
    version = f.version()


class WhyForm(f.FormSchema):
    """A reason, where it may be left out."""

    reason = f.long_words(
        Message(N_("In a few words, why?")),
        hint=Message(N_("Both sides and the council read this.")),
        at_most=600,
        rows=3,
        required=False,
    )
    version = f.version()


class ReasonForm(f.FormSchema):
    """A reason both sides will read."""

    reason = f.long_words(
        Message(N_("Why?")), hint=Message(N_("Both sides and the council read this.")), at_most=1000, rows=4
    )
    version = f.version()


def reason_form(label: Message) -> ReasonForm:
    """The same under another question, so that what is missing is named by it."""
    schema = ReasonForm()
    _reword(schema, "reason", label=label)
    return schema


class LeftEarlyForm(f.FormSchema):
    """How many left before the qualifying time was over."""

    amount = f.amount(Message(N_("How many left early?")), Unit.PEOPLE)
    reason = f.long_words(
        Message(N_("What happened?")),
        hint=Message(N_("No names. “Found other work in week nine” is enough.")),
        at_most=600,
        rows=2,
        required=False,
    )
    version = f.version()


class FilesForm(f.FormSchema):
    """Files for a report that was made already."""

    people_agreed = _words()["people_agreed"]
    kept = _words()["kept"]
    version = f.version()


class DecisionForm(f.FormSchema):
    """The council's decision: how much, on what basis, why."""

    act = f.one_of(
        Message(N_("What do you decide?")),
        [
            ("verify", DECISION_LABELS["verify"], Message(N_("All that is reported now counts as verified"))),
            ("verify_in_part", DECISION_LABELS["verify_in_part"], Message(N_("Only the part you name counts"))),
            ("reject", DECISION_LABELS["reject"], Message(N_("None of it counts; the provider can appeal once"))),
        ],
    )
    used = f.some_of(
        Message(N_("Only in part: the dates that count")),
        hint=Message(N_("Take the tick away from the others.")),
        small=True,
    )
    amount = f.amount(
        Message(N_("Only in part: how much counts?")), required=False, no_optional=True, width="govuk-input--width-10"
    )
    basis = f.one_of(Message(N_("What does it rest on?")), list(BASES.items()), small=True)
    reason = f.long_words(
        Message(N_("Why?")),
        hint=Message(N_("A sentence both sides will read. In full it may stay empty: what it rests on is the reason.")),
        at_most=1000,
        rows=3,
        required=False,
        no_optional=True,
    )
    version = f.version()


APPEAL_CHOICES: list[f.Choice] = [
    ("verify", DECISION_LABELS["verify"], Message(N_("All that stood before the first decision counts"))),
    ("verify_in_part", DECISION_LABELS["verify_in_part"], Message(N_("Only the part you name counts"))),
    ("reject", DECISION_LABELS["reject"], Message(N_("None of it counts, and that is final"))),
]
"""What can be decided about an appeal."""


def part_fields(schema: AnyForm, unit: Unit, sessions: Sequence[SessionLine]) -> AnyForm:
    """A form that asks for a part: by dates where the report has several, by amount otherwise."""
    if len(sessions) > 1:
        schema.fields["used"].choices = choices_of(sessions)  # type: ignore[attr-defined]
        return _without(schema, ["amount"])
    _in_unit(schema, unit)
    return _without(schema, ["used"])
