"""The kinds of field a form has: marshmallow fields that know their label, hint and widget.

One schema serves page, API and import (house decision 6). Loading ends in a frozen dataclass: a schema
names it in `makes`. Unknown fields are refused. Text is checked for what no database takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from email_validator import EmailNotValidError, validate_email
from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from community_book.base.amounts import LARGEST, AmountProblem, Unit, read_amount, read_share
from community_book.base.messages import N_, Message
from community_book.base.sessions import ScheduleProblem, read_date, read_dates_list, read_time

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
Choice = tuple[str, Message | str] | tuple[str, Message | str, Message | str]
"""value, label and, if wanted, a hint."""


class Fault(ValidationError):
    """A field's problem as a Message, so that it can be said in the reader's language."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.says = message


class FormSchema(Schema):
    """A schema whose loading ends in `makes(**values)`."""

    makes: ClassVar[type[Any] | None] = None

    class Meta:
        unknown = RAISE

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        return self.makes(**values) if self.makes is not None else values


def _metadata(label: Message | str, hint: Message | str | None, widget: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "hint": hint, "widget": widget, **more}


def _settings(required: bool, missing: Any) -> dict[str, Any]:
    return {"required": True} if required else {"required": False, "load_default": missing}


class Words(fields.Field[str]):
    """Plain text: trimmed, of bounded length, without control or direction-changing characters."""

    def __init__(self, at_most: int, *, lines: bool, **options: Any) -> None:
        super().__init__(**options)
        self.at_most, self.lines = at_most, lines

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if not isinstance(value, str):
            raise Fault(Message(N_("Write this as text")))
        text = value.replace("\r\n", "\n").strip()
        if not self.lines:
            text = " ".join(text.split())
        if UNPRINTABLE.search(text):
            raise Fault(Message(N_("Take out the characters that cannot be shown, and write it as plain text")))
        if len(text) > self.at_most:
            raise Fault(
                Message(N_("Use %(most)s characters or fewer; this has %(has)s"), most=self.at_most, has=len(text))
            )
        return text


def words(
    label: Message | str,
    *,
    hint: Message | str | None = None,
    at_most: int = 100,
    required: bool = True,
    **more: Any,
) -> Words:
    """One line of text."""
    return Words(at_most, lines=False, metadata=_metadata(label, hint, "text", **more), **_settings(required, ""))


def long_words(
    label: Message | str,
    *,
    hint: Message | str | None = None,
    at_most: int = 2000,
    required: bool = True,
    rows: int = 5,
    **more: Any,
) -> Words:
    """Several lines of text, with a count of what is left."""
    return Words(
        at_most,
        lines=True,
        metadata=_metadata(label, hint, "textarea", rows=rows, at_most=at_most, **more),
        **_settings(required, ""),
    )


