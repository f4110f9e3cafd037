"""The pages about deliveries."""

from __future__ import annotations

from cwb.deliveries.pages import answering, linked, lists, one, reporting, verifying
from cwb.deliveries.pages.panels import on_desk, on_pledge, on_promise, waiting_for
from cwb.deliveries.pages.room import blueprint

__all__ = [
    "answering",
    "blueprint",
    "linked",
    "lists",
    "on_desk",
    "on_pledge",
    "on_promise",
    "one",
    "reporting",
    "verifying",
    "waiting_for",
]
