"""What stands of acts over many rooms on other rooms' pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.registered import PanelView
from cwb.continuity import queries
from cwb.continuity.rules import DEED_LABELS, FATE_LABELS, SUSPEND_PROVIDER
from cwb.frameworks.queries import admission_states
from cwb.frameworks.rules import AdmissionState


def organisation_panel(session: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What an officer may do to an organisation over all rooms, on its page."""
    if not actor.may(SUSPEND_PROVIDER):
        return None
    organisation_id = int(subject["organisation_id"])
    states = admission_states(session, organisation_id, today())
    is_in_the_book = bool(queries.entries_of(session, [organisation_id]))
    return (
        "cwb/continuity/organisation_panel.html",
        {
            "reference": subject["reference"],
            "can_suspend": AdmissionState.ADMITTED in states,
            "can_lift": AdmissionState.SUSPENDED in states,
            "can_close": is_in_the_book,
            "can_merge": is_in_the_book,
            "undoable": queries.undoable_of(session, organisation_id, today()),
            "deeds": DEED_LABELS,
        },
    )


def group_closing_panel(session: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What closing its own entry ends, shown to the group before it decides."""
    affected = [
        *queries.promises_to_group(session, int(subject["organisation_id"])),
        *queries.needs_of_group(session, int(subject["organisation_id"])),
    ]
    return ("cwb/continuity/affected.html", {"affected": affected, "fates": FATE_LABELS}) if affected else None
