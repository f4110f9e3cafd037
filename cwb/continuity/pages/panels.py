"""What stands of acts over many rooms on other rooms' pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from community_book.base.actor import Actor
from community_book.base.clock import today
from community_book.base.registered import PanelView
from community_book.groups.queries import group_of_organisation
from community_book.groups.rules import GroupState
from community_book.organisations.queries import organisations
from cwb.continuity import queries
from cwb.continuity.rules import DEED_LABELS, FATE_LABELS, SUSPEND_PROVIDER
from cwb.frameworks.queries import admissions_of
from cwb.frameworks.rules import AdmissionState


def organisation_panel(session: Session, actor: Actor, subject: Mapping[str, Any]) -> PanelView | None:
    """What an officer may do to an organisation over all rooms, on its page."""
    if not actor.may(SUSPEND_PROVIDER):
        return None
    organisation_id = int(subject["organisation_id"])
    found = organisations(session, [organisation_id]).get(organisation_id)
    if found is None:
        return None
    states = {admission.state for admission in admissions_of(session, organisation_id, today())}
    group = group_of_organisation(session, organisation_id)
    return (
        "cwb/continuity/organisation_panel.html",
        {
            "reference": found.reference,
            "can_suspend": AdmissionState.ADMITTED in states,
            "can_lift": AdmissionState.SUSPENDED in states,
            "can_close": group is not None and group.state in {GroupState.LISTED, GroupState.PAUSED},
            "can_merge": group is not None and group.state in {GroupState.LISTED, GroupState.PAUSED},
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
