"""Makers of pillars and measures."""

from __future__ import annotations

from community_book.base import work
from community_book.base.actor import system
from cwb.pillars import actions, queries
from cwb.pillars.views import MeasureView


def load_measures() -> None:
    """The five pillars and the pack that comes with the site."""
    with work.bookkeeping(system("test")) as session:
        actions.load_starter_pack(session)


def measure(code: str) -> MeasureView:
    """A measure of the pack, which is loaded first."""
    load_measures()
    with work.reading() as reading:
        return queries.measure_by_code(reading, code)
