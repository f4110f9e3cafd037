"""Forms about commitments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from community_book.base.amounts import Unit
from community_book.base.messages import N_, Message
from community_book.web import fields as f
from cwb.commitments.rules import DECLINE_REASONS, END_REASONS, HOSTING_LABELS


@dataclass(frozen=True)
class Typed:
    """An offer, a request or a proposal as typed."""

    amount: int | None = None
    sessions: tuple[str, ...] = ()
    words: str = ""
    hosting: str = ""
    hosting_pence_a_visit: int | None = None
    people: int | None = None
    keeps_terms: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "sessions", tuple(self.sessions))


class BeginForm(f.FormSchema):
    """Offering, asking or proposing. Which questions are shown depends on the pair."""

    makes = Typed
    amount = f.amount(Message(N_("How much?")), required=False, no_optional=True)
    sessions = f.some_of(Message(N_("Which dates?")), small=True)
    people = f.whole_number(
        Message(N_("How many people come at a time?")), least=1, most=1000, required=False, no_optional=True
    )
    hosting = f.one_of(
        Message(N_("What of the cost of a visit is paid?")),
        [(str(key), label) for key, label in HOSTING_LABELS.items()],
        required=False,
        no_optional=True,
    )
    hosting_pence_a_visit = f.amount(
        Message(N_("If part of it: how much a visit?")), Unit.PENCE, required=False, prefix="£"
    )
    keeps_terms = f.tick("")
    words = f.long_words(
        Message(N_("A few words to the other side")),
        hint=Message(N_("For example who would come, and what you would like to know.")),
        at_most=1000,
        required=False,
        rows=4,
    )


@dataclass(frozen=True)
class Condition:
    condition: str
    by_day: date
    version: int | None = None


class ConditionForm(f.FormSchema):
    makes = Condition
    condition = f.long_words(
        Message(N_("What has to happen first?")),
        hint=Message(N_("For example “if we raise the other half of the money”.")),
        at_most=500,
        rows=3,
    )
    by_day = f.a_date(Message(N_("By when?")), hint=Message(N_("After that day it lapses if you have not said yes.")))
    version = f.version()


@dataclass(frozen=True)
class Committee:
    by_day: date
    words: str = ""
    version: int | None = None


class CommitteeForm(f.FormSchema):
    makes = Committee
    by_day = f.a_date(Message(N_("By when will your committee have met?")))
    words = f.words(Message(N_("Anything the other side should know")), at_most=200, required=False)
    version = f.version()


@dataclass(frozen=True)
class Declined:
    reason_code: str
    reason: str = ""
    version: int | None = None


class DeclineForm(f.FormSchema):
    makes = Declined
    reason_code = f.one_of(Message(N_("Why?")), list(DECLINE_REASONS.items()), small=True)
    reason = f.long_words(
        Message(N_("In your own words")),
        hint=Message(N_("The other side reads this.")),
        at_most=500,
        required=False,
        rows=3,
    )
    version = f.version()


class StopForm(f.FormSchema):
    makes = Declined
    reason_code = f.one_of(Message(N_("Why?")), list(END_REASONS.items()), small=True)
    reason = f.long_words(
        Message(N_("In your own words")),
        hint=Message(N_("The other side reads this.")),
        at_most=500,
        required=False,
        rows=3,
    )
    version = f.version()


@dataclass(frozen=True)
class Why:
    reason: str = ""
    version: int | None = None


class CallOffForm(f.FormSchema):
    makes = Why
    reason = f.long_words(Message(N_("Why?")), hint=Message(N_("The other side reads this.")), at_most=500, rows=3)
    version = f.version()


class HoldForm(f.FormSchema):
    makes = Why
    reason = f.long_words(
        Message(N_("Why?")),
        hint=Message(N_("Only officers read this. The two sides see “on hold” and no reason.")),
        at_most=500,
        rows=3,
    )
    version = f.version()


@dataclass(frozen=True)
class TypedChange:
    """A change as typed; `what` comes from the page."""

    why: str = ""
    amount: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    day: date | None = None
    starts_minute: int | None = None
    version: int | None = None


def _why() -> f.Words:
    return f.long_words(Message(N_("Why?")), at_most=500, required=False, rows=3)


class AmountChange(f.FormSchema):
    makes = TypedChange
    amount = f.amount(Message(N_("How much should it be in all?")))
    why = _why()
    version = f.version()


class DatesChange(f.FormSchema):
    makes = TypedChange
    first_day = f.a_date(Message(N_("First day")))
    last_day = f.a_date(Message(N_("Last day")))
    why = _why()
    version = f.version()


class MoveChange(f.FormSchema):
    makes = TypedChange
    day = f.a_date(Message(N_("To which day?")), hint=Message(N_("It can be a day other than the usual ones.")))
    starts_minute = f.time_of_day(
        Message(N_("From what time?")),
        hint=Message(N_("It lasts as long as before. Leave this as it is to keep the time.")),
    )
    why = _why()
    version = f.version()


class DropChange(f.FormSchema):
    makes = TypedChange
    why = _why()
    version = f.version()


CHANGE_FORMS: dict[str, type[f.FormSchema]] = {
    "amount": AmountChange,
    "dates": DatesChange,
    "move": MoveChange,
    "drop": DropChange,
}


@dataclass(frozen=True)
class Text:
    text: str


class MessageForm(f.FormSchema):
    makes = Text
    text = f.long_words(Message(N_("Write to the other side")), at_most=2000, rows=4)


class NoteForm(f.FormSchema):
    makes = Text
    text = f.long_words(
        Message(N_("What did not happen?")),
        hint=Message(N_("For example “nobody came, and nobody rang”.")),
        at_most=500,
        required=False,
        no_optional=True,
        rows=3,
    )
