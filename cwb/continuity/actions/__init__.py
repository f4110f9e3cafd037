"""One Work over many rooms: their steps, one audit entry each, all of it or nothing."""

from __future__ import annotations

from cwb.continuity.actions.closing import after_group_closed, close_group
from cwb.continuity.actions.following import (
    after_concern_held,
    after_concern_released,
    after_group_suspended,
    after_group_suspension_lifted,
)
from cwb.continuity.actions.merging import merge_groups
from cwb.continuity.actions.proposing import propose_instead
from cwb.continuity.actions.suspending import lift_provider, suspend_provider
from cwb.continuity.actions.undoing import undo

__all__ = [
    "after_concern_held",
    "after_concern_released",
    "after_group_closed",
    "after_group_suspended",
    "after_group_suspension_lifted",
    "close_group",
    "lift_provider",
    "merge_groups",
    "propose_instead",
    "suspend_provider",
    "undo",
]
