"""Reading what a form sent and showing it again with what is wrong (house decision 6).

A page makes a `Form` from a schema, asks `form.read()` on POST, acts inside `form.acting()`, and shows
`form` otherwise: the raw text that was typed is kept, and each problem is tied to its field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from markupsafe import Markup
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.wrappers import Response

from community_book.base.amounts import say_amount, say_share
from community_book.base.errors import Refused
from community_book.base.messages import N_, Message, Problem
from community_book.web import fields as f
from community_book.web.coming_back import typed_before
from community_book.web.form_keys import new_form_key
from community_book.web.words import say

OUR_OWN = {"_token", "_key", "_act"}
DATE_PARTS = ("day", "month", "year")


def gathered(schema: Schema, sent: MultiDict[str, str]) -> dict[str, Any]:
    """A form's fields as plain values: token and key dropped, date parts joined, lists collected, '' missing."""
    values: dict[str, Any] = {}
    for name in sent:
        if name in OUR_OWN:
            continue
        stem, _, part = name.rpartition("-")
        if part in DATE_PARTS and isinstance(schema.fields.get(stem), f.ADate):
            if sent[name].strip():
                values.setdefault(stem, {})[part] = sent[name]
        elif isinstance(schema.fields.get(name), f.SomeOf):
            chosen = [item for item in sent.getlist(name) if item]
            if chosen:
                values[name] = chosen
        elif sent[name].strip() or name not in schema.fields:
            values[name] = sent[name]
    return values


def _missing(field: Any) -> Message:
    label = say(field.metadata.get("label", "")).rstrip("?")
    widget = field.metadata.get("widget")
    if said := field.metadata.get("missing"):
        return said if isinstance(said, Message) else Message(said)
    if widget in {"radios", "select", "checkboxes"}:
        return Message(N_("Choose an answer to “%(label)s”"), label=label)
    return Message(N_("Fill in “%(label)s”"), label=label)


def load(schema: Schema, values: Mapping[str, Any]) -> Any:
    """Loads plain values into what the schema makes. Raises Refused with a Problem for each field."""
    try:
        return schema.load(dict(values))
    except ValidationError as error:
        raise Refused(*_problems(schema, error)) from error


def _problems(schema: Schema, error: ValidationError) -> list[Problem]:
    if isinstance(error, f.Fault):
        return [Problem("", error.says)]
    problems = []
    told: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    for name, said in told.items():
        field = schema.fields.get(name)
        if name == "_schema":
            problems += [Problem("", Message("%(text)s", text=text)) for text in said]
        elif field is None:
            problems.append(Problem("", Message(N_("“%(name)s” is not asked for here"), name=name[:40])))
        elif "Missing data for required field." in said or "Field may not be null." in said:
            problems.append(Problem(name, _missing(field)))
        else:
            text = said[0] if isinstance(said, list) else str(said)
            problems.append(Problem(name, Message("%(text)s", text=text)))
    order = {name: place for place, name in enumerate(schema.fields)}
    return sorted(problems, key=lambda problem: order.get(problem.field, -1))


def read(schema: Schema, sent: MultiDict[str, str]) -> Any:
    """What the form sent, as what the schema makes. Raises Refused."""
    return load(schema, gathered(schema, sent))


@dataclass(frozen=True)
class Shown:
    """One field ready for its template."""

    name: str
    id: str
    label: str
    hint: str
    error: str
    widget: str
    value: Any
    items: Sequence[Mapping[str, Any]]
    metadata: Mapping[str, Any]
    required: bool


