"""What other pages show of needs: the front page the newest, a group's page its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.amounts import KIND_LABELS
from community_book.base.registered import PanelView
from community_book.needs import queries
from community_book.needs.views import NeedsAsked

SHOWN = 3


def on_front_page(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """The newest open needs and how many there are; nothing while there are none."""
    total, cards = queries.open_needs(reading, NeedsAsked(), per_page=SHOWN)
    if not cards:
        return None
    return "community_book/needs/panel_home.html", {"cards": cards, "total": total, "kind_labels": KIND_LABELS}


def on_cards(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """For the cards of a list of groups: by organisation id, the titles of its open needs."""
    titles = queries.open_titles_of(reading, subject["organisation_ids"])
    return "community_book/needs/panel_card.html", {str(key): found for key, found in titles.items()}


def on_group(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """The open needs of the group whose page it is."""
    if subject.get("organisation_id") is None:
        return None
    cards = queries.open_needs_of(reading, subject["organisation_id"])
    if not cards:
        return None
    return "community_book/needs/panel_group.html", {"cards": cards, "kind_labels": KIND_LABELS}
