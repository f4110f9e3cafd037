"""Who may change the division of the borough."""

from __future__ import annotations

from community_book.base.actor import Permission, Role

RUN_ZONES = Permission("run_zones", Role.ADMINISTRATOR)
