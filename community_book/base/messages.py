"""Sentences a person reads, kept as an English template and values until they are shown.

Below `web` nothing is translated: a `Message` travels to the page, the mail or the log and is put
into the reader's language there (house decision 7).
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
        return {
            "t": self.template,
            "v": {k: v.as_json() if isinstance(v, Message) else v for k, v in self.values.items()},
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Message:
        values = {
            name: cls.from_json(value) if isinstance(value, dict) and set(value) == {"t", "v"} else value
            for name, value in stored["v"].items()
        }
        return cls(stored["t"], **values)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field (or, with an empty name, with the whole), and what to do."""

    field: str
    message: Message
