"""Puts messages, amounts, days and moments into the reader's language (house decision 7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, has_request_context
from flask_babel import Babel, force_locale, format_date, get_locale, gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from community_book.base.amounts import Unit, say_amount, say_share
from community_book.base.clock import LONDON
from community_book.base.messages import Message

LANGUAGES = ("en",)


def install(app: Flask) -> None:
    """Adds Babel and the filters every template may use."""
    Babel(app, default_locale="en", default_timezone="Europe/London", locale_selector=_reader_language)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.globals.update(_=_told, gettext=_told, ngettext=_told_of_many)
    app.jinja_env.filters.update(say=say, day=day, short_day=short_day, moment=moment, amount=amount, share=share)


@pass_eval_context
def _told(context: EvalContext, template: str, /, **values: Any) -> str:
    """A text of a template in the reader's language, with its values, escaped where the template escapes."""
    text = gettext(template)
    if context.autoescape:
        text = Markup(text)  # noqa: S704 - words of ours; the values are escaped as they are put in
    return text % {name: _value(value) for name, value in values.items()}


@pass_eval_context
def _told_of_many(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    return _told(context, one if number == 1 else many, num=number, **values)


def _reader_language() -> str:
    from community_book.web.access import actor

    return actor().language if has_request_context() else "en"


def say(message: Message | str | None) -> str:
    """A message in the reader's language; plain text is handed through."""
    if message is None:
        return ""
    if isinstance(message, str):
        return message
    template = gettext(message.template) if message.template else ""
    if not message.values:
        return template.replace("%%", "%")
    return template % {name: _value(value) for name, value in message.values.items()}


def say_in(language: str, message: Message) -> str:
    """A message in a given language: for mail, which the worker writes outside a request."""
    with force_locale(language):
        return say(message)


def _value(value: Any) -> Any:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return short_day(value)
    if type(value) is int:
        return f"{value:,}"  # how many of something; years and codes are handed over as texts
    return value


def day(value: date | None) -> str:
    """Tuesday 6 October 2026."""
    return format_date(value, "EEEE d MMMM y") if value else ""


def short_day(value: date | None) -> str:
    """6 October 2026."""
    return format_date(value, "d MMMM y") if value else ""


def moment(value: datetime | None) -> str:
    """6 October 2026, 14:05, in England's time."""
    if value is None:
        return ""
    here = value.astimezone(LONDON)
    return f"{short_day(here.date())}, {here:%H:%M}"


def amount(value: int | None, unit: str | Unit) -> str:
    """12 h 30 min, £1,250, 3 places; an empty string for None."""
    return "" if value is None else say(say_amount(Unit(unit), value))


def share(basis_points: int | None) -> str:
    """76%."""
    return "" if basis_points is None else say(say_share(basis_points))


def language() -> str:
    return str(get_locale() or "en")