class Email(fields.Field[str]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        try:
            checked = validate_email(str(value).strip(), check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise Fault(Message(N_("Enter an email address in the right form, like name@example.com"))) from error
        return checked.normalized.lower()


def email(label: Message | str, *, hint: Message | str | None = None, required: bool = True, **more: Any) -> Email:
    """An email address, lower case."""
    more.setdefault("autocomplete", "email")
    return Email(metadata=_metadata(label, hint, "email", **more), **_settings(required, ""))


class WholeNumber(fields.Field[int]):
    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        text = str(value).strip().replace(",", "")
        if isinstance(value, (bool, float)) or not re.fullmatch(r"-?[0-9]{1,13}", text):
            raise Fault(Message(N_("Enter a whole number, like 12")))
        number = int(text)
        if not self.least <= number <= self.most:
            raise Fault(Message(N_("Enter a number from %(least)s to %(most)s"), least=self.least, most=self.most))
        return number


def whole_number(
    label: Message | str,
    *,
    least: int = 0,
    most: int = LARGEST,
    hint: Message | str | None = None,
    required: bool = True,
    **more: Any,
) -> WholeNumber:
    return WholeNumber(least, most, metadata=_metadata(label, hint, "number", **more), **_settings(required, None))


class Amount(fields.Field[int]):
    """An amount in a unit, typed as people write it or sent as a whole number. Set `unit` per schema instance."""

    def __init__(self, unit: Unit, *, least: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.unit, self.least = unit, least

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            number = value
            if not 0 <= number <= LARGEST:
                raise Fault(Message(N_("Enter an amount from 0 to %(most)s"), most=LARGEST))
        else:
            try:
                number = read_amount(self.unit, str(value))
            except AmountProblem as problem:
                raise Fault(problem.message) from problem
        if number < self.least:
            raise Fault(Message(N_("Enter more than nothing")))
        return number


def amount(
    label: Message | str,
    unit: Unit = Unit.ITEMS,
    *,
    least: int = 1,
    hint: Message | str | None = None,
    required: bool = True,
    **more: Any,
) -> Amount:
    return Amount(unit, least=least, metadata=_metadata(label, hint, "amount", **more), **_settings(required, None))


class Share(fields.Field[int]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000:
            return value
        try:
            return read_share(str(value))
        except AmountProblem as problem:
            raise Fault(problem.message) from problem


def share(label: Message | str, *, hint: Message | str | None = None, required: bool = True, **more: Any) -> Share:
    """A share typed as a percentage, kept in basis points (0 to 10,000)."""
    return Share(metadata=_metadata(label, hint, "share", **more), **_settings(required, None))


class ADate(fields.Field[date]):
    """A day: three parts from a form ({"day","month","year"}), or 2026-10-06 from API and import."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> date:
        if isinstance(value, date):
            return value
        if isinstance(value, Mapping):
            parts = [str(value.get(part, "")) for part in ("day", "month", "year")]
        else:
            found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", str(value).strip(), re.ASCII)
            if not found:
                raise Fault(Message(N_("Enter a date like 2026-10-06")))
            parts = [found[3], found[2], found[1]]
        try:
            return read_date(*parts)
        except ScheduleProblem as problem:
            raise Fault(problem.message) from problem


def a_date(label: Message | str, *, hint: Message | str | None = None, required: bool = True, **more: Any) -> ADate:
    return ADate(metadata=_metadata(label, hint, "date", **more), **_settings(required, None))


class Dates(fields.Field[frozenset[date]]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> frozenset[date]:
        try:
            return read_dates_list(str(value))
        except ScheduleProblem as problem:
            raise Fault(problem.message) from problem


def dates(label: Message | str, *, hint: Message | str | None = None, **more: Any) -> Dates:
    """Any number of days, separated by commas."""
    return Dates(metadata=_metadata(label, hint, "text", **more), **_settings(False, frozenset()))


class TimeOfDay(fields.Field[int]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1440:
            return value
        try:
            return read_time(str(value))
        except ScheduleProblem as problem:
            raise Fault(problem.message) from problem


def time_of_day(
    label: Message | str, *, hint: Message | str | None = None, required: bool = True, **more: Any
) -> TimeOfDay:
    """A time, kept as minutes since midnight."""
    return TimeOfDay(metadata=_metadata(label, hint, "time", **more), **_settings(required, None))


class OneOf(fields.Field[str]):
    """One of a list. `choices` from the database are handed to the schema instance before it loads."""

    def __init__(self, choices: Sequence[Choice], **options: Any) -> None:
        super().__init__(**options)
        self.choices = list(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        if str(value) not in {choice[0] for choice in self.choices}:
            raise Fault(Message(N_("Choose one of the answers shown")))
        return str(value)


def one_of(
    label: Message | str,
    choices: Iterable[Choice] = (),
    *,
    hint: Message | str | None = None,
    required: bool = True,
    widget: str = "radios",
    **more: Any,
) -> OneOf:
    """One answer: `widget` "radios" or, for long lists, "select"."""
    return OneOf(list(choices), metadata=_metadata(label, hint, widget, **more), **_settings(required, ""))


class SomeOf(fields.Field[list[str]]):
    def __init__(self, choices: Sequence[Choice], **options: Any) -> None:
        super().__init__(**options)
        self.choices = list(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> list[str]:
        given = [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]
        known = {choice[0] for choice in self.choices}
        if any(item not in known for item in given):
            raise Fault(Message(N_("Choose from the answers shown")))
        return list(dict.fromkeys(given))


def some_of(
    label: Message | str,
    choices: Iterable[Choice] = (),
    *,
    hint: Message | str | None = None,
    required: bool = False,
    **more: Any,
) -> SomeOf:
    """Any number of answers, as checkboxes."""
    settings = {"required": True} if required else {"required": False, "load_default": list}
    return SomeOf(list(choices), metadata=_metadata(label, hint, "checkboxes", **more), **settings)


class Tick(fields.Field[bool]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> bool:
        if value in (True, "yes", "on", "true", 1, "1"):
            return True
        if value in (False, "no", "false", 0, "0"):
            return False
        raise Fault(Message(N_("Tick this or leave it empty")))


def tick(label: Message | str, *, hint: Message | str | None = None, **more: Any) -> Tick:
    """One checkbox: ticked is True, left out is False."""
    return Tick(metadata=_metadata(label, hint, "tick", **more), **_settings(False, False))


def yes_no(label: Message | str, *, hint: Message | str | None = None, required: bool = True, **more: Any) -> OneOf:
    """A question answered yes or no; the value is "yes" or "no"."""
    return one_of(
        label,
        [("yes", Message(N_("Yes"))), ("no", Message(N_("No")))],
        hint=hint,
        required=required,
        inline=True,
        **more,
    )


def offer(schema: Schema, name: str, choices: Iterable[Choice]) -> None:
    """Hands a schema's instance the choices of one of its questions, where they come from the database."""
    field = schema.fields[name]
    if not isinstance(field, OneOf | SomeOf):
        raise TypeError(f"{name} is no question with choices")
    field.choices = list(choices)


def version() -> WholeNumber:
    """The hidden version of an edited row, so that a stale edit is refused."""
    return WholeNumber(1, 10**9, metadata=_metadata("", None, "hidden"), required=False, load_default=None)


def hidden(*, at_most: int = 100) -> Words:
    """A value the page hands back."""
    return Words(at_most, lines=False, metadata=_metadata("", None, "hidden"), required=False, load_default="")
