"""What the pages, tables and pictures of figures are made of."""

from __future__ import annotations

from cwb.reporting.views.across import (
    Across,
    AcrossRow,
    NeedsMet,
    NeedsRow,
    ProviderContact,
    ProvidersStanding,
    ProviderStanding,
    QuarterChart,
    ShadedMap,
    ShadedZone,
)
from cwb.reporting.views.figures import (
    Behind,
    Choices,
    Chosen,
    Figures,
    KeptRow,
    LevelRow,
    MeasureRow,
    PillarFigures,
    PledgeBehind,
    PledgeCounted,
    Reached,
)

__all__ = [
    "Across",
    "AcrossRow",
    "Behind",
    "Choices",
    "Chosen",
    "Figures",
    "KeptRow",
    "LevelRow",
    "MeasureRow",
    "NeedsMet",
    "NeedsRow",
    "PillarFigures",
    "PledgeBehind",
    "PledgeCounted",
    "ProviderContact",
    "ProviderStanding",
    "ProvidersStanding",
    "QuarterChart",
    "Reached",
    "ShadedMap",
    "ShadedZone",
]
