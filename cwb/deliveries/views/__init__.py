"""The shapes deliveries hand out."""

from __future__ import annotations

from cwb.deliveries.views.asking import (
    Behind,
    Glance,
    Place,
    Running,
    SessionChoice,
    ToReport,
    ToReportOwn,
    Waiting,
    Wanted,
)
from cwb.deliveries.views.reports import (
    Agreement,
    DeliveryRow,
    DeliveryView,
    EvidenceFile,
    FileView,
    Neighbour,
    PublicDelivery,
    Said,
    SessionLine,
)

__all__ = [
    "Agreement",
    "Behind",
    "DeliveryRow",
    "DeliveryView",
    "EvidenceFile",
    "FileView",
    "Glance",
    "Neighbour",
    "Place",
    "PublicDelivery",
    "Running",
    "Said",
    "SessionChoice",
    "SessionLine",
    "ToReport",
    "ToReportOwn",
    "Waiting",
    "Wanted",
]
