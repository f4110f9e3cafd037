"""What was measured, what was asked, and whether the one keeps the other: a table for people, JSON for programs."""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line of the table. `kept` is None for what is only told, or could not be measured."""

    name: str
    asked: str
    measured: str
    kept: bool | None = None
    detail: str = ""

    @property
    def verdict(self) -> str:
        return {True: "kept", False: "NOT KEPT", None: "told"}[self.kept]


def not_there(name: str, asked: str, why: str) -> Figure:
    """A figure that could not be taken, so that it is never silently missing."""
    return Figure(name, asked, "not there", None, why)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not pass."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def table(figures: Sequence[Figure]) -> str:
    rows = [("figure", "asked", "measured", "verdict")]
    rows += [(figure.name, figure.asked, figure.measured, figure.verdict) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    for place, figure in enumerate(figures):
        if figure.detail and figure.kept is not True:
            lines[place + 2] += f"\n    {figure.detail}"
    return "\n".join(lines)


def machine() -> dict[str, object]:
    """What the figures were measured on, and whether it had other work."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def write_json(file: Path, figures: Sequence[Figure], more: dict[str, object]) -> None:
    file.parent.mkdir(exist_ok=True)
    body = {**more, "figures": [{**asdict(figure), "verdict": figure.verdict} for figure in figures]}
    file.write_text(json.dumps(body, indent=1) + "\n")
