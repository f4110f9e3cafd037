"""Pages of promises: offering and asking, one promise, answering, changing, ending, lists."""

from __future__ import annotations

from cwb.commitments.pages import answering, beginning, calendar, changing, ending, linked, lists, one
from cwb.commitments.pages.room import blueprint

__all__ = ["answering", "beginning", "blueprint", "calendar", "changing", "ending", "linked", "lists", "one"]
