"""How quick matching is, on a made-up region in memory: no database, no files."""

from __future__ import annotations

from cwb.matching.measuring.region import Region, made_up_region

__all__ = ["Region", "made_up_region"]