class Form:
    """A form on a page: its schema, what was typed or stands now, and its problems."""

    def __init__(self, schema: Schema, *, values: Any = None) -> None:
        self.schema = schema
        self.problems: list[Problem] = []
        self.key = new_form_key()
        self._values: Mapping[str, Any] = (
            {} if values is None else vars(values) if is_dataclass(values) else dict(values)
        )
        self._sent = request.form if self.sent else typed_before()

    @property
    def sent(self) -> bool:
        return request.method == "POST"

    @property
    def status(self) -> int:
        """200, or 422 when something is wrong."""
        return 422 if self.problems else 200

    def read(self) -> Any | None:
        """What the schema makes of the POST, or None with `problems` filled."""
        try:
            return read(self.schema, request.form)
        except Refused as refused:
            self.refuse(refused)
            return None

    def refuse(self, refused: Refused) -> None:
        """Takes over the problems of an act that refused."""
        self.problems += refused.problems

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Runs an act; its refusal becomes problems of this form. Check `form.problems` or return inside."""
        try:
            yield
        except Refused as refused:
            self.refuse(refused)

    def error_of(self, name: str) -> str:
        return next((say(problem.message) for problem in self.problems if problem.field == name), "")

    def show(self, name: str) -> Shown:
        """A field with its label, its typed or present value, and its error."""
        field = self.schema.fields[name]
        metadata = field.metadata
        value = self._present(name, field) if self._sent is None else self._typed(name, field, self._sent)
        chosen = value if isinstance(value, list) else [value]
        items = [
            {
                "value": choice[0],
                "text": say(choice[1]),
                "hint": {"text": say(choice[2])} if len(choice) > 2 else None,
                "checked": choice[0] in chosen,
                "selected": choice[0] in chosen,
            }
            for choice in getattr(field, "choices", ())
        ]
        return Shown(
            name=name,
            id=f"{name}-day" if metadata.get("widget") == "date" else name,
            label=say(metadata.get("label")),
            hint=say(metadata.get("hint")),
            error=self.error_of(name),
            widget=str(metadata.get("widget", "text")),
            value=value,
            items=items,
            metadata=metadata,
            required=field.required,
        )

    def _typed(self, name: str, field: Any, sent: MultiDict[str, str]) -> Any:
        if isinstance(field, f.ADate):
            return {part: sent.get(f"{name}-{part}", "") for part in DATE_PARTS}
        if isinstance(field, f.SomeOf):
            return sent.getlist(name)
        if isinstance(field, f.Tick):
            return name in sent
        return sent.get(name, "")

    def _present(self, name: str, field: Any) -> Any:
        value = self._values.get(name)
        if isinstance(field, f.ADate):
            if not isinstance(value, date):
                return dict.fromkeys(DATE_PARTS, "")
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        if isinstance(field, f.SomeOf):
            return list(value or [])
        if isinstance(field, f.Tick):
            return bool(value)
        if value is None:
            return ""
        if isinstance(field, f.Amount) and isinstance(value, int):
            return str(say_amount(field.unit, value)).removeprefix("£")
        if isinstance(field, f.Share) and isinstance(value, int):
            return str(say_share(value)).removesuffix("%")
        if isinstance(field, f.TimeOfDay) and isinstance(value, int):
            return f"{value // 60}:{value % 60:02d}"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, frozenset):
            return ", ".join(f"{d.day}/{d.month}/{d.year}" for d in sorted(value))
        return str(value)

    @property
    def summary(self) -> list[dict[str, str]]:
        """The error summary's items, each linking to its field."""
        return [{"text": say(problem.message), "href": f"#{self._id(problem.field)}"} for problem in self.problems]

    def _id(self, name: str) -> str:
        if name not in self.schema.fields:
            return name or "main-content"
        return self.show(name).id


def files(name: str = "files") -> list[FileStorage]:
    """The files sent under a name, without the empty ones browsers send."""
    return [file for file in request.files.getlist(name) if file.filename]


def page(template: str, form: Form, **context: Any) -> tuple[str, int]:
    """A page with a form, answered 200 or 422."""
    return render_template(template, form=form, **context), form.status


def done(address: str, message: Message) -> Response:
    """The answer after an act: the sentence is shown on the page that follows."""
    flash(say(message), "success")
    return redirect(address, 303)


def safe_next(typed: str | None, otherwise: str) -> str:
    """Where to go after signing in: only a path of this site that a route knows; never another host."""
    from flask import current_app
    from werkzeug.exceptions import HTTPException

    if not typed or not typed.startswith("/") or len(typed) > 2000 or not typed.isascii():
        return otherwise
    if typed.startswith("//") or any(ord(letter) < 33 or letter in '\\"<>' for letter in typed):
        return otherwise
    path, _, query = typed.partition("?")
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except HTTPException:
        return otherwise
    return f"{path}?{query}" if query else path


def panels(slot: str, subject: Mapping[str, Any]) -> Markup:
    """Everything the registers put into a page's slot, rendered in order."""
    from community_book.base import registers
    from community_book.web.access import actor
    from community_book.web.database import reading

    shown = [panel(reading(), actor(), subject) for panel in registers.panels_of(slot)]
    return Markup("").join(Markup(render_template(view[0], **view[1])) for view in shown if view is not None)  # noqa: S704
