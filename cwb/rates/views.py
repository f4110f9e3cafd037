"""What the rates hand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cwb.rates.rules import RateRow, Said


@dataclass(frozen=True, kw_only=True)
class RateView(RateRow):
    """A rate. `is_current`: the newest of its wage that is in force, the one providers are asked about."""

    id: int
    reference: str
    is_current: bool
    is_asked: bool


@dataclass(frozen=True)
class AttestationView:
    """What one provider said about a rate."""

    id: int
    reference: str
    version: int
    provider_id: int
    provider_reference: str
    provider_name: str
    state: Said
    paid_from: date | None
    why: str
    asked_on: date
    said_on: date | None
    rate: RateView


@dataclass(frozen=True)
class Answers:
    """What the admitted providers said about a rate: how many, and a page of them."""

    counts: Mapping[Said, int]
    total: int
    page: tuple[AttestationView, ...]

    @property
    def asked(self) -> int:
        return sum(self.counts.values())
