"""Reads of deliveries: lists, one with all that belongs to it, what lies behind a figure, checks."""

from __future__ import annotations

from cwb.deliveries.queries.checks import delivery_breaches, evidence_breaches

__all__ = [
    "delivery_breaches",
    "evidence_breaches",
]
