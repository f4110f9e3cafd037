"""Fills the registers for the upper house and hangs its pages and commands on the application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from community_book.base import registers
from community_book.base.actor import system
from cwb.pledges import actions as pledge_actions
from cwb.pledges import queries as pledge_queries

ROOMS_WITH_TABLES = ("pillars", "ledger", "frameworks", "pledges", "matching", "commitments", "deliveries")


def wire(app: Flask) -> None:
    """Blueprints, commands, panels, desks, subscribers, clocks and invariants of the upper house."""
    for room in ROOMS_WITH_TABLES:
        import_module(f"cwb.{room}.tables")
    _wire_pledges(app)


def _wire_pledges(app: Flask) -> None:
    registers.add_invariant("pledges.drawn", pledge_queries.check_drawn)
    registers.add_clock("pledges.expire", lambda: pledge_actions.expire_pledges(system("clocks")))
    registers.add_clock("pledges.remind", lambda: pledge_actions.remind_of_ends(system("clocks")))
