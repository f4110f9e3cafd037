"""What rooms add to the start of a site: steps a council goes through before it opens, and what keeps it from starting.

Kept with the other registers (`registers.held()`), filled by the two `wiring.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from community_book.base import registers
from community_book.base.actor import Actor
from community_book.base.messages import Message


@dataclass(frozen=True)
class SetUpStep:
    """Something a council does before its site opens, and the page where it does it.

    A step that `must` be done keeps the site closed; any other may be left for later.
    """

    name: str
    title: Message
    hint: Message
    address: Callable[[Session, Actor], str]
    is_done: Callable[[Session], bool]
    must: bool = False
    order: int = 50


StartCheck = Callable[[Session], str]
"""function(reading) -> what keeps the site from starting in production, in one line; "" where nothing does."""


def add_set_up_step(step: SetUpStep) -> None:
    """Adds something to the list an administrator goes through before the site opens."""
    registers.held().set_up_steps.append(step)


def set_up_steps() -> list[SetUpStep]:
    return sorted(registers.held().set_up_steps, key=lambda step: step.order)


def add_start_check(name: str, check: StartCheck) -> None:
    """Adds something that must not be so when the site starts in production."""
    registers.held().start_checks[name] = check


def start_checks() -> Mapping[str, StartCheck]:
    return registers.held().start_checks
