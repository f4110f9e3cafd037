"""What notices put on the pages of lower rooms, and on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.messages import N_, Message
from community_book.base.registered import DeskItem, PanelView
from community_book.notices import queries


def on_account(reading: Session, actor: Actor, _subject: Mapping[str, Any]) -> PanelView:
    """The way to the calendar address, on a person's own account."""
    return "community_book/notices/calendar_panel.html", {"has_address": bool(queries.own_feed_token(reading, actor))}


def on_desk(reading: Session, actor: Actor) -> list[DeskItem]:
    """Letters that wait for the printer."""
    count = queries.to_print_count(reading, actor) if not actor.is_system else 0
    title = Message(N_("Letters to print for those without mail"))
    return [DeskItem(title, url_for("notices.letters"), count, 4)] if count else []
