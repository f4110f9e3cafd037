"""Fills the registers for the upper house and hangs its pages and commands on the application."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

ROOMS_WITH_TABLES = ("pillars", "ledger", "frameworks", "pledges", "matching", "commitments", "deliveries")


def wire(app: Flask) -> None:
    """Blueprints, commands, panels, desks, subscribers, clocks and invariants of the upper house."""
    for room in ROOMS_WITH_TABLES:
        import_module(f"cwb.{room}.tables")
