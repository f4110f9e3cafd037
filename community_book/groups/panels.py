"""What other pages show of groups: an organisation's page leads to its entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.registered import PanelView
from community_book.groups import queries
from community_book.groups.rules import GroupState


def on_organisation(reading: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """The entry of a group whose organisation's page it is; nothing for other bodies."""
    group = queries.group_of_organisation(reading, subject["organisation_id"])
    if group is None or group.state not in {GroupState.LISTED, GroupState.PAUSED, GroupState.CLOSED}:
        return None
    return "community_book/groups/panel_organisation.html", {"group": group}
