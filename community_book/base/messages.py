"""Sentences a person reads, kept as an English template and values until they are shown.

Below `web` nothing is translated: a `Message` travels to the page, the mail or the log and is put
into the reader's language there (house decision 7).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


def N_(template: str) -> str:
    """Marks an English template for the translators' catalogue; returns it unchanged."""
    return template


@dataclass(frozen=True, init=False)
class Message:
    """An English template with %(name)s places, and the values for them."""

    template: str
    values: dict[str, Any] = field(default_factory=dict)

    def __init__(self, template: str, /, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        """The English sentence; values that are Messages are put in as English too."""
        if not self.values:
            return self.template.replace("%%", "%")
        return self.template % {name: str(value) for name, value in self.values.items()}

    def __hash__(self) -> int:
        return hash(str(self))

    def as_json(self) -> dict[str, Any]:
        """Plain values for storing in an outbox row or a notice; the way back is `from_json`."""
        return {"t": self.template, "v": {name: _stored(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Message:
        return cls(stored["t"], **{name: _read(value) for name, value in stored["v"].items()})


def _stored(value: Any) -> Any:
    """A value as JSON can hold it: messages, moments and days are marked as what they are."""
    if isinstance(value, Message):
        return value.as_json()
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return datetime.fromisoformat(value["moment"])
    return date.fromisoformat(value["day"]) if "day" in value else Message.from_json(value)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field (or, with an empty name, with the whole), and what to do."""

    field: str
    message: Message
