"""Fills the registers for the lower house and hangs its pages and commands on the application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from community_book.base import registers, work
from community_book.base.actor import SIGNED_IN, Actor
from community_book.base.errors import NotThere
from community_book.base.messages import N_, Message
from community_book.base.registers import NavigationItem
from community_book.desks import pages as desks
from community_book.people import pages as people
from community_book.people import queries as people_queries
from community_book.web import access

ROOMS_WITH_TABLES = ("places", "organisations", "people", "notices", "groups", "needs", "concerns")


class PeopleKnowSessions:
    """What `web` may ask of people."""

    def actor_of_session(self, token: str) -> Actor | None:
        with work.reading() as reading:
            return people_queries.actor_of_session(reading, token)

    def actor_of_link(self, token: str, act: str) -> Actor:
        raise NotThere


def wire(app: Flask) -> None:
    """Blueprints, commands, panels, desks, subscribers, clocks and invariants of the lower house."""
    for room in ROOMS_WITH_TABLES:
        import_module(f"community_book.{room}.tables")
    access.use_people(PeopleKnowSessions())
    for blueprint in (people.blueprint, desks.blueprint):
        app.register_blueprint(blueprint)
    registers.add_navigation(NavigationItem(Message(N_("Your desk")), "desks.desk", SIGNED_IN, order=10))
