"""The shape of a hand-written text: what is asked for or offered, in whose words, and between which amounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A title and a story. `lowest` and `highest` are whole hours, pounds, things, people or plot-weeks.

    `term` is the item type of goods or the subject of advice; `measure` the code an offer counts under.
    """

    kind: str
    title: str
    story: str
    lowest: int
    highest: int
    term: str = ""
    measure: str = ""
