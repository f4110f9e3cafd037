"""Looks into a JSON object of unknown make and writes down what is not as it must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from community_book.base.messages import N_, Message
from cwb.frameworks.rules.spreadsheet import UNPRINTABLE

ITEMS_AT_MOST = 5_000


class Look:
    """Reads typed values from objects; `wrong` gathers what is not of its type, `warnings` what is odd."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.wrong: list[Message] = []
        self.warnings: list[Message] = []

    def named(self, identifier: str) -> None:
        """Says which release this is, for the sentences that follow."""
        if identifier:
            self.where = f"{self.where} ({identifier})"

    def say(self, what: Message) -> None:
        self.wrong.append(Message(N_("%(where)s: %(what)s"), where=self.where, what=what))

    def warn(self, message: Message) -> None:
        self.warnings.append(message)

    def object(self, given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """The object under a name; an empty one where it is not there."""
        value = given.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.say(Message(N_("%(name)s must be an object"), name=name))
            return {}
        return value

    def objects(self, given: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        """The objects of the list under a name."""
        value = given.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.say(Message(N_("%(name)s must be a list"), name=name))
            return []
        if len(value) > ITEMS_AT_MOST:
            self.say(Message(N_("%(name)s has more than %(most)s items"), name=name, most=ITEMS_AT_MOST))
            return []
        for item in value:
            if not isinstance(item, dict):
                self.say(Message(N_("each item of %(name)s must be an object"), name=name))
                return []
        return value

    def texts(self, given: Mapping[str, Any], name: str, at_most: int) -> list[str]:
        """The texts of the list under a name, numbers as text."""
        value = given.get(name)
        if not isinstance(value, list) or len(value) > ITEMS_AT_MOST:
            self.say(Message(N_("%(name)s must be a list"), name=name))
            return []
        found = [self._clean(name, item, at_most, number=True) for item in value]
        return [text for text in dict.fromkeys(found) if text]

    def text(
        self,
        given: Mapping[str, Any],
        name: str,
        at_most: int,
        *,
        needed: bool = False,
        number: bool = False,
        lines: bool = False,
    ) -> str:
        """The text under a name, trimmed; "" where it is not there. `number` lets a whole number stand for it."""
        value = given.get(name)
        text = "" if value is None else self._clean(name, value, at_most, number=number, lines=lines)
        if not text and needed and (value is None or isinstance(value, str)):
            self.say(Message(N_("%(name)s is missing"), name=name))
        return text

    def _clean(self, name: str, value: Any, at_most: int, *, number: bool = False, lines: bool = False) -> str:
        if number and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
            return str(value)
        if not isinstance(value, str):
            self.say(Message(N_("%(name)s must be text"), name=name))
            return ""
        text = value.replace("\r\n", "\n").strip() if lines else " ".join(value.split())
        if UNPRINTABLE.search(text):
            self.say(Message(N_("%(name)s holds characters that cannot be read"), name=name))
            return ""
        if len(text) > at_most:
            self.say(Message(N_("%(name)s has more than %(most)s characters"), name=name, most=at_most))
            return ""
        return text
