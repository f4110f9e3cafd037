"""The shapes deliveries hand out."""

from __future__ import annotations

from cwb.deliveries.views.asking import (
    Behind,
    FoundWrong,
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
    AlikePicture,
    DeliveryRow,
    DeliveryView,
    EvidenceFile,
    FileView,
    Neighbour,
    PictureBeside,
    PublicDelivery,
    Said,
    SessionLine,
    WaitingFile,
)

__all__ = [
    "Agreement",
    "AlikePicture",
    "Behind",
    "DeliveryRow",
    "DeliveryView",
    "EvidenceFile",
    "FileView",
    "FoundWrong",
    "Glance",
    "Neighbour",
    "PictureBeside",
    "Place",
    "PublicDelivery",
    "Running",
    "Said",
    "SessionChoice",
    "SessionLine",
    "ToReport",
    "ToReportOwn",
    "Waiting",
    "WaitingFile",
    "Wanted",
]
