"""When an entry is old: asked about after some months, out of date some weeks later."""

from __future__ import annotations

from datetime import date, timedelta


def ask_again_on(last_confirmed_on: date, freshness_days: int) -> date:
    """The day the group is asked whether its entry is still right."""
    return last_confirmed_on + timedelta(days=freshness_days)


def is_due(last_confirmed_on: date, asked_on: date | None, on: date, freshness_days: int) -> bool:
    """Whether to ask now: old enough, and not asked since it was last confirmed."""
    if asked_on is not None and asked_on >= last_confirmed_on:
        return False
    return on >= ask_again_on(last_confirmed_on, freshness_days)


def is_out_of_date(last_confirmed_on: date, asked_on: date | None, on: date, grace_days: int) -> bool:
    """Whether nobody answered for the days of grace after being asked."""
    return asked_on is not None and asked_on >= last_confirmed_on and on >= asked_on + timedelta(days=grace_days)
